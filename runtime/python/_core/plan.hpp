#pragma once

#include "ref.hpp"
#include "rules.hpp"

#include <kameo/schema/package.hpp>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

/// A schema made ready for the codec: what a payload holds, and the Python classes for it.
namespace kameo::python {

struct Shape;

/// A type as it is used, aliases followed.
struct Node {
  schema::Kind kind = schema::Kind::boolean;
  std::vector<const Node*> args;
  std::vector<std::uint32_t> dims;
  const Shape* shape = nullptr;  ///< Kind::named
  std::size_t min_bytes = 1;     ///< of one element on the wire, at least 1
  std::string text;              ///< as the IDL spells it, for messages
};

struct FieldPlan {
  std::string name;  ///< the IDL's
  Ref key;           ///< the same, interned: for dicts
  const Node* node = nullptr;
  Py_ssize_t offset = -1;  ///< of the slot in an instance; -1 for dicts
  std::unique_ptr<Rules> rules;
  const Bytes* default_value = nullptr;
  bool secret = false;
};

/// Fields in order: of a structure, or of one variant. Instances of `type`, or dicts without one.
struct Record {
  Ref type;
  bool plain = false;  ///< made by `object.__new__`, so `tp_alloc` alone does it
  std::vector<FieldPlan> fields;
};

struct VariantPlan {
  std::string name;
  Ref key;
  schema::Variant::Shape shape = schema::Variant::Shape::unit;
  Record record;
};

/// A type with a name.
struct Shape {
  std::string name;  ///< `trading.Tick`
  schema::TypeDef::Form form = schema::TypeDef::Form::structure;
  Record record;                      ///< structure
  std::vector<Ref> members;           ///< enumeration: the members, or their names
  std::vector<Ref> member_names;      ///< enumeration: interned IDL names
  std::vector<VariantPlan> variants;  ///< tagged_union
};

/// The plans of one package, made as they are asked for.
/// Thread-safety: the GIL.
class Plans {
 public:
  /// `types` maps full names to classes, as `__kameo_types__` of generated modules does, an enum
  /// also to a function that gives its class or None; a type that is not in it comes as a dict.
  Plans(schema::Package package, Ref types);

  /// Null with an exception set where a class doesn't fit or an import fails.
  const Node* node(const schema::Type& type);
  /// The node of the named type at that index of Package::types.
  const Node* node(std::uint32_t type_index);
  [[nodiscard]] const schema::Package& package() const noexcept { return package_; }

 private:
  const Shape* shape(std::uint32_t type_index);
  bool fill(Shape& shape, const schema::TypeDef& def);
  bool fill(Record& record, const std::vector<schema::Field>& fields, PyObject* type);
  bool fill_enumeration(Shape& shape, const schema::TypeDef& def, PyObject* type);
  bool fill_union(Shape& shape, const schema::TypeDef& def, PyObject* types);

  schema::Package package_;
  Ref types_;
  std::deque<Node> nodes_;  // nodes and shapes point to each other, so they never move
  std::deque<Shape> shapes_;
  std::unordered_map<std::uint32_t, Shape*> shape_of_;
  std::unordered_map<std::uint32_t, const Node*> node_of_;
};

}  // namespace kameo::python
