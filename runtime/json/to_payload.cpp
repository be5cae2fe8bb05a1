#include "writer.hpp"

#include <limits>

namespace kameo::json {

using schema::Kind;

void Writer::write(const schema::Type& type, const Value& value, const Path& path, bool unique) {
  switch (type.kind) {
    case Kind::optional:
      return optional(type, value, path, unique);
    case Kind::list:
      return elements(type, value, path, unique);
    case Kind::set:
      return elements(type, value, path, true);
    case Kind::map:
      return map(type, value, path);
    case Kind::fixed_array:
      return fixed_array(type, value, path);
    case Kind::tuple:
      return tuple(type, value, path);
    case Kind::numeric_array:
      return numeric_array(type, value, path);
    case Kind::named:
      return named(type, value, path, unique);
    default:
      return scalar(type, value, path);
  }
}

void Writer::violate(const Path& path, std::string_view what, errc code) {
  if (!code_ || code == errc::over_limit) code_ = code;
  constexpr std::size_t most = 100;  // enough to see what is wrong with a list of a million
  if (violations_.size() < most) violations_.push_back(concat(to_string(path), ": ", what));
}

void Writer::expected(std::string_view what, const Value& got, const Path& path) {
  violate(path, is_secret(path) ? concat("expected ", what, ", got a value that is not shown")
                                : concat("expected ", what, ", got ", to_short_text(got)));
}

void Writer::expected_type(const schema::Type& type, const Value& got, const Path& path) {
  expected(schema::to_string(package_, type), got, path);
}

void Writer::put_bytes(ByteView bytes, const Path& path) {
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
    return violate(path, "longer than 32 bits can tell", errc::over_limit);
  }
  put(static_cast<std::uint32_t>(bytes.size()));
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

bool Writer::put_count(std::size_t count, const Path& path) {
  if (count > limits_.elements - elements_) {
    violate(path, concat("more elements than CodecLimits::elements, ", limits_.elements),
            errc::over_limit);
    return false;
  }
  elements_ += static_cast<std::uint32_t>(count);
  put(static_cast<std::uint32_t>(count));
  return true;
}

std::string Writer::written_since(std::size_t start) const {
  return std::string(as_text(ByteView(out_).subspan(start)));
}

Result<Bytes> Writer::take() && {
  if (violations_.empty()) return std::move(out_);
  // The one that stopped the walk was found last.
  auto text = code_ == errc::over_limit ? violations_.back() : violations_.front();
  if (const auto more = violations_.size() - 1; more > 0) text += concat(" (and ", more, " more)");
  return Error(*code_, std::move(text));
}

Result<Bytes> to_payload(const schema::Package& package, const schema::Type& type,
                         const Value& value, std::string_view name, ReadOptions options,
                         std::vector<std::string>* violations) {
  Writer writer(package, options);
  writer.write(type, value, Path{nullptr, name});
  if (violations != nullptr) *violations = writer.violations();
  return std::move(writer).take();
}

}  // namespace kameo::json
