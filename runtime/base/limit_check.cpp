#include <kameo/limit_check.hpp>

#include "escape.hpp"

#include <kameo/concat.hpp>

namespace kameo {

namespace detail {
std::string key_text(std::string_view key) {
  return concat('"', escaped(key, 60), '"');
}
}  // namespace detail

bool LimitCheck::in_secret() const noexcept {
  for (const auto* step = at_; step != nullptr; step = step->up_) {
    if (step->secret_) return true;
  }
  return false;
}

void LimitCheck::violate(std::string_view expected, std::string_view got) {
  constexpr std::size_t most = 100;  // enough to see what is wrong with a list of a million
  if (violations_.size() == most) return;
  std::string text(name_);
  append_path(text, at_);
  text += concat(": expected ", expected);
  text += in_secret() ? std::string(", got a value that is not shown") : concat(", got ", got);
  violations_.push_back(std::move(text));
}

void LimitCheck::append_path(std::string& out, const Step* step) const {
  if (step == nullptr) return;
  append_path(out, step->up_);
  if (!step->field_.empty()) {
    out += concat(out.empty() ? "" : ".", step->field_);
  } else if (step->show_ != nullptr) {
    out += concat('[', step->show_(step->key_), ']');
  } else {
    out += concat('[', step->index_, ']');
  }
}

std::optional<Error> LimitCheck::error(errc code) const {
  if (violations_.empty()) return std::nullopt;
  auto message = violations_.front();
  if (const auto more = violations_.size() - 1; more > 0) {
    message += concat(" (and ", more, " more)");
  }
  return Error(code, std::move(message));
}

}  // namespace kameo
