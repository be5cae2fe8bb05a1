#include "limits.hpp"

#include <kameo/base64.hpp>
#include <kameo/concat.hpp>
#include <kameo/pattern.hpp>
#include <kameo/schema/exact.hpp>
#include <kameo/time.hpp>

#include "display.hpp"
#include "value.hpp"

#include <charconv>

namespace kameo::idl {

using schema::Exact;
using schema::Kind;
using schema::Type;

namespace {

bool has_order(Kind kind) noexcept {
  return is_number(kind) || kind == Kind::decimal || kind == Kind::timestamp ||
         kind == Kind::duration;
}
bool has_multiples(Kind kind) noexcept {
  // Not of floats: 0.3 is no multiple of 0.1 in binary, and each language would round differently.
  return is_integer(kind) || kind == Kind::decimal || kind == Kind::duration;
}
bool has_length(Kind kind) noexcept {
  return kind == Kind::string || kind == Kind::bytes;
}
bool has_items(Kind kind) noexcept {
  return kind == Kind::list || kind == Kind::set || kind == Kind::map;
}

/// The text that the schema keeps: durations and timestamps in one spelling.
std::string canonical(Kind kind, const std::string& text) {
  if (kind == Kind::duration) return kameo::to_string(*parse_duration(text));
  if (kind == Kind::timestamp) return kameo::to_string(*parse_timestamp(text));
  return text;
}

class LimitReader {
 public:
  LimitReader(const Draft& draft, const FieldDecl& declared, const Type& type, Report& report)
      : draft_(draft),
        declared_(declared),
        type_(type),
        inner_(limited_type(draft.package, type)),
        report_(report) {}

  schema::Limits read() {
    const auto& nodes = declared_.limits;
    limits_.min = bound(nodes.min, "min");
    limits_.max = bound(nodes.max, "max");
    check_order();
    multiple_of(nodes.multiple_of);
    range(nodes.length, "length", has_length(inner_.kind), limits_.min_length, limits_.max_length);
    range(nodes.items, "items", has_items(inner_.kind), limits_.min_items, limits_.max_items);
    pattern(nodes.pattern);
    if (declared_.unique && applies(*nodes.unique, "unique", inner_.kind == Kind::list)) {
      limits_.unique = true;
    }
    return std::move(limits_);
  }

 private:
  bool applies(const Node& node, std::string_view key, bool does) {
    if (does) return true;
    auto said = report_.error(
        Code::limit_not_for_type, node.place,
        concat("`", key, "` does not apply to `", to_string(draft_.package, type_), "`"));
    if (key == "unique" && inner_.kind == Kind::set) {
      said.hint("a set holds each element once already");
    } else if (key == "multiple_of" && is_number(inner_.kind)) {
      said.hint("multiples are exact for integers, decimal and duration only");
    } else if (has_items(inner_.kind) && key == "length") {
      said.hint("`items` limits how many there are");
    } else if (has_length(inner_.kind) && key == "items") {
      said.hint("`length` limits how long it is");
    } else if (has_items(inner_.kind)) {
      said.hint("limits hold for the field, not for the elements in it");
    } else if (has_length(inner_.kind) && (key == "min" || key == "max")) {
      said.hint("`length: 1..20` limits how long it is");
    }
    return false;
  }

  /// A number that the type itself could hold.
  bool fits(const Node& node) {
    const ValueReader::Codes codes{Code::bad_limit, Code::bad_limit, Code::bad_limit};
    if (!ValueReader(draft_, codes, report_).read(node, inner_)) return false;
    if (schema::number_of(inner_.kind, node.text)) return true;
    report_
        .error(Code::bad_limit, node.place, concat("`", excerpt(node.text), "` cannot be a limit"))
        .hint("leave the key out where there is no limit");
    return false;
  }

  std::optional<std::string> bound(const Node* node, std::string_view key) {
    if (node == nullptr || !applies(*node, key, has_order(inner_.kind)) || !fits(*node)) {
      return std::nullopt;
    }
    return canonical(inner_.kind, node->text);
  }

