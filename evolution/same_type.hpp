#pragma once

#include <kameo/schema/package.hpp>

namespace kameo::evolution {

/// Types of two packages. Aliases count as what they stand for; names of types as names, whatever
/// became of what they name.
struct TypeInTwo {
  const schema::Package& before;
  const schema::Type& was;
  const schema::Package& after;
  const schema::Type& is;
};

/// Whether they are one type to C++, and on the wire.
[[nodiscard]] bool same_type(const TypeInTwo& types);
/// Whether Python code that is right with one is right with the other: all integers are `int`.
[[nodiscard]] bool same_in_python(const TypeInTwo& types);

}  // namespace kameo::evolution
