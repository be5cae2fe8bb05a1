#pragma once

#include <kameo/evolution/compare.hpp>

#include "reach.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kameo::evolution {

/// What a change breaks in the source of users.
struct Breaks {
  bool cpp = false;
  bool python = false;
};

/// Whether a conversion bridges a change, wherever it stands in a message.
enum class Bridged : bool { no, yes };

/// The changes so far, and what is needed to judge the next. A file of this folder adds one kind.
struct Comparison {
  Comparison(const schema::Package& old_one, const schema::Package& new_one)
      : before(old_one), after(new_one), routes(old_one, new_one) {}

  /// A change of a type's shape: it breaks the routes that reach it and are refused now; or, where
  /// it is bridged, it concerns those that are translated. Others have another change to thank.
  void shape(const schema::TypeDef& type, std::string what, Breaks breaks,
             Bridged bridged = Bridged::no) {
    const auto name = full_name(type);
    if (bridged == Bridged::no) {
      return add(type, std::move(what), routes.with(name, Fate::refused), breaks);
    }
    add(type, std::move(what), {}, breaks);
    changes.back().translated = routes.with(name, Fate::translated);
  }
  /// A change of what a method says of its own messages.
  void on_route(const auto& declared, std::string what, const std::string& route, Breaks breaks) {
    const auto fate = routes.fate_of(route);
    add(declared, std::move(what), {}, breaks);
    if (fate == Fate::refused) changes.back().routes = {route};
    if (fate == Fate::translated) changes.back().translated = {route};
  }
  void add(const auto& declared, std::string what, std::vector<std::string> on_routes,
           Breaks breaks) {
    changes.push_back({full_name(declared),
                       std::move(what),
                       std::move(on_routes),
                       {},
                       breaks.cpp,
                       breaks.python,
                       file_of(declared.package),
                       declared.line});
  }

  [[nodiscard]] std::string file_of(const std::string& package) const {
    for (const auto& file : after.files) {
      if (file.package == package) return file.path;
    }
    return {};
  }

  const schema::Package& before;
  const schema::Package& after;
  Routes routes;
  std::vector<Change> changes;
};

void compare_types(Comparison& all, const schema::TypeDef& was, const schema::TypeDef& is);
/// `of` is how the field is called: "field `price`".
void compare_limits(Comparison& all, const schema::TypeDef& type, const std::string& of,
                    const schema::Field& was, const schema::Field& is);
void compare_modules(Comparison& all);
void compare_actors(Comparison& all);

/// The element of that name; null where there is none.
template <class T>
const T* find_name(const std::vector<T>& all, const std::string& name) {
  for (const auto& each : all) {
    if (each.name == name) return &each;
  }
  return nullptr;
}
template <class T>
const T* find_full(const std::vector<T>& all, const T& like) {
  for (const auto& each : all) {
    if (each.name == like.name && each.package == like.package) return &each;
  }
  return nullptr;
}

/// Whether the elements that both lists have stand in the same order in both, the new ones at the
/// end.
template <class T>
bool in_order(const std::vector<T>& was, const std::vector<T>& is) {
  std::size_t at = 0;
  for (const auto& each : was) {
    if (find_name(is, each.name) == nullptr) continue;
    while (at < is.size() && is[at].name != each.name) {
      if (find_name(was, is[at].name) != nullptr) return false;
      ++at;
    }
    if (at == is.size()) return false;
    ++at;
  }
  return true;
}
/// Whether the new ones stand behind all that were there.
template <class T>
bool only_at_end(const std::vector<T>& was, const std::vector<T>& is) {
  bool new_one = false;
  for (const auto& each : is) {
    const bool known = find_name(was, each.name) != nullptr;
    if (known && new_one) return false;
    new_one = new_one || !known;
  }
  return true;
}

}  // namespace kameo::evolution
