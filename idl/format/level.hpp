#pragma once

#include <kameo/idl/keys.hpp>

#include "yaml.hpp"

namespace kameo::idl {

/// What kind of map stands at a place of a file, known from the tables of keys on the way there.
struct Level {
  enum class Is : std::uint8_t {
    free,     ///< a value, or anything that is not known
    keys,     ///< the keys of `table`
    names,    ///< names, each of what `table` describes
    modules,  ///< names of callback modules
  };
  Is is = Is::free;
  Table table = Table::schema;

  /// That of the whole file: a pool file has a `schema`.
  [[nodiscard]] static Level of_file(const Node& root);
  /// That of the value of `key`.
  [[nodiscard]] Level inside(std::string_view key, const Node& value) const;
  /// Where a key stands among those beside it: lower first, equal ones as they are written.
  [[nodiscard]] std::size_t rank(std::string_view key) const;
};

}  // namespace kameo::idl
