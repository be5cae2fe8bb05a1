#include <kameo/concat.hpp>

#include "type_facts.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace kameo::idl {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

/// One step from a type into another: `Tree.left`.
struct Step {
  std::uint32_t to = 0;
  std::string through;  ///< the field, or nothing
};

std::optional<std::uint32_t> first_name(const Type& type,
                                        const std::function<bool(std::uint32_t)>& wanted) {
  if (type.kind == Kind::named && wanted(type.ref)) return type.ref;
  for (const auto& arg : type.args) {
    if (auto found = first_name(arg, wanted)) return found;
  }
  return std::nullopt;
}

using Next = std::function<Step(std::uint32_t)>;

/// Follows `next` from each type of `within` and reports each circle once. Every type of `within`
/// must have a next one that is in it too.
void say_circles(const Draft& draft, const std::vector<bool>& within, const Next& next,
                 const std::function<void(std::uint32_t, const std::string&)>& say) {
  enum class State : std::uint8_t { fresh, on_path, done };
  std::vector<State> states(within.size(), State::fresh);
  for (std::uint32_t start = 0; start < within.size(); ++start) {
    if (!within[start]) continue;
    std::vector<std::uint32_t> path;
    auto at = start;
    while (states[at] == State::fresh) {
      states[at] = State::on_path;
      path.push_back(at);
      at = next(at).to;
    }
    if (states[at] == State::on_path) {
      // From the type that is declared first, so that the same circle reads the same.
      auto first = *std::min_element(std::find(path.begin(), path.end(), at), path.end());
      std::string text;
      auto each = first;
      do {
        const auto step = next(each);
        text += concat(draft.package.types[each].name, step.through.empty() ? "" : ".",
                       step.through, " → ");
        each = step.to;
      } while (each != first);
      say(first, text + draft.package.types[first].name);
    }
    for (const auto visited : path) states[visited] = State::done;
  }
}

}  // namespace

bool check_aliases(const Draft& draft, Report& report) {
  const auto& types = draft.package.types;
  // Aliases that lead only to sound ones are sound; what is left holds a circle.
  std::vector<bool> unsound(types.size());
  std::vector<std::vector<std::uint32_t>> users(types.size());
  std::vector<std::size_t> open(types.size(), 0);
  std::vector<std::uint32_t> sound;
  const auto is_alias = [&](std::uint32_t i) { return types[i].form == TypeDef::Form::alias; };
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    if (!is_alias(i)) continue;
    unsound[i] = true;
    const std::function<bool(std::uint32_t)> count = [&](std::uint32_t to) {
      if (is_alias(to)) {
        users[to].push_back(i);
        ++open[i];
      }
      return false;  // so that all are visited
    };
    (void)first_name(types[i].target, count);
    if (open[i] == 0) sound.push_back(i);
  }
  while (!sound.empty()) {
    const auto i = sound.back();
    sound.pop_back();
    unsound[i] = false;
    for (const auto user : users[i]) {
      if (--open[user] == 0) sound.push_back(user);
    }
  }
  bool good = true;
  const auto next = [&](std::uint32_t i) {
    return Step{*first_name(types[i].target, [&](std::uint32_t to) { return unsound[to]; }), {}};
  };
  say_circles(draft, unsound, next, [&](std::uint32_t first, const std::string& circle) {
    good = false;
    report
        .error(Code::alias_cycle, draft.origins[first].name.place,
               concat("aliases lead in a circle: ", circle))
        .hint("a struct or union on the way may refer to itself, an alias cannot");
  });
  return good;
}

bool check_finite(const Draft& draft, const TypeFacts& facts, Report& report) {
  const auto& types = draft.package.types;
  std::vector<bool> endless(types.size());
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    endless[i] = facts.min_bytes(i) == TypeFacts::infinite;
  }
  const auto wanted = [&](std::uint32_t to) { return endless[to]; };
  const auto step_through = [&](const std::vector<schema::Field>& fields,
                                const std::string& before) -> std::optional<Step> {
    for (const auto& field : fields) {
      if (facts.min_bytes(field.type) != TypeFacts::infinite) continue;
      return Step{*first_name(field.type, wanted), before + field.name};
    }
    return std::nullopt;
  };
  const auto next = [&](std::uint32_t i) -> Step {
    const auto& type = types[i];
    if (type.form == TypeDef::Form::alias) return {*first_name(type.target, wanted), {}};
    if (type.form == TypeDef::Form::structure) return *step_through(type.fields, {});
    const auto& variant = type.variants.front();  // no variant has an end
    const bool fields = variant.shape == schema::Variant::Shape::fields;
    auto step = *step_through(variant.fields, fields ? variant.name + "." : std::string());
    if (!fields) step.through = variant.name;
    return step;
  };
  bool good = true;
  say_circles(draft, endless, next, [&](std::uint32_t first, const std::string& circle) {
    good = false;
    report
        .error(Code::infinite_type, draft.origins[first].name.place,
               concat("a value of `", types[first].name, "` would have no end: ", circle))
        .hint("make one step optional, a list or a map, or give the union another variant");
  });
  return good;
}

}  // namespace kameo::idl
