#pragma once

#include <kameo/schema/package.hpp>

#include "declaration.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kameo::idl {

/// A schema file that has been read.
struct LoadedFile {
  std::unique_ptr<Source> source;
  std::unique_ptr<Node> tree;
  FileDecl declared;
  std::vector<std::uint32_t> imports;  ///< indices of other files
  /// Some import could not be read: names that are not found may be its.
  bool import_failed = false;
};

/// Where a structure's, variant's or type's parts were declared: parallel to Package::types.
struct Origin {
  Name name;                                       ///< of a made type, what it was made for
  const TypeDecl* declared = nullptr;              ///< null for a made type
  const std::vector<FieldDecl>* fields = nullptr;  ///< of a structure
  std::uint32_t file = 0;
  /// Something in it has been complained about, so that what rests on it is not judged.
  bool broken = false;
};

/// A type where it is used: as spelled and as resolved, of the same shape.
struct TypeUse {
  const TypeExpr* spelled = nullptr;
  schema::Type type;
};

/// A package in the making.
struct Draft {
  schema::Package package;
  std::vector<Origin> origins;
  std::vector<TypeUse> uses;  ///< every type that was resolved, wherever it stands
};

/// Looks up all names. What is not found is reported, and stands as a bool in the draft.
[[nodiscard]] Draft resolve_names(const std::vector<LoadedFile>& files, Report& report);

/// Judges the draft's types: recursion, keys, sizes. False where walking them could not end.
[[nodiscard]] bool check_types(const Draft& draft, Report& report);

/// Names that clash in the generated code although the schema tells them apart.
void check_generated_names(const std::vector<LoadedFile>& files, const Draft& draft,
                           Report& report);

/// Reads limits and defaults into the draft's fields. Only after check_types.
void read_values(Draft& draft, Report& report);

}  // namespace kameo::idl
