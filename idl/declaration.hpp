#pragma once

#include <kameo/schema/package.hpp>

#include "type_spelling.hpp"
#include "yaml.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

/// What a file declares, with places, before names are looked up. The Node pointers are into the
/// file's tree, which outlives it.

struct Name {
  std::string text;
  Place place;
};

struct LimitNodes {
  const Node* min = nullptr;
  const Node* max = nullptr;
  const Node* multiple_of = nullptr;
  const Node* length = nullptr;
  const Node* items = nullptr;
  const Node* pattern = nullptr;
  const Node* unique = nullptr;  ///< has been read already; here for its place
};

struct FieldDecl {
  Name name;
  std::string doc;
  std::string deprecated;
  TypeExpr type;
  LimitNodes limits;
  const Node* default_value = nullptr;
  bool unique = false;
  bool secret = false;
};

struct ValueDecl {
  Name name;
  std::string doc;
  std::string deprecated;
};

struct VariantDecl {
  Name name;
  std::string doc;
  std::string deprecated;
  schema::Variant::Shape shape = schema::Variant::Shape::unit;
  std::vector<FieldDecl> fields;
};

struct TypeDecl {
  Name name;
  std::string doc;
  std::string deprecated;
  schema::TypeDef::Form form = schema::TypeDef::Form::structure;
  std::vector<FieldDecl> fields;
  std::vector<ValueDecl> values;
  std::vector<VariantDecl> variants;
  TypeExpr target;
};

/// A request or a config: fields written in place, or the name of a struct.
struct StructUse {
  std::optional<TypeExpr> named;
  std::vector<FieldDecl> fields;
};

struct MethodDecl {
  Name name;
  std::string doc;
  std::string deprecated;
  StructUse request;
  schema::Answer answer = schema::Answer::none;
  TypeExpr output;
  std::optional<TypeExpr> input;
  std::vector<TypeExpr> errors;
  bool idempotent = false;
  bool reentrant = false;
  std::chrono::milliseconds budget{0};
  std::chrono::milliseconds deadline{0};  ///< as schema::Method has it
  std::uint32_t concurrency = 1;
};

struct ModuleDecl {
  Name name;
  std::string doc;
  std::vector<MethodDecl> callbacks;
};

struct ActorDecl {
  Name name;
  std::string doc;
  std::string deprecated;
  std::vector<Name> uses;
  StructUse config;
  std::uint32_t concurrency = 1;
  bool reentrant = false;
  std::vector<MethodDecl> handlers;
};

struct FileDecl {
  const Source* source = nullptr;
  Name package;
  std::string doc;
  std::vector<Name> imports;
  std::vector<TypeDecl> types;
  std::vector<ModuleDecl> modules;
  std::vector<ActorDecl> actors;
};

/// Reads a schema file's tree. What is wrong is reported and left out.
[[nodiscard]] FileDecl read_declarations(const Source& source, const Node& root, Report& report);

}  // namespace kameo::idl
