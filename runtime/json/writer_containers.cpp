#include "writer.hpp"

#include <limits>
#include <set>

namespace kameo::json {

using schema::Kind;
using schema::Type;

void Writer::optional(const Type& type, const Value& value, const Path& path, bool unique) {
  put(std::uint8_t{!value.is_null()});
  if (!value.is_null()) write(type.args[0], value, path, unique);
}

void Writer::elements(const Type& type, const Value& value, const Path& path, bool unique) {
  const auto* items = value.array();
  if (items == nullptr) return expected_type(type, value, path);
  if (!put_count(items->size(), path)) return;

  std::set<std::string> seen;
  for (std::size_t i = 0; i < items->size() && !stopped(); ++i) {
    const Path at{&path, {}, i};
    const auto start = out_.size();
    const auto so_far = violations_.size();
    write(type.args[0], (*items)[i], at);
    // What is wrong has no bytes that could be compared.
    if (!unique || violations_.size() != so_far) continue;
    if (!seen.insert(written_since(start)).second) {
      expected("an element that is not there yet", (*items)[i], at);
    }
  }
}

void Writer::map(const Type& type, const Value& value, const Path& path) {
  const auto* members = value.object();
  if (members == nullptr) return expected_type(type, value, path);
  if (!put_count(members->size(), path)) return;

  std::set<std::string> seen;
  for (const auto& member : *members) {
    if (stopped()) return;
    const Path at{&path, member.name, 0, true};
    const auto start = out_.size();
    const auto so_far = violations_.size();
    write(type.args[0], key_value(type.args[0], member.name), at);
    // Two spellings of one key, such as a uuid's in either case.
    if (violations_.size() == so_far && !seen.insert(written_since(start)).second) {
      violate(at, "this key stands twice in the map");
    }
    write(type.args[1], member.value, at);
  }
}

/// What a key would be as a value of its own: integers and bool lose the quotes.
Value Writer::key_value(const Type& type, const std::string& text) const {
  const auto kind = schema::resolve(package_, type).kind;
  if (kind == Kind::boolean && text == "true") return true;
  if (kind == Kind::boolean && text == "false") return false;
  if (!schema::is_integer(kind)) return text;
  // One spelling each: not `01`, which no JSON number can be either.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (text.size() > first + 1 && text[first] == '0') return text.c_str();
  return Value::Number{text};
}

void Writer::fixed_array(const Type& type, const Value& value, const Path& path) {
  const auto* items = value.array();
  if (items == nullptr || items->size() != type.dims[0]) {
    return expected(concat(schema::to_string(package_, type), ", ", type.dims[0], " elements"),
                    value, path);
  }
  for (std::size_t i = 0; i < items->size() && !stopped(); ++i) {
    write(type.args[0], (*items)[i], Path{&path, {}, i});
  }
}

void Writer::tuple(const Type& type, const Value& value, const Path& path) {
  const auto* items = value.array();
  if (items == nullptr || items->size() != type.args.size()) {
    return expected(concat(schema::to_string(package_, type), ", ", type.args.size(), " elements"),
                    value, path);
  }
  for (std::size_t i = 0; i < items->size() && !stopped(); ++i) {
    write(type.args[i], (*items)[i], Path{&path, {}, i});
  }
}

void Writer::numeric_array(const Type& type, const Value& value, const Path& path) {
  const auto declared = type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims;
  // The shape is that of the first row of each depth; the others must agree.
  auto shape = declared;
  const auto* row = &value;
  for (std::size_t depth = 0; depth < shape.size(); ++depth) {
    const auto* items = row == nullptr ? nullptr : row->array();
    if (items == nullptr) break;
    if (declared[depth] == 0) {
      if (items->size() > std::numeric_limits<std::uint32_t>::max()) {
        return violate(path, "longer than 32 bits can tell", errc::over_limit);
      }
      shape[depth] = static_cast<std::uint32_t>(items->size());
    }
    row = items->empty() ? nullptr : &items->front();
  }
  for (const auto dim : shape) put(dim);
  const auto size = schema::scalar_bytes(type.args[0].kind);
  out_.resize((out_.size() + size - 1) / size * size);
  rows(type, shape, 0, value, path);
}

void Writer::rows(const Type& type, const std::vector<std::uint32_t>& shape, std::size_t depth,
                  const Value& value, const Path& path) {
  if (depth == shape.size()) return write(type.args[0], value, path);
  const auto* items = value.array();
  if (items == nullptr || items->size() != shape[depth]) {
    return expected(concat(schema::to_string(package_, type), ", here a row of ", shape[depth]),
                    value, path);
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    rows(type, shape, depth + 1, (*items)[i], Path{&path, {}, i});
  }
}

}  // namespace kameo::json
