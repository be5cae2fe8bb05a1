#include <kameo/schema/difference.hpp>

#include <kameo/concat.hpp>
#include <kameo/schema/routes.hpp>
#include <kameo/schema/words.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace kameo::schema {
namespace {

using Form = TypeDef::Form;
using Shape = Variant::Shape;

template <class T>
bool has(const std::vector<T>& all, const std::string& name) {
  return std::any_of(all.begin(), all.end(), [&](const T& each) { return each.name == name; });
}

/// What counts as a difference.
enum class Counts : std::uint8_t { all, what_no_conversion_bridges };

/// Walks two types side by side. Each function says what differs at `path`; empty: nothing.
class Walk {
 public:
  Walk(const Package& here, const Package& there, Counts counts)
      : here_(here), there_(there), counts_(counts) {}

  std::string type(const std::string& path, const Type& a, const Type& b) {
    const auto& mine = resolve(here_, a);
    const auto& theirs = resolve(there_, b);
    if (mine.kind != theirs.kind || mine.dims != theirs.dims ||
        mine.args.size() != theirs.args.size()) {
      return concat(path, " is ", to_string(here_, mine), " here and ", to_string(there_, theirs),
                    " there");
    }
    if (mine.kind == Kind::named) return named(path, mine.ref, theirs.ref);
    for (std::size_t i = 0; i < mine.args.size(); ++i) {
      const auto inside = path + part(mine.kind, i);
      if (auto found = type(inside, mine.args[i], theirs.args[i]); !found.empty()) return found;
    }
    return {};
  }

  std::string named(const std::string& path, std::uint32_t a, std::uint32_t b) {
    if (!seen_.emplace(a, b).second) return {};
    const auto& mine = here_.types[a];
    const auto& theirs = there_.types[b];
    if (mine.form != theirs.form) {
      return concat(path, " is ", word(mine.form), " here and ", word(theirs.form), " there");
    }
    switch (mine.form) {
      case Form::structure:
        return fields(path, mine.fields, theirs.fields);
      case Form::enumeration:
        return names(path, "value", mine.values, theirs.values);
      case Form::tagged_union:
        return variants(path, mine.variants, theirs.variants);
      case Form::alias:
        break;  // resolved
    }
    return {};
  }

 private:
  static std::string part(Kind kind, std::size_t index) {
    switch (kind) {
      case Kind::optional:
        return "";
      case Kind::map:
        return index == 0 ? "[key]" : "[]";
      case Kind::tuple:
        return concat("[", index, "]");
      default:
        return "[]";
    }
  }

  /// What differs between two lists of names; the order counts, since places travel.
  template <class T>
  std::string names(const std::string& path, std::string_view what, const std::vector<T>& mine,
                    const std::vector<T>& theirs) {
    // A reader of old values has all their names; what it does not know is told when it comes.
    const auto end = counts_ == Counts::all ? std::max(mine.size(), theirs.size())
                                            : std::min(mine.size(), theirs.size());
    for (std::size_t i = 0; i < end; ++i) {
      if (i < mine.size() && i < theirs.size() && mine[i].name == theirs[i].name) continue;
      if (i < mine.size() && !has(theirs, mine[i].name)) {
        return concat(path, " has the ", what, " `", mine[i].name, "` here and not there");
      }
      if (i < theirs.size() && !has(mine, theirs[i].name)) {
        return concat(path, " has the ", what, " `", theirs[i].name, "` there and not here");
      }
      return concat(path, " has the ", what, " `", mine[i].name, "` at another place there");
    }
    return {};
  }

  std::string fields(const std::string& path, const std::vector<Field>& mine,
                     const std::vector<Field>& theirs) {
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
      if (mine[i].name != theirs[i].name) break;
      auto found = type(concat(path, ".", mine[i].name), mine[i].type, theirs[i].type);
      if (!found.empty()) return found;
    }
    if (auto found = names(path, "field", mine, theirs); !found.empty()) return found;
    if (counts_ == Counts::all) return {};
    for (auto i = theirs.size(); i < mine.size(); ++i) {
      if (may_be_left_out(here_, mine[i])) continue;
      return concat(path, " has the field `", mine[i].name,
                    "` here and not there, without a default");
    }
    for (auto i = mine.size(); i < theirs.size(); ++i) {
      if (may_be_left_out(there_, theirs[i])) continue;
      return concat(path, " has the field `", theirs[i].name,
                    "` there and not here, without a default");
    }
    return {};
  }

