#include <kameo/concat.hpp>

#include "type_facts.hpp"

namespace kameo::idl {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

constexpr std::uint64_t largest_minimum = std::uint64_t{16} << 20U;

/// Judges the parts of one type, as spelled at one place.
class UseCheck {
 public:
  UseCheck(const Draft& draft, const TypeFacts& facts, Report& report)
      : draft_(draft), facts_(facts), report_(report) {}

  void check(const TypeExpr& spelled, const Type& type) {
    for (std::size_t i = 0; i < type.args.size(); ++i) check(spelled.args[i], type.args[i]);
    switch (type.kind) {
      case Kind::optional:
        check_optional(spelled, type);
        break;
      case Kind::list:
      case Kind::fixed_array:
        check_element(spelled, type);
        break;
      case Kind::set:
      case Kind::map:
        check_key(spelled.args[0], type);
        break;
      case Kind::numeric_array:
        check_number(spelled, type);
        break;
      default:
        break;
    }
    if (type.kind == Kind::fixed_array || type.kind == Kind::numeric_array) {
      check_size(spelled, type);
    }
  }

 private:
  [[nodiscard]] const Type& target(const Type& type) const {
    return schema::resolve(draft_.package, type);
  }
  [[nodiscard]] bool is_broken(const Type& type) const {
    return type.kind == Kind::named && draft_.origins[type.ref].broken;
  }

  void check_optional(const TypeExpr& spelled, const Type& type) {
    if (is_broken(target(type.args[0])) || target(type.args[0]).kind != Kind::optional) return;
    auto said = report_.error(Code::optional_of_optional, spelled.args[0].place,
                              "an optional of an optional");
    said.hint("one that is not there cannot be told from one that holds nothing");
    note_named(said, type.args[0]);
  }

  void check_element(const TypeExpr& spelled, const Type& type) {
    if (facts_.min_bytes(type.args[0]) > 0) return;
    auto said = report_.error(Code::carries_nothing, spelled.args[0].place,
                              concat("an element of type `",
                                     to_string(draft_.package, type.args[0]), "` carries nothing"));
    said.hint("a number of them would be all the value there is: use u32");
    note_named(said, type.args[0]);
  }

  void check_key(const TypeExpr& spelled, const Type& type) {
    const auto& key = target(type.args[0]);
    const bool scalar = is_integer(key.kind) || key.kind == Kind::boolean ||
                        key.kind == Kind::string || key.kind == Kind::bytes ||
                        key.kind == Kind::uuid;
    const bool is_enum =
        key.kind == Kind::named &&
        (draft_.package.type(key).form == TypeDef::Form::enumeration || is_broken(key));
    if (scalar || is_enum) return;
    auto said =
        report_.error(Code::bad_key_type, spelled.place,
                      concat("`", to_string(draft_.package, type.args[0]), "` cannot be ",
                             type.kind == Kind::map ? "the key of a map" : "the element of a set"));
    said.hint("those are integers, bool, string, bytes, uuid and enums");
    note_named(said, type.args[0]);
  }

  void check_number(const TypeExpr& spelled, const Type& type) {
    // An alias would be resolved twice in every language for nothing.
    if (is_number(type.args[0].kind)) return;
    report_
        .error(Code::bad_array_element, spelled.args[0].place,
               concat("the elements of an array are numbers, not `",
                      to_string(draft_.package, type.args[0]), "`"))
        .hint("i8 … u64, f32, f64; `list<T>` holds anything");
  }

  void check_size(const TypeExpr& spelled, const Type& type) {
    if (facts_.min_bytes(type) <= largest_minimum) return;
    report_.error(Code::type_too_large, spelled.place, "a value takes more than 16 MiB at least")
        .hint("lists and `*` dimensions grow with what they hold");
  }

  void note_named(Report::Said& said, const Type& type) const {
    if (type.kind != Kind::named) return;
    said.note(draft_.origins[type.ref].name.place,
              concat("`", draft_.package.type(type).name, "` is declared here"));
  }

  const Draft& draft_;
  const TypeFacts& facts_;
  Report& report_;
};

void check_counts(const Draft& draft, Report& report) {
  constexpr std::size_t most = 65535;  // an index travels as u16
  for (std::size_t i = 0; i < draft.origins.size(); ++i) {
    const auto& type = draft.package.types[i];
    const bool is_enum = type.form == TypeDef::Form::enumeration;
    const auto count = is_enum ? type.values.size() : type.variants.size();
    if (count <= most) continue;
    report
        .error(Code::too_many, draft.origins[i].name.place,
               concat(is_enum ? "an enum of " : "a union of ", count, " alternatives"))
        .hint(concat("at most ", most));
  }
}

}  // namespace

bool check_types(const Draft& draft, Report& report) {
  if (!check_aliases(draft, report)) return false;
  const TypeFacts facts(draft);
  if (!check_finite(draft, facts, report)) return false;
  const auto before = report.errors();
  UseCheck check(draft, facts, report);
  for (const auto& [spelled, type] : draft.uses) check.check(*spelled, type);
  check_counts(draft, report);
  for (std::size_t i = 0; i < draft.origins.size(); ++i) {
    if (facts.min_bytes(static_cast<std::uint32_t>(i)) <= largest_minimum) continue;
    if (report.errors() > before) continue;  // the array that makes it so large has been named
    report.error(
        Code::type_too_large, draft.origins[i].name.place,
        concat("a value of `", draft.package.types[i].name, "` takes more than 16 MiB at least"));
  }
  return true;
}

}  // namespace kameo::idl
