#include "batch_output.hpp"

namespace kameo::cli {
namespace {
constexpr std::size_t write_at_once = std::size_t{64} << 10U;
/// A table of more rows is written in pieces, each aligned by itself: memory stays bounded.
constexpr std::size_t rows_at_once = 1000;
}  // namespace

void BatchOutput::add(const Outcome& outcome) {
  if (options_.format == Format::table) {
    add_row(outcome);
  } else {
    text_ += outcome.line;
    text_ += '\n';
  }
  if (text_.size() >= write_at_once) write();
}

void BatchOutput::add_row(const Outcome& outcome) {
  const auto line = json::parse(outcome.line);  // our own: it is always JSON
  if (!line) return;
  const auto* reply = line->find(outcome.is_item ? "item" : "reply");
  if (reply != nullptr) {
    table_.add(*reply);
  } else if (const auto* error = line->find("error")) {
    const auto text_of = [&](const char* key) {
      const auto* value = error->find(key);
      return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
    };
    table_.add_note(concat("error: ", text_of("code"), ": ", text_of("message")));
  }
  if (table_.rows() >= rows_at_once) text_ += table_.take() + '\n';
}

void BatchOutput::flush() {
  if (!text_.empty()) write();
}

void BatchOutput::finish() {
  if (options_.format == Format::table && table_.rows() > 0) text_ += table_.take();
  flush();
}

void BatchOutput::write() {
  if (problem_ == 0) {
    const auto write_out = [this] {
      problem_ = write_unless(given_up_, options_.output_fd, text_);
    };
    if (options_.output_is_terminal) {
      console_.without_progress(write_out);
    } else {
      write_out();
    }
  }
  text_.clear();
}

}  // namespace kameo::cli
