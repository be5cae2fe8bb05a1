#include <kameo/schema/difference.hpp>

#include <kameo/concat.hpp>
#include <kameo/schema/routes.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace kameo::schema {
namespace {

using Form = TypeDef::Form;
using Shape = Variant::Shape;

std::string_view word(Form form) noexcept {
  switch (form) {
    case Form::structure:
      return "a struct";
    case Form::enumeration:
      return "an enum";
    case Form::tagged_union:
      return "a union";
    case Form::alias:
      break;
  }
  return "an alias";
}

std::string_view word(Shape shape) noexcept {
  switch (shape) {
    case Shape::unit:
      return "nothing";
    case Shape::value:
      return "a value";
    case Shape::fields:
      break;
  }
  return "fields";
}

template <class T>
bool has(const std::vector<T>& all, const std::string& name) {
  return std::any_of(all.begin(), all.end(), [&](const T& each) { return each.name == name; });
}

/// Walks two types side by side. Each function says what differs at `path`; empty: nothing.
class Walk {
 public:
  Walk(const Package& here, const Package& there) : here_(here), there_(there) {}

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
    for (std::size_t i = 0; i < std::max(mine.size(), theirs.size()); ++i) {
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
    return names(path, "field", mine, theirs);
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
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
};

std::string_view word(Answer answer) noexcept {
  switch (answer) {
    case Answer::none:
      return "no answer";
    case Answer::reply:
      return "a reply";
    case Answer::stream:
      break;
  }
  return "a stream";
}

}  // namespace

std::string first_difference(const Package& here, const Method& mine, const Package& there,
                             const Method& theirs) {
  Walk walk(here, there);
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
  for (std::size_t i = 0; i < std::max(mine.errors.size(), theirs.errors.size()); ++i) {
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
  // The texts tell apart what shares a type from what has two alike; no field differs then.
  return canonical(here, mine) == canonical(there, theirs)
             ? std::string()
             : std::string("one type here is two there, or two are one");
}

}  // namespace kameo::schema
