#include <kameo/evolution/compare.hpp>

#include <kameo/concat.hpp>

#include "comparison.hpp"

namespace kameo::evolution {

std::vector<Change> compare(const schema::Package& before, const schema::Package& after) {
  Comparison all(before, after);
  for (const auto& was : before.types) {
    if (const auto* is = find_full(after.types, was)) {
      compare_types(all, was, *is);
    } else {
      auto gone = was;
      gone.line = 0;  // that of the older file
      all.shape(gone, "type is gone", {true, true});
    }
  }
  for (const auto& is : after.types) {
    if (find_full(before.types, is) == nullptr) all.add(is, "type is new", {}, {});
  }
  compare_modules(all);
  compare_actors(all);
  return std::move(all.changes);
}

}  // namespace kameo::evolution
