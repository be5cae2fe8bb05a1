#include "type_facts.hpp"

#include <algorithm>
#include <deque>

namespace kameo::idl {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

// Far beyond any limit, and small enough that adding and multiplying two cannot overflow.
constexpr std::uint64_t cap = std::uint64_t{1} << 31U;

std::uint64_t add(std::uint64_t a, std::uint64_t b) noexcept {
  if (a == TypeFacts::infinite || b == TypeFacts::infinite) return TypeFacts::infinite;
  return std::min(a + b, cap);
}

std::uint64_t times(std::uint64_t a, std::uint32_t count) noexcept {
  return a == TypeFacts::infinite ? a : std::min(a * std::min<std::uint64_t>(count, cap), cap);
}

std::uint64_t array_bytes(const Type& type) noexcept {
  std::uint64_t elements = type.dims.empty() ? 0 : 1;
  for (const auto dim : type.dims) elements = times(elements, dim);
  const auto shape = std::max<std::size_t>(type.dims.size(), 1) * 4;
  // Padding is not counted: it depends on where the array stands.
  return add(shape,
             times(elements, static_cast<std::uint32_t>(schema::scalar_bytes(type.args[0].kind))));
}

void collect_names(const Type& type, std::vector<std::uint32_t>& names) {
  if (type.kind == Kind::named) names.push_back(type.ref);
  for (const auto& arg : type.args) collect_names(arg, names);
}

std::vector<std::uint32_t> names_in(const TypeDef& type) {
  std::vector<std::uint32_t> names;
  for (const auto& field : type.fields) collect_names(field.type, names);
  for (const auto& variant : type.variants) {
    for (const auto& field : variant.fields) collect_names(field.type, names);
  }
  if (type.form == TypeDef::Form::alias) collect_names(type.target, names);
  return names;
}

}  // namespace

// From above: all start infinite, and a size that falls wakes those that hold it. Each falls to the
// least in as many steps as the smallest value is deep, whatever the order of declaration.
TypeFacts::TypeFacts(const Draft& draft)
    : draft_(draft), named_(draft.package.types.size(), infinite) {
  std::vector<std::vector<std::uint32_t>> holders(named_.size());
  std::deque<std::uint32_t> waiting;
  std::vector<bool> waits(named_.size(), true);
  for (std::uint32_t i = 0; i < named_.size(); ++i) {
    for (const auto name : names_in(draft.package.types[i])) holders[name].push_back(i);
    waiting.push_back(i);
  }
  while (!waiting.empty()) {
    const auto index = waiting.front();
    waiting.pop_front();
    waits[index] = false;
    const auto bytes = measure(index);
    if (bytes == named_[index]) continue;
    named_[index] = bytes;
    for (const auto holder : holders[index]) {
      if (!waits[holder]) waiting.push_back(holder);
      waits[holder] = true;
    }
  }
}

std::uint64_t TypeFacts::measure(std::uint32_t named) const {
  const auto& type = draft_.package.types[named];
  if (draft_.origins[named].broken) return 1;
  switch (type.form) {
    case TypeDef::Form::structure:
      return measure(type.fields);
    case TypeDef::Form::enumeration:
      return 2;
    case TypeDef::Form::alias:
      return min_bytes(type.target);
    case TypeDef::Form::tagged_union:
      break;
  }
  auto least = type.variants.empty() ? 0 : infinite;
  for (const auto& variant : type.variants) least = std::min(least, measure(variant.fields));
  return add(2, least);
}

std::uint64_t TypeFacts::measure(const std::vector<schema::Field>& fields) const {
  std::uint64_t bytes = 0;
  for (const auto& field : fields) bytes = add(bytes, min_bytes(field.type));
  return bytes;
}

std::uint64_t TypeFacts::min_bytes(const Type& type) const {
  switch (type.kind) {
    case Kind::named:
      return named_[type.ref];
    case Kind::optional:
      return 1;
    case Kind::list:
    case Kind::set:
    case Kind::map:
      return 4;
    case Kind::fixed_array:
      return times(min_bytes(type.args[0]), type.dims[0]);
    case Kind::numeric_array:
      return array_bytes(type);
    case Kind::tuple: {
      std::uint64_t bytes = 0;
      for (const auto& arg : type.args) bytes = add(bytes, min_bytes(arg));
      return bytes;
    }
    default:
      return schema::scalar_bytes(type.kind);
  }
}

}  // namespace kameo::idl
