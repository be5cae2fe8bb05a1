// Schema bytes: refused, or a package that all other code may use without looking.

#include "must.hpp"

#include <kameo/schema/routes.hpp>

#include <numeric>

namespace {

using namespace kameo;
using namespace kameo::schema;
using fuzz::must;

Type named(std::uint32_t index) {
  Type type;
  type.kind = Kind::named;
  type.ref = index;
  return type;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto package = from_bytes(bytes);
  if (!package) {
    must(package.error().code() == errc::bad_request || package.error().code() == errc::over_limit,
         "a typed error");
    return 0;
  }
  const auto again = to_bytes(*package);
  must(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "one form of each");
  for (std::uint32_t i = 0; i < package->types.size(); ++i) {
    static_cast<void>(min_encoded_bytes(*package, named(i)));
    must(!to_string(*package, named(i)).empty(), "a spelling");
    for (const auto& field : package->types[i].fields) {
      must(resolve(*package, field.type).kind != Kind::named ||
               package->type(resolve(*package, field.type)).form != TypeDef::Form::alias,
           "aliases are followed to their end");
      must(to_string(*package, field.type).size() < std::size_t{1} << 24U, "a bounded spelling");
    }
  }
  std::vector<std::uint32_t> modules(package->modules.size());
  std::iota(modules.begin(), modules.end(), 0U);
  for (const auto& actor : package->actors) {
    for (const auto& route : routes_of(*package, &actor, modules)) {
      must(route.method != nullptr && route.number != 0, "a route leads somewhere");
    }
    static_cast<void>(fingerprint(*package, actor.config));
  }
  return 0;
}
