#include "line_splitter.hpp"

#include <kameo/utf8.hpp>

namespace kameo::process {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

void LineSplitter::feed(std::string_view bytes, const Line& line) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    partial_.append(bytes.substr(0, end));
    cut_pieces(line);
    if (end == std::string_view::npos) return;
    if (partial_.ends_with('\r')) partial_.pop_back();
    line(partial_);
    partial_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::finish(const Line& line) {
  if (partial_.empty()) return;
  line(partial_);
  partial_.clear();
}

void LineSplitter::cut_pieces(const Line& line) {
  while (partial_.size() > limit_) {
    auto cut = limit_;
    // A character has three continuation bytes at most; more than that is no UTF-8 anyway.
    for (int back = 0; back < 3 && is_continuation(partial_[cut]); ++back) --cut;
    if (is_continuation(partial_[cut])) cut = limit_;
    line(std::string_view(partial_).substr(0, cut));
    partial_.erase(0, cut);
  }
}

std::string as_utf8(std::string_view bytes) {
  std::string text;
  for (;;) {
    const auto valid = utf8_valid_prefix(bytes);
    text += bytes.substr(0, valid);
    if (valid == bytes.size()) return text;
    text += "\uFFFD";
    bytes.remove_prefix(valid + 1);
  }
}

}  // namespace kameo::process
