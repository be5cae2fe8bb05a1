#include <kameo/schema/package.hpp>

#include <kameo/concat.hpp>

#include <algorithm>
#include <limits>

namespace kameo::schema {
namespace {

/// By `package.Name` first: a name with a dot can't be a short one.
template <class Item>
const Item* find(const std::vector<Item>& items, std::string_view root, std::string_view name) {
  const auto dot = name.rfind('.');
  const auto package = dot == std::string_view::npos ? root : name.substr(0, dot);
  const auto own = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) {
    return item.name == own && item.package == package;
  });
  return found == items.end() ? nullptr : &*found;
}

/// Payload sizes of the named types, each worked out once: where types share others, a plain
/// recursion would take exponential time.
class MinBytes {
 public:
  explicit MinBytes(const Package& package) : package_(package), known_(package.types.size()) {}

  std::size_t of(const Type& type) {
    switch (type.kind) {
      case Kind::optional:
        return 1;
      case Kind::list:
      case Kind::set:
      case Kind::map:
        return 4;
      case Kind::fixed_array:
        return times(of(type.args[0]), type.dims[0]);
      case Kind::tuple: {
        std::size_t sum = 0;
        for (const auto& arg : type.args) sum = plus(sum, of(arg));
        return sum;
      }
      case Kind::numeric_array: {
        if (type.dims.empty()) return 4;
        std::size_t elements = 1;
        for (const auto dim : type.dims) elements = times(elements, dim);
        return plus(4 * type.dims.size(), times(elements, of(type.args[0])));
      }
      case Kind::named:
        return of_named(type.ref);
      default:
        return scalar_bytes(type.kind);
    }
  }

 private:
  // Saturating: lengths are the IDL author's, their product need not fit.
  static std::size_t plus(std::size_t a, std::size_t b) { return a > most - b ? most : a + b; }
  static std::size_t times(std::size_t a, std::size_t b) {
    return b != 0 && a > most / b ? most : a * b;
  }

  std::size_t of_fields(const std::vector<Field>& fields) {
    std::size_t sum = 0;
    for (const auto& field : fields) sum = plus(sum, of(field.type));
    return sum;
  }

  std::size_t of_named(std::uint32_t index) {
    if (known_[index]) return *known_[index];
    known_[index] = 0;  // what a recursion back to here finds
    std::size_t bytes = 0;
    const auto& def = package_.types[index];
    switch (def.form) {
      case TypeDef::Form::structure:
        bytes = of_fields(def.fields);
        break;
      case TypeDef::Form::enumeration:
        bytes = 2;
        break;
      case TypeDef::Form::tagged_union:
        bytes = most;
        for (const auto& variant : def.variants) bytes = std::min(bytes, of_fields(variant.fields));
        bytes = plus(bytes, 2);
        break;
      case TypeDef::Form::alias:
        bytes = of(def.target);
        break;
    }
    known_[index] = bytes;
    return bytes;
  }

  static constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  const Package& package_;
  std::vector<std::optional<std::size_t>> known_;
};

}  // namespace

const Actor* Package::find_actor(std::string_view wanted) const noexcept {
  return find(actors, name, wanted);
}

const CallbackModule* Package::find_module(std::string_view wanted) const noexcept {
  return find(modules, name, wanted);
}

std::string to_string(const Package& package, const Type& type) {
  if (type.kind == Kind::named) {
    const auto& def = package.types[type.ref];
    return concat(def.package, '.', def.name);
  }
  std::string text(to_string(type.kind));
  if (type.args.empty() && type.dims.empty()) return text;
  text += '<';
  const char* separator = "";
  for (const auto& arg : type.args) {
    text += concat(separator, to_string(package, arg));
    separator = "; ";
  }
  if (!type.dims.empty()) text += separator;
  separator = "";
  for (const auto dim : type.dims) {
    text += separator;
    // A fixed array has a length of its own, a numeric array's 0 is the IDL's `*`.
    text += dim == 0 && type.kind == Kind::numeric_array ? "*" : std::to_string(dim);
    separator = "x";
  }
  return text + '>';
}

const Type& resolve(const Package& package, const Type& type) noexcept {
  const Type* at = &type;
  while (at->kind == Kind::named && package.type(*at).form == TypeDef::Form::alias) {
    at = &package.type(*at).target;
  }
  return *at;
}

std::size_t min_encoded_bytes(const Package& package, const Type& type) {
  return MinBytes(package).of(type);
}

}  // namespace kameo::schema
