#include <kameo/concat.hpp>
#include <kameo/schema/difference.hpp>
#include <kameo/schema/words.hpp>

#include "comparison.hpp"
#include "same_type.hpp"

#include <algorithm>

namespace kameo::evolution {
namespace {

using schema::Field;
using schema::TypeDef;
using schema::Variant;

/// The fields of a struct or of a variant.
class Fields {
 public:
  Fields(Comparison& all, const TypeDef& type, std::string prefix)
      : all_(all), type_(type), prefix_(std::move(prefix)) {}

  void compare(const std::vector<Field>& was, const std::vector<Field>& is) {
    const bool last = only_at_end(is, was);
    for (const auto& field : was) {
      if (const auto* now = find_name(is, field.name)) {
        compare_field(field, *now);
      } else {
        const bool spare = last && may_be_left_out(all_.before, field);
        all_.shape(type_, concat(named(field), " is gone"), {true, true}, Bridged{spare});
      }
    }
    const bool at_end = only_at_end(was, is);
    // C++'s constructors take all fields in order; behind the last one without a default any number
    // may be left out.
    const auto required = std::find_if(is.rbegin(), is.rend(), [this](const Field& field) {
      return !may_be_left_out(all_.after, field);
    });
    const auto optional_from = static_cast<std::size_t>(is.rend() - required);
    for (std::size_t i = 0; i < is.size(); ++i) {
      if (find_name(was, is[i].name) == nullptr) added(is[i], at_end, at_end && i >= optional_from);
    }
    if (!in_order(was, is)) {
      // Python's classes take their fields by name.
      all_.shape(type_, concat(prefix_, "fields stand in another order"), {true, false});
    }
  }

 private:
  [[nodiscard]] std::string named(const Field& field) const {
    return concat(prefix_, "field `", field.name, "`");
  }

  void added(const Field& field, bool at_end, bool may_be_no_argument) {
    const bool optional = may_be_left_out(all_.after, field);
    auto what = concat(named(field), " is new");
    if (!at_end) what += ", before others";
    if (!optional) what += ", without a default";
    all_.shape(type_, std::move(what), {!may_be_no_argument, !optional},
               Bridged{at_end && optional});
  }

  void compare_field(const Field& was, const Field& is) {
    const TypeInTwo types{all_.before, was.type, all_.after, is.type};
    if (!same_type(types)) {
      all_.shape(type_,
                 concat(named(is), " is ", to_string(all_.after, is.type), ", was ",
                        to_string(all_.before, was.type)),
                 {true, !same_in_python(types)});
      return;  // limits and defaults are those of another type
    }
    compare_limits(all_, type_, named(is), was, is);
    const bool had = may_be_left_out(all_.before, was);
    const bool has = may_be_left_out(all_.after, is);
    if (had && !has) {
      all_.add(type_, concat(named(is), " has no default any more"), {}, {false, true});
    } else if (was.default_value != is.default_value) {
      all_.add(type_, concat(named(is), had ? " has another default" : " has a default now"), {},
               {});
    }
  }

  Comparison& all_;
  const TypeDef& type_;
  std::string prefix_;
};

void compare_values(Comparison& all, const TypeDef& was, const TypeDef& is) {
  const bool last = only_at_end(is.values, was.values);
  for (const auto& value : was.values) {
    if (find_name(is.values, value.name) == nullptr) {
      all.shape(is, concat("value `", value.name, "` is gone"), {true, true}, Bridged{last});
    }
  }
  const bool at_end = only_at_end(was.values, is.values);
  for (const auto& value : is.values) {
    if (find_name(was.values, value.name) != nullptr) continue;
    all.shape(is, concat("value `", value.name, "` is new", at_end ? "" : ", before others"), {},
              Bridged{at_end});
  }
  if (!in_order(was.values, is.values)) all.shape(is, "values stand in another order", {});
}

void compare_variants(Comparison& all, const TypeDef& was, const TypeDef& is) {
  const bool last = only_at_end(is.variants, was.variants);
  for (const auto& variant : was.variants) {
    const auto* now = find_name(is.variants, variant.name);
    const auto named = concat("variant `", variant.name, "`");
    if (now == nullptr) {
      all.shape(is, concat(named, " is gone"), {true, true}, Bridged{last});
    } else if (now->shape != variant.shape) {
      all.shape(is, concat(named, " holds ", word(now->shape), ", held ", word(variant.shape)),
                {true, true});
    } else {
      Fields(all, is, named + ": ").compare(variant.fields, now->fields);
    }
  }
  const bool at_end = only_at_end(was.variants, is.variants);
  for (const auto& variant : is.variants) {
    if (find_name(was.variants, variant.name) != nullptr) continue;
    // A `visit` that has a function for each variant lacks one now.
    all.shape(is, concat("variant `", variant.name, "` is new", at_end ? "" : ", before others"),
              {true, false}, Bridged{at_end});
  }
  if (!in_order(was.variants, is.variants)) {
    // std::variant's index moves, and nothing else.
    all.shape(is, "variants stand in another order", {});
  }
}

}  // namespace

void compare_types(Comparison& all, const TypeDef& was, const TypeDef& is) {
  if (was.form != is.form) {
    all.shape(is, concat("is ", word(is.form), ", was ", word(was.form)), {true, true});
    return;
  }
  switch (is.form) {
    case TypeDef::Form::structure:
      Fields(all, is, "").compare(was.fields, is.fields);
      break;
    case TypeDef::Form::enumeration:
      compare_values(all, was, is);
      break;
    case TypeDef::Form::tagged_union:
      compare_variants(all, was, is);
      break;
    case TypeDef::Form::alias:
      if (const TypeInTwo types{all.before, was.target, all.after, is.target}; !same_type(types)) {
        all.shape(is,
                  concat("stands for ", to_string(all.after, is.target), ", was ",
                         to_string(all.before, was.target)),
                  {true, !same_in_python(types)});
      }
      break;
  }
}

}  // namespace kameo::evolution
