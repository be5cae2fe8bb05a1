#include <kameo/concat.hpp>

#include "value.hpp"

#include <algorithm>

namespace kameo::idl {

using schema::Kind;
using schema::Type;

void ValueReader::optional(const Node& node, const Type& type) {
  put(std::uint8_t{!node.is_null()});
  if (!node.is_null()) value(node, type.args[0]);
}

void ValueReader::sequence(const Node& node, const Type& type) {
  if (!node.is_list()) {
    wrong(node, concat("a list for `", schema::to_string(draft_.package, type), "`"));
    return;
  }
  const auto count = node.items.size();
  const bool fixed = type.kind == Kind::fixed_array || type.kind == Kind::tuple;
  const auto wanted = type.kind == Kind::tuple         ? type.args.size()
                      : type.kind == Kind::fixed_array ? type.dims[0]
                                                       : count;
  if (count != wanted) {
    report_.error(codes_.bad, node.place,
                  concat("expected ", wanted, " elements for `",
                         schema::to_string(draft_.package, type), "`, got ", count));
    return;
  }
  if (!fixed) put_count(count);
  std::set<Bytes> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const auto start = out_.size();
    value(node.items[i], type.args[type.kind == Kind::tuple ? i : 0]);
    if (type.kind == Kind::set) once(seen, start, node.items[i], "set");
  }
}

void ValueReader::once(std::set<Bytes>& seen, std::size_t start, const Node& node,
                       std::string_view where) {
  Bytes written(out_.begin() + static_cast<std::ptrdiff_t>(start), out_.end());
  // What could not be read wrote nothing, and has been complained about.
  if (written.empty() || seen.insert(std::move(written)).second) return;
  report_.error(codes_.bad, node.place, concat(shown(node), " is in the ", where, " twice"));
}

void ValueReader::map(const Node& node, const Type& type) {
  if (!node.is_map()) {
    wrong(node, concat("a map for `", schema::to_string(draft_.package, type), "`"));
    return;
  }
  put_count(node.entries.size());
  std::set<Bytes> seen;  // 0 and -0 are one key, though YAML sees two
  for (const auto& [key, mapped] : node.entries) {
    const auto start = out_.size();
    value(key, type.args[0]);
    once(seen, start, key, "map");
    value(mapped, type.args[1]);
  }
}

void ValueReader::numeric_array(const Node& node, const Type& type) {
  const auto rank = std::max<std::size_t>(type.dims.size(), 1);
  std::vector<std::uint32_t> shape;
  const Node* level = &node;
  for (std::size_t i = 0; i < rank; ++i) {
    if (!level->is_list()) {
      wrong(*level, concat("a list for `", schema::to_string(draft_.package, type), "`"),
            rank > 1 ? concat("lists inside each other, ", rank, " deep") : "");
      return;
    }
    const auto count = level->items.size();
    const auto wanted = type.dims.empty() || type.dims[i] == 0 ? count : type.dims[i];
    if (count != wanted) {
      report_.error(codes_.bad, level->place,
                    concat("expected ", wanted, " elements for `",
                           schema::to_string(draft_.package, type), "`, got ", count));
      return;
    }
    shape.push_back(static_cast<std::uint32_t>(count));
    if (count == 0) {  // no further level to look at
      shape.resize(rank, 0);
      for (std::size_t rest = i + 1; rest < rank; ++rest) shape[rest] = type.dims[rest];
      break;
    }
    level = &level->items.front();
  }
  for (const auto dim : shape) put(dim);
  align(schema::scalar_bytes(type.args[0].kind));
  numbers(node, type.args[0].kind, shape, 0);
}

void ValueReader::numbers(const Node& node, Kind kind, const std::vector<std::uint32_t>& shape,
                          std::size_t dimension) {
  if (dimension == shape.size()) {
    Type element;
    element.kind = kind;
    return scalar(node, element);
  }
  if (!node.is_list() || node.items.size() != shape[dimension]) {
    report_.error(
        codes_.bad, node.place,
        concat("expected a list of ", shape[dimension], " elements, as its neighbours are"));
    return;
  }
  for (const auto& item : node.items) numbers(item, kind, shape, dimension + 1);
}

}  // namespace kameo::idl
