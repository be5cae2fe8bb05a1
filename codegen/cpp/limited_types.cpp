#include "cpp/limited_types.hpp"

#include <algorithm>

namespace kameo::codegen::cpp {

using schema::TypeDef;

// Until nothing more is found: types may hold each other in circles.
LimitedTypes::LimitedTypes(const schema::Package& package) : limited_(package.types.size()) {
  for (bool found = true; found;) {
    found = false;
    for (std::size_t i = 0; i < limited_.size(); ++i) {
      if (limited_[i]) continue;
      const auto& def = package.types[i];
      limited_[i] = any(def.fields) ||
                    std::any_of(def.variants.begin(), def.variants.end(),
                                [this](const auto& variant) { return any(variant.fields); }) ||
                    (def.form == TypeDef::Form::alias && reaches(def.target));
      found = found || limited_[i];
    }
  }
}

bool LimitedTypes::reaches(const schema::Type& type) const {
  if (type.kind == schema::Kind::named) return limited_[type.ref];
  return std::any_of(type.args.begin(), type.args.end(),
                     [this](const auto& arg) { return reaches(arg); });
}

bool LimitedTypes::any(const std::vector<schema::Field>& fields) const {
  return std::any_of(fields.begin(), fields.end(), [this](const auto& field) {
    return field.limits != schema::Limits{} || reaches(field.type);
  });
}

}  // namespace kameo::codegen::cpp
