#include "stream_lines.hpp"

#include "reply_line.hpp"

#include <kameo/json/payload.hpp>

#include <utility>

namespace kameo::cli {

StreamLines::StreamLines(std::unique_ptr<ItemSource> items, std::optional<json::Value> id,
                         const schema::Package& package, const schema::Type& item_type,
                         std::function<void()> gone)
    : items_(std::move(items)),
      id_(std::move(id)),
      package_(package),
      item_type_(item_type),
      gone_(std::move(gone)) {}

StreamLines::~StreamLines() {
  items_.reset();  // first: once `gone_` has been called, who was asked may be gone
  gone_();
}

std::optional<Outcome> StreamLines::next(std::chrono::milliseconds at_most) {
  Bytes item;
  switch (items_->next(item, at_most)) {
    case ItemSource::Got::nothing_yet:
      return std::nullopt;
    case ItemSource::Got::end:
      return last(items_->result());
    case ItemSource::Got::item:
      break;
  }
  const auto text = json::to_text(package_, item_type_, item);
  if (!text) {
    auto data = text.error().data();
    data.code = errc::bad_reply;
    return last(Error(std::move(data)));
  }
  ++count_;
  Outcome outcome;
  outcome.line = item_line(id_, *text);
  outcome.is_item = true;
  return outcome;
}

Outcome StreamLines::last(const Result<void>& result) const {
  Outcome outcome;
  outcome.line = result ? end_line(id_, count_) : error_line(id_, result.error(), package_);
  outcome.is_error = !result;
  outcome.took = std::chrono::steady_clock::now() - asked_;
  return outcome;
}

}  // namespace kameo::cli