  void check_order() {
    if (!limits_.min || !limits_.max) return;
    const auto low = *schema::number_of(inner_.kind, *limits_.min);
    if (low.compare(*schema::number_of(inner_.kind, *limits_.max)) <= 0) return;
    report_
        .error(Code::empty_range, declared_.limits.min->place,
               concat("no value lies from ", *limits_.min, " to ", *limits_.max))
        .note(declared_.limits.max->place, "`max` stands here");
  }

  void multiple_of(const Node* node) {
    if (node == nullptr || !applies(*node, "multiple_of", has_multiples(inner_.kind)) ||
        !fits(*node)) {
      return;
    }
    const auto step = *schema::number_of(inner_.kind, node->text);
    if (step.is_zero() || step.is_negative()) {
      report_.error(Code::bad_limit, node->place, "`multiple_of` must be above 0");
      return;
    }
    limits_.multiple_of = canonical(inner_.kind, node->text);
  }

  /// `3`, `1..20`, `1..`, `..20`
  void range(const Node* node, std::string_view key, bool does, std::optional<std::uint64_t>& least,
             std::optional<std::uint64_t>& most) {
    if (node == nullptr || !applies(*node, key, does)) return;
    const std::string_view text = node->is_scalar() ? std::string_view(node->text) : "";
    const auto dots = text.find("..");
    const auto low = text.substr(0, dots);
    const auto high = dots == text.npos ? low : text.substr(dots + 2);
    const auto number = [&](std::string_view digits, std::optional<std::uint64_t>& out) {
      std::uint64_t value = 0;
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (error != std::errc() || stop != digits.data() + digits.size()) return digits.empty();
      out = value;
      return true;
    };
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> to;
    if (!number(low, from) || !number(high, to) || (!from && !to)) {
      if (node->is_bad()) return;
      report_
          .error(Code::bad_limit, node->place,
                 concat("`", key, "` is a number or a range, not ", shown(*node)))
          .hint("such as 8, 1..20, 1.. or ..20");
      return;
    }
    if (from && to && *from > *to) {
      report_.error(Code::empty_range, node->place, concat("nothing lies in ", node->text))
          .hint(concat("write ", *to, "..", *from));
      return;
    }
    least = from;
    most = to;
  }

  void pattern(const Node* node) {
    if (node == nullptr || !applies(*node, "pattern", inner_.kind == Kind::string)) return;
    if (!node->is_scalar()) {
      if (!node->is_bad()) {
        report_.error(Code::bad_pattern, node->place,
                      concat("expected a pattern, got ", kind_name(*node)));
      }
      return;
    }
    const auto read = Pattern::parse(node->text);
    if (read.pattern) {
      limits_.pattern = node->text;
      return;
    }
    report_.error(Code::bad_pattern, part_of(*node, read.offset, read.length), read.message)
        .hint(read.hint);
  }

  const Draft& draft_;
  const FieldDecl& declared_;
  const Type& type_;
  const Type& inner_;
  Report& report_;
  schema::Limits limits_;
};

/// A value against limits: what is expected, in words.
class LimitCheck {
 public:
  LimitCheck(const Node& node, bool secret, Code code, Report& report)
      : node_(node), secret_(secret), code_(code), report_(report) {}

  void bounds(Kind kind, const schema::Limits& limits) {
    const auto value = schema::number_of(kind, node_.text);
    const auto refuse = [&](std::string_view word, const std::string& bound) {
      say(concat(word, " ", bound));
    };
    if (limits.min) {
      const bool below = value ? value->compare(*schema::number_of(kind, *limits.min)) < 0
                               : node_.text != ".inf";  // NaN is within no limits
      if (below) refuse("at least", *limits.min);
    }
    if (limits.max) {
      const bool above =
          value ? value->compare(*schema::number_of(kind, *limits.max)) > 0 : node_.text != "-.inf";
      if (above) refuse("at most", *limits.max);
    }
    if (limits.multiple_of && value &&
        !value->is_multiple_of(*schema::number_of(kind, *limits.multiple_of))) {
      refuse("a multiple of", *limits.multiple_of);
    }
  }

