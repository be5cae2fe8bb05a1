#include "format/level.hpp"

namespace kameo::idl {
namespace {

using Is = Level::Is;

Level level_of(Holds holds) {
  switch (holds) {
    case Holds::type_map:
      return {Is::names, Table::type};
    case Holds::field_map:
    case Holds::request:
    case Holds::content:
      return {Is::names, Table::field};
    case Holds::value_list:
      return {Is::names, Table::enum_value};
    case Holds::variant_map:
      return {Is::names, Table::variant};
    case Holds::module_map:
      return {Is::modules, Table::callback};
    case Holds::handler_map:
      return {Is::names, Table::handler};
    case Holds::actor_map:
      return {Is::names, Table::actor};
    case Holds::pool_actor_map:
      return {Is::names, Table::pool_actor};
    case Holds::python:
      return {Is::keys, Table::python};
    case Holds::restart:
      return {Is::keys, Table::restart};
    case Holds::backoff:
      return {Is::keys, Table::backoff};
    case Holds::limits:
      return {Is::keys, Table::limits};
    case Holds::batch:
      return {Is::keys, Table::batch};
    default:
      break;
  }
  return {};
}

}  // namespace

Level Level::of_file(const Node& root) {
  return {Is::keys, root.find("schema") != nullptr ? Table::pool : Table::schema};
}

Level Level::inside(std::string_view key, const Node& value) const {
  switch (is) {
    case Is::free:
      break;
    case Is::keys:
      if (const auto* known = find_key(table, key)) return level_of(known->holds);
      break;
    case Is::names:
      // A variant without the key `is` is a map of fields.
      if (table == Table::variant && value.find("is") == nullptr) return {Is::names, Table::field};
      return {Is::keys, table};
    case Is::modules:
      return {Is::names, Table::callback};
  }
  return {};
}

std::size_t Level::rank(std::string_view key) const {
  if (is == Is::names && table == Table::callback) return key == "doc" ? 0 : 1;
  if (is != Is::keys) return 0;
  const auto keys = keys_of(table);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].name == key) return i;
  }
  return keys.size();  // unknown, which the checker will say
}

}  // namespace kameo::idl
