#include "template.hpp"

#include <optional>

namespace kameo::codegen {
namespace {

struct Tag {
  enum class Kind { text, begin, begin_inverted, end };
  Kind kind = Kind::text;
  std::string_view name;
  std::size_t begin = 0;  ///< of what it takes away from the template
  std::size_t end = 0;
};

class Filler {
 public:
  Filler(std::string_view text, const Data& data) : text_(text), scopes_{&data} {}

  Result<std::string> fill() {
    section({}, true);
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  /// Reads up to the end of section `name`, and writes what it reads if `shown`.
  void section(std::string_view name, bool shown) {
    while (!error_) {
      const auto tag = next_tag();
      const auto stop = tag ? tag->begin : text_.size();
      if (shown) out_ += text_.substr(at_, stop - at_);
      if (!tag) {
        if (!name.empty()) fail_with("section is not closed: ", name);
        return;
      }
      at_ = tag->end;
      if (tag->kind == Tag::Kind::end) {
        if (tag->name != name) fail_with("section is closed that is not open: ", tag->name);
        return;
      }
      if (tag->kind != Tag::Kind::text) {
        repeat(*tag, shown);
      } else if (shown) {
        write(tag->name);
      }
    }
  }

  void repeat(const Tag& tag, bool shown) {
    const auto start = at_;
    const auto* data = shown ? look_up(tag.name) : nullptr;
    if (shown && data == nullptr) return;
    const auto* list = shown ? data->list() : nullptr;
    const auto* flag = shown ? data->flag() : nullptr;
    if (shown && list == nullptr && flag == nullptr) {
      return fail_with("neither a list nor a flag: ", tag.name);
    }
    const bool some = shown && (list != nullptr ? !list->empty() : *flag);
    if (list == nullptr || !some || tag.kind == Tag::Kind::begin_inverted) {
      return section(tag.name, shown && some == (tag.kind == Tag::Kind::begin));
    }
    for (const auto& element : *list) {
      at_ = start;
      scopes_.push_back(&element);
      section(tag.name, true);
      scopes_.pop_back();
    }
  }

  void write(std::string_view name) {
    const auto* data = look_up(name);
    if (data == nullptr) return;
    if (data->text() == nullptr) return fail_with("not a text: ", name);
    out_ += *data->text();
  }

  const Data* look_up(std::string_view name) {
    if (name == ".") return scopes_.back();
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (const auto* found = (*scope)->find(name)) return found;
    }
    fail_with("nothing is called ", name);
    return nullptr;
  }

  std::optional<Tag> next_tag() {
    const auto open = text_.find("{{", at_);
    if (open == std::string_view::npos) return {};
    const auto close = text_.find("}}", open);
    if (close == std::string_view::npos) {
      fail_with("tag is not closed: ", text_.substr(open, 20));
      return {};
    }
    Tag tag{Tag::Kind::text, text_.substr(open + 2, close - open - 2), open, close + 2};
    switch (tag.name.empty() ? '\0' : tag.name[0]) {
      case '#':
        tag.kind = Tag::Kind::begin;
        break;
      case '^':
        tag.kind = Tag::Kind::begin_inverted;
        break;
      case '/':
        tag.kind = Tag::Kind::end;
        break;
      default:
        return tag;
    }
    tag.name.remove_prefix(1);
    // Alone in its line, it takes the line with it.
    auto line = open;
    while (line > 0 && text_[line - 1] == ' ') --line;
    const bool starts_line = line == 0 || text_[line - 1] == '\n';
    const bool ends_line = tag.end == text_.size() || text_[tag.end] == '\n';
    if (starts_line && ends_line) {
      tag.begin = line;
      tag.end = std::min(tag.end + 1, text_.size());
    }
    return tag;
  }

  void fail_with(std::string_view what, std::string_view which) {
    if (!error_) error_ = fail_at(what, which);
  }
  [[nodiscard]] Error fail_at(std::string_view what, std::string_view which) const {
    std::size_t line = 1;
    for (std::size_t i = 0; i < at_; ++i) line += text_[i] == '\n' ? 1 : 0;
    return kameo::fail(errc::internal, "line ", line, ": ", what, which);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<const Data*> scopes_;
  std::string out_;
  std::optional<Error> error_;
};

}  // namespace

const Data* Data::find(std::string_view name) const noexcept {
  const auto* object = std::get_if<Object>(&held_);
  if (object == nullptr) return nullptr;
  const auto member = object->find(name);
  return member == object->end() ? nullptr : &member->second;
}

Data list_of(const std::vector<std::string>& lines) {
  auto data = list();
  for (const auto& line : lines) data.push_back(line);
  return data;
}

Result<std::string> fill(std::string_view text, const Data& data) {
  return Filler(text, data).fill();
}

Result<std::string> render(std::string_view name, const Data& data) {
  const auto& templates = embedded_templates();
  const auto text = templates.find(name);
  if (text == templates.end()) return fail(errc::internal, "no template ", name);
  auto filled = fill(text->second, data);
  if (!filled) return filled.error().with_context(concat("template ", name));
  return filled;
}

}  // namespace kameo::codegen