  void count(std::size_t count, const std::optional<std::uint64_t>& least,
             const std::optional<std::uint64_t>& most, std::string_view unit) {
    if (least && count < *least) say(concat("at least ", *least, " ", unit), concat(count));
    if (most && count > *most) say(concat("at most ", *most, " ", unit), concat(count));
  }

  void say(const std::string& expected, std::string got = {}) {
    if (secret_) {
      got = "another value";
    } else if (got.empty()) {
      got =
          node_.is_scalar() ? concat("`", excerpt(node_.text), "`") : std::string(kind_name(node_));
    }
    report_.error(code_, node_.place, concat("expected ", expected, ", got ", got));
  }

 private:
  const Node& node_;
  bool secret_;
  Code code_;
  Report& report_;
};

bool same(const Node& a, const Node& b) {
  const auto entries_same = [](const Entry& x, const Entry& y) {
    return x.key.text == y.key.text && same(x.value, y.value);
  };
  return a.kind == b.kind && a.text == b.text &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                    entries_same);
}

}  // namespace

const Type& limited_type(const schema::Package& package, const Type& type) {
  const auto* target = &schema::resolve(package, type);
  if (target->kind == Kind::optional) target = &schema::resolve(package, target->args[0]);
  return *target;
}

schema::Limits read_limits(const Draft& draft, const FieldDecl& declared, const Type& type,
                           Report& report) {
  return LimitReader(draft, declared, type, report).read();
}

void check_limits(const Draft& draft, const Node& node, const Type& type,
                  const schema::Limits& limits, bool secret, Code code, Report& report) {
  if (limits == schema::Limits() || node.is_null() || node.is_bad()) return;
  const auto& inner = limited_type(draft.package, type);
  LimitCheck check(node, secret, code, report);
  if (has_order(inner.kind)) check.bounds(inner.kind, limits);
  if (inner.kind == Kind::string) {
    check.count(code_points(node.text), limits.min_length, limits.max_length, "characters");
    if (limits.pattern && !Pattern::parse(*limits.pattern).pattern->matches(node.text)) {
      check.say(concat("text that matches /", *limits.pattern, "/"));
    }
  }
  if (inner.kind == Kind::bytes) {
    const auto bytes = from_base64(node.text);
    check.count(bytes ? bytes->size() : 0, limits.min_length, limits.max_length, "bytes");
  }
  if (has_items(inner.kind)) {
    const auto count = node.is_map() ? node.entries.size() : node.items.size();
    check.count(count, limits.min_items, limits.max_items, "elements");
  }
  if (limits.unique && node.is_list()) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!same(node.items[i], node.items[j])) continue;
        LimitCheck(node.items[i], secret, code, report).say("elements that differ");
        break;
      }
    }
  }
}

void read_values(Draft& draft, Report& report) {
  auto& types = draft.package.types;
  const auto each_field = [&](const auto& visit) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      const auto& origin = draft.origins[i];
      for (std::size_t j = 0; j < types[i].fields.size(); ++j) {
        visit(types[i].fields[j], (*origin.fields)[j]);
      }
      for (std::size_t k = 0; k < types[i].variants.size(); ++k) {
        auto& fields = types[i].variants[k].fields;
        for (std::size_t j = 0; j < fields.size(); ++j) {
          visit(fields[j], origin.declared->variants[k].fields[j]);
        }
      }
    }
  };
  // All limits first: a default may hold values of other structs, whose limits hold for it.
  each_field([&](schema::Field& field, const FieldDecl& declared) {
    if (!declared.type.bad) field.limits = read_limits(draft, declared, field.type, report);
  });
  ValueReader values(draft, {Code::bad_default, Code::bad_default, Code::default_breaks_limit},
                     report);
  each_field([&](schema::Field& field, const FieldDecl& declared) {
    if (declared.default_value == nullptr || declared.type.bad) return;
    if (declared.default_value->is_null() &&
        schema::resolve(draft.package, field.type).kind == schema::Kind::optional) {
      return;  // what an optional starts as anyway
    }
    field.default_value = values.read(*declared.default_value, field);
  });
}

}  // namespace kameo::idl
