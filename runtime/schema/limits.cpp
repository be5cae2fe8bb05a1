#include <kameo/schema/limits.hpp>

#include <kameo/concat.hpp>

namespace kameo::schema {
namespace {

template <class Bound>
std::string between(const std::optional<Bound>& min, const std::optional<Bound>& max) {
  if (min && max) return concat(" in ", *min, "..", *max);
  if (min) return concat(" of at least ", *min);
  if (max) return concat(" of at most ", *max);
  return {};
}

std::string counted(const std::optional<std::uint64_t>& min,
                    const std::optional<std::uint64_t>& max, std::string_view what) {
  const auto things = [what](std::uint64_t count) {
    return what.substr(0, count == 1 ? what.size() - 1 : what.size());
  };
  if (min && max && *min == *max) return concat(" of ", *min, " ", things(*min));
  if (min && max) return concat(" of ", *min, " to ", *max, " ", things(*max));
  if (min || max) return concat(between(min, max), " ", things(min ? *min : *max));
  return {};
}

}  // namespace

std::string describe(const Limits& limits, Kind kind) {
  auto text = between(limits.min, limits.max);
  if (limits.multiple_of) text += concat(", a multiple of ", *limits.multiple_of);
  text +=
      counted(limits.min_length, limits.max_length, kind == Kind::bytes ? "bytes" : "characters");
  text += counted(limits.min_items, limits.max_items, "elements");
  if (limits.pattern) text += concat(", matching `", *limits.pattern, "`");
  if (limits.unique) text += ", no two of them equal";
  return text;
}

}  // namespace kameo::schema