  std::string variants(const std::string& path, const std::vector<Variant>& mine,
                       const std::vector<Variant>& theirs) {
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
      if (mine[i].name != theirs[i].name) break;
      const auto inside = concat(path, ".", mine[i].name);
      if (mine[i].shape != theirs[i].shape) {
        return concat(inside, " holds ", word(mine[i].shape), " here and ", word(theirs[i].shape),
                      " there");
      }
      if (mine[i].shape == Shape::value) {
        auto found = type(inside, mine[i].fields[0].type, theirs[i].fields[0].type);
        if (!found.empty()) return found;
      } else if (auto found = fields(inside, mine[i].fields, theirs[i].fields); !found.empty()) {
        return found;
      }
    }
    return names(path, "variant", mine, theirs);
  }

  const Package& here_;
  const Package& there_;
  const Counts counts_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
};

std::string first(Counts counts, const Package& here, const Method& mine, const Package& there,
                  const Method& theirs) {
  Walk walk(here, there, counts);
  if (auto found = walk.named("request", mine.request, theirs.request); !found.empty()) {
    return found;
  }
  if (mine.input_stream.has_value() != theirs.input_stream.has_value()) {
    return mine.input_stream ? "it takes an input stream here and not there"
                             : "it takes an input stream there and not here";
  }
  if (mine.input_stream) {
    auto found = walk.type("input", *mine.input_stream, *theirs.input_stream);
    if (!found.empty()) return found;
  }
  if (mine.answer != theirs.answer) {
    return concat("it gives ", word(mine.answer), " here and ", word(theirs.answer), " there");
  }
  if (mine.answer != Answer::none) {
    const auto* const path = mine.answer == Answer::reply ? "reply" : "stream item";
    if (auto found = walk.type(path, mine.output, theirs.output); !found.empty()) return found;
  }
  // An error travels with its name and its text: one that the other side lacks is told by these.
  const auto errors = counts == Counts::all ? std::max(mine.errors.size(), theirs.errors.size())
                                            : std::min(mine.errors.size(), theirs.errors.size());
  for (std::size_t i = 0; i < errors; ++i) {
    const auto name = [i](const Package& package, const Method& method) {
      if (i >= method.errors.size()) return std::string("none");
      const auto& def = package.types[method.errors[i]];
      return concat(def.package, ".", def.name);
    };
    const auto a = name(here, mine);
    const auto b = name(there, theirs);
    if (a != b) return concat("declared error ", i + 1, " is ", a, " here and ", b, " there");
    auto found = walk.named(concat("error ", a), mine.errors[i], theirs.errors[i]);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

std::string first_difference(const Package& here, const Method& mine, const Package& there,
                             const Method& theirs) {
  auto found = first(Counts::all, here, mine, there, theirs);
  if (!found.empty()) return found;
  // The texts tell apart what shares a type from what has two alike; no field differs then.
  return canonical(here, mine) == canonical(there, theirs)
             ? std::string()
             : std::string("one type here is two there, or two are one");
}

std::string first_conflict(const Package& here, const Method& mine, const Package& there,
                           const Method& theirs) {
  return first(Counts::what_no_conversion_bridges, here, mine, there, theirs);
}

std::string first_conflict(const Package& here, const Type& mine, const Package& there,
                           const Type& theirs, const std::string& path) {
  return Walk(here, there, Counts::what_no_conversion_bridges).type(path, mine, theirs);
}

bool written_alike(const Package& here, const Type& mine, const Package& there,
                   const Type& theirs) {
  return Walk(here, there, Counts::all).type("", mine, theirs).empty();
}

bool may_be_left_out(const Package& package, const Field& field) {
  return field.default_value.has_value() || resolve(package, field.type).kind == Kind::optional;
}

}  // namespace kameo::schema
