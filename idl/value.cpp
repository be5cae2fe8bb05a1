#include "value.hpp"

#include <kameo/concat.hpp>
#include <kameo/decimal.hpp>
#include <kameo/time.hpp>
#include <kameo/utf8.hpp>
#include <kameo/uuid.hpp>

#include <kameo/base64.hpp>
#include "display.hpp"
#include "limits.hpp"
#include "names.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace kameo::idl {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

namespace {

constexpr std::uint32_t deepest = 64;  // CodecLimits::depth: no reader would take more

std::string shown(const Node& node) {
  return node.is_scalar() ? concat("`", excerpt(node.text), "`") : std::string(kind_name(node));
}

template <class Number>
std::string range() {
  return concat("from ", std::numeric_limits<Number>::min(), " to ",
                std::numeric_limits<Number>::max());
}

std::string range(Kind kind) {
  switch (kind) {
    case Kind::i8:
      return range<std::int8_t>();
    case Kind::i16:
      return range<std::int16_t>();
    case Kind::i32:
      return range<std::int32_t>();
    case Kind::i64:
      return range<std::int64_t>();
    case Kind::u8:
      return range<std::uint8_t>();
    case Kind::u16:
      return range<std::uint16_t>();
    case Kind::u32:
      return range<std::uint32_t>();
    default:
      return range<std::uint64_t>();
  }
}

/// `0777`, `1_000`, `0x1F`: numbers in one YAML, text or others in another.
bool is_plain_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
  return !leading_zero && !text.starts_with('+') && text.find_first_of("_xXoO") == text.npos;
}

template <class Number>
bool parse_whole(std::string_view text, Number& number) noexcept {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size() && is_plain_number(text);
}

std::size_t element_size(Kind kind) noexcept {
  switch (kind) {
    case Kind::i8:
    case Kind::u8:
      return 1;
    case Kind::i16:
    case Kind::u16:
      return 2;
    case Kind::i32:
    case Kind::u32:
    case Kind::f32:
      return 4;
    default:
      return 8;
  }
}

std::vector<std::string> names_of(const std::vector<schema::Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return names;
}

}  // namespace

template <class Number>
void ValueReader::put(Number number) {
  const auto at = out_.size();
  out_.resize(at + sizeof number);
  std::memcpy(out_.data() + at, &number, sizeof number);
}

void ValueReader::put_count(std::size_t count) {
  put(static_cast<std::uint32_t>(count));
}

void ValueReader::align(std::size_t alignment) {
  out_.resize((out_.size() + alignment - 1) & ~(alignment - 1));
}

bool ValueReader::wrong(const Node& node, const std::string& expected, std::string hint) {
  if (!node.is_bad()) {
    report_.error(codes_.bad, node.place, concat("expected ", expected, ", got ", shown(node)))
        .hint(std::move(hint));
  }
  return false;
}

std::optional<Bytes> ValueReader::read(const Node& node, const Type& type) {
  out_.clear();
  const auto before = report_.errors();
  value(node, type);
  if (report_.errors() > before || node.is_bad()) return std::nullopt;
  return std::move(out_);
}

std::optional<Bytes> ValueReader::read(const Node& node, const schema::Field& field) {
  out_.clear();
  defaults_.assign({&node});
  const auto before = report_.errors();
  limited(node, field);
  if (report_.errors() > before || node.is_bad()) return std::nullopt;
  return std::move(out_);
}

void ValueReader::limited(const Node& node, const schema::Field& field) {
  const auto before = report_.errors();
  value(node, field.type);
  if (report_.errors() > before) return;
  check_limits(draft_, node, field.type, field.limits, field.secret, codes_.limit, report_);
}

void ValueReader::value(const Node& node, const Type& type) {
  if (node.is_bad()) return;
  switch (type.kind) {
    case Kind::optional:
      return optional(node, type);
    case Kind::list:
    case Kind::set:
    case Kind::fixed_array:
    case Kind::tuple:
      return sequence(node, type);
    case Kind::map:
      return map(node, type);
    case Kind::numeric_array:
      return numeric_array(node, type);
    case Kind::named:
      return named(node, type);
    default:
      return scalar(node, type);
  }
}

bool ValueReader::trapped(const Node& node) {
  if (!node.is_scalar() || node.quoted) return false;
  const bool word = is_yaml_word(node.text);
  if (!word && !looks_like_number(node.text)) return false;
  report_
      .error(word ? Code::unquoted_word : Code::number_as_text, node.place,
             concat("`", excerpt(node.text), "` is a ",
                    word ? "truth value to some YAML readers" : "number to YAML", ", not text"))
      .hint(concat("write \"", excerpt(node.text), "\""));
  return true;
}

void ValueReader::scalar(const Node& node, const Type& type) {
  const std::string name(to_string(type.kind));
  if (!node.is_scalar()) {
    wrong(node, name);
    return;
  }
  switch (type.kind) {
    case Kind::boolean:
      if (node.quoted || (node.text != "true" && node.text != "false")) {
        wrong(node, "true or false",
              is_yaml_word(node.text) ? "YAML 1.2 has no other words for it" : "");
      }
      put(std::uint8_t{node.text == "true"});
      return;
    case Kind::f32:
    case Kind::f64:
      return floating(node, type.kind);
    case Kind::string:
      return text(node);
    case Kind::bytes:
      if (const auto bytes = from_base64(node.text)) {
        put_count(bytes->size());
        out_.insert(out_.end(), bytes->begin(), bytes->end());
      } else {
        wrong(node, "bytes as base64", "RFC 4648, with its `=` at the end");
      }
      return;
    case Kind::timestamp:
      if (const auto at = parse_timestamp(node.text)) {
        put(std::int64_t{at->time_since_epoch().count()});
      } else {
        wrong(node, "a timestamp", "as RFC 3339 writes it: 2026-11-21T09:30:00Z");
      }
      return;
    case Kind::duration:
      if (const auto length = parse_duration(node.text)) {
        put(std::int64_t{length->count()});
      } else {
        wrong(node, "a duration", "numbers and units, d h m s ms us: 1h30m, 200ms");
      }
      return;
    case Kind::uuid:
      if (const auto uuid = parse_uuid(node.text)) {
        for (const auto byte : uuid->bytes) put(byte);
      } else {
        wrong(node, "a uuid", "such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
      }
      return;
    case Kind::decimal:
      if (const auto number = parse_decimal(node.text)) {
        put(number->low);
        put(number->high);
        put(number->exponent);
        put(std::uint8_t{number->negative});
      } else {
        wrong(node, "a decimal", "up to 34 digits, a point, an exponent: 12.50, 1E+3");
      }
      return;
    default:
      return integer(node, type.kind);
  }
}

void ValueReader::integer(const Node& node, Kind kind) {
  const auto read = [&](auto number) {
    if (!node.quoted && parse_whole(node.text, number)) return put(number);
    std::string hint = node.quoted ? "without the quotes" : range(kind);
    if (!node.quoted && looks_like_number(node.text) && !is_plain_number(node.text)) {
      hint = "decimal digits only: YAML readers differ on the rest";
    }
    wrong(node, std::string(to_string(kind)), hint);
  };
  switch (kind) {
    case Kind::i8:
      return read(std::int8_t{});
    case Kind::i16:
      return read(std::int16_t{});
    case Kind::i32:
      return read(std::int32_t{});
    case Kind::i64:
      return read(std::int64_t{});
    case Kind::u8:
      return read(std::uint8_t{});
    case Kind::u16:
      return read(std::uint16_t{});
    case Kind::u32:
      return read(std::uint32_t{});
    default:
      return read(std::uint64_t{});
  }
}

void ValueReader::floating(const Node& node, Kind kind) {
  const auto read = [&](auto number) {
    using Number = decltype(number);
    constexpr auto infinity = std::numeric_limits<Number>::infinity();
    if (node.quoted || !looks_like_number(node.text)) {
      wrong(node, std::string(to_string(kind)),
            node.quoted ? "without the quotes" : "such as 1.5, 1e-3, .inf, -.inf, .nan");
    } else if (node.text == ".nan") {
      put(std::numeric_limits<Number>::quiet_NaN());
    } else if (node.text == ".inf" || node.text == "-.inf") {
      put(node.text.front() == '-' ? -infinity : infinity);
    } else {
      const auto* const end = node.text.data() + node.text.size();
      const auto [stop, error] = std::from_chars(node.text.data(), end, number);
      if (error != std::errc() || stop != end || !is_plain_number(node.text)) {
        wrong(node, std::string(to_string(kind)),
              error == std::errc::result_out_of_range ? "it is too large or too small"
                                                      : "decimal digits only");
      }
      put(number);
    }
  };
  return kind == Kind::f32 ? read(float{}) : read(double{});
}

void ValueReader::text(const Node& node) {
  if (trapped(node)) return;
  if (!is_utf8(node.text)) {  // an escape such as "\ud800" can make it so
    wrong(node, "text that is UTF-8");
    return;
  }
  put_count(node.text.size());
  const auto bytes = as_bytes(node.text);
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

void ValueReader::optional(const Node& node, const Type& type) {
  put(std::uint8_t{!node.is_null()});
  if (!node.is_null()) value(node, type.args[0]);
}

void ValueReader::sequence(const Node& node, const Type& type) {
  if (!node.is_list()) {
    wrong(node, concat("a list for `", schema::to_string(draft_.package, type), "`"));
    return;
  }
  const auto count = node.items.size();
  const bool fixed = type.kind == Kind::fixed_array || type.kind == Kind::tuple;
  const auto wanted = type.kind == Kind::tuple         ? type.args.size()
                      : type.kind == Kind::fixed_array ? type.dims[0]
                                                       : count;
  if (count != wanted) {
    report_.error(codes_.bad, node.place,
                  concat("expected ", wanted, " elements for `",
                         schema::to_string(draft_.package, type), "`, got ", count));
    return;
  }
  if (!fixed) put_count(count);
  std::set<Bytes> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const auto start = out_.size();
    value(node.items[i], type.args[type.kind == Kind::tuple ? i : 0]);
    if (type.kind == Kind::set) once(seen, start, node.items[i], "set");
  }
}

void ValueReader::once(std::set<Bytes>& seen, std::size_t start, const Node& node,
                       std::string_view where) {
  Bytes written(out_.begin() + static_cast<std::ptrdiff_t>(start), out_.end());
  // What could not be read wrote nothing, and has been complained about.
  if (written.empty() || seen.insert(std::move(written)).second) return;
  report_.error(codes_.bad, node.place, concat(shown(node), " is in the ", where, " twice"));
}

void ValueReader::map(const Node& node, const Type& type) {
  if (!node.is_map()) {
    wrong(node, concat("a map for `", schema::to_string(draft_.package, type), "`"));
    return;
  }
  put_count(node.entries.size());
  std::set<Bytes> seen;  // 0 and -0 are one key, though YAML sees two
  for (const auto& [key, mapped] : node.entries) {
    const auto start = out_.size();
    value(key, type.args[0]);
    once(seen, start, key, "map");
    value(mapped, type.args[1]);
  }
}

void ValueReader::numeric_array(const Node& node, const Type& type) {
  const auto rank = std::max<std::size_t>(type.dims.size(), 1);
  std::vector<std::uint32_t> shape;
  const Node* level = &node;
  for (std::size_t i = 0; i < rank; ++i) {
    if (!level->is_list()) {
      wrong(*level, concat("a list for `", schema::to_string(draft_.package, type), "`"),
            rank > 1 ? concat("lists inside each other, ", rank, " deep") : "");
      return;
    }
    const auto count = level->items.size();
    const auto wanted = type.dims.empty() || type.dims[i] == 0 ? count : type.dims[i];
    if (count != wanted) {
      report_.error(codes_.bad, level->place,
                    concat("expected ", wanted, " elements for `",
                           schema::to_string(draft_.package, type), "`, got ", count));
      return;
    }
    shape.push_back(static_cast<std::uint32_t>(count));
    if (count == 0) {  // no further level to look at
      shape.resize(rank, 0);
      for (std::size_t rest = i + 1; rest < rank; ++rest) shape[rest] = type.dims[rest];
      break;
    }
    level = &level->items.front();
  }
  for (const auto dim : shape) put(dim);
  align(element_size(type.args[0].kind));
  numbers(node, type.args[0].kind, shape, 0);
}

void ValueReader::numbers(const Node& node, Kind kind, const std::vector<std::uint32_t>& shape,
                          std::size_t dimension) {
  if (dimension == shape.size()) {
    Type element;
    element.kind = kind;
    return scalar(node, element);
  }
  if (!node.is_list() || node.items.size() != shape[dimension]) {
    report_.error(
        codes_.bad, node.place,
        concat("expected a list of ", shape[dimension], " elements, as its neighbours are"));
    return;
  }
  for (const auto& item : node.items) numbers(item, kind, shape, dimension + 1);
}

void ValueReader::named(const Node& node, const Type& type) {
  const auto& definition = draft_.package.type(type);
  const auto& origin = draft_.origins[type.ref];
  if (origin.broken) return;
  if (definition.form == TypeDef::Form::alias) return value(node, definition.target);
  if (definition.form == TypeDef::Form::enumeration) return enumeration(node, definition);
  if (++depth_ > deepest) {
    report_.error(codes_.bad, node.place,
                  concat("structs and unions more than ", deepest, " deep inside each other"));
  } else if (definition.form == TypeDef::Form::structure) {
    fields(node, concat("`", definition.name, "`"), definition.fields, *origin.fields);
  } else {
    tagged_union(node, definition, origin);
  }
  --depth_;
}

void ValueReader::enumeration(const Node& node, const TypeDef& type) {
  std::vector<std::string> names;
  for (const auto& each : type.values) names.push_back(each.name);
  if (!node.is_scalar()) {
    wrong(node, concat("a value of `", type.name, "`"), concat("one of ", listed(names)));
    return;
  }
  if (trapped(node)) return;
  const auto found = std::find(names.begin(), names.end(), node.text);
  if (found == names.end()) {
    wrong(node, concat("a value of `", type.name, "`"),
          did_you_mean(node.text, names, concat("one of ", listed(names))));
    return;
  }
  put(static_cast<std::uint16_t>(found - names.begin()));
}

void ValueReader::tagged_union(const Node& node, const TypeDef& type, const Origin& origin) {
  std::vector<std::string> names;
  for (const auto& each : type.variants) names.push_back(each.name);
  const bool entry = node.is_map() && node.entries.size() == 1;
  if (!entry && !node.is_scalar()) {
    wrong(node, concat("a variant of `", type.name, "`"),
          concat("{variant: value}, or the name of one without a value: ", listed(names)));
    return;
  }
  const auto& tag = entry ? node.entries.front().key : node;
  const auto found = std::find(names.begin(), names.end(), tag.text);
  if (found == names.end()) {
    wrong(tag, concat("a variant of `", type.name, "`"),
          did_you_mean(tag.text, names, concat("one of ", listed(names))));
    return;
  }
  const auto index = static_cast<std::size_t>(found - names.begin());
  const auto& variant = type.variants[index];
  put(static_cast<std::uint16_t>(index));
  const auto* content = entry ? &node.entries.front().value : nullptr;
  switch (variant.shape) {
    case schema::Variant::Shape::unit:
      if (content != nullptr && !content->is_null()) {
        wrong(*content, concat("nothing for variant `", variant.name, "`"),
              concat("write `", variant.name, "` alone"));
      }
      return;
    case schema::Variant::Shape::value:
      if (content == nullptr) {
        wrong(node, concat("{", variant.name, ": value}"), "this variant holds a value");
        return;
      }
      return limited(*content, variant.fields.front());
    case schema::Variant::Shape::fields:
      if (content == nullptr) {
        wrong(node, concat("{", variant.name, ": {…}}"), "this variant holds fields");
        return;
      }
      return fields(*content, concat("variant `", variant.name, "`"), variant.fields,
                    origin.declared->variants[index].fields);
  }
}

void ValueReader::fields(const Node& node, const std::string& of,
                         const std::vector<schema::Field>& fields,
                         const std::vector<FieldDecl>& declared) {
  if (!node.is_map()) {
    wrong(node, concat("a map of the fields of ", of));
    return;
  }
  const auto names = names_of(fields);
  for (const auto& [key, content] : node.entries) {
    if (std::find(names.begin(), names.end(), key.text) != names.end()) continue;
    report_
        .error(Code::unknown_key, key.place, concat(of, " has no field `", excerpt(key.text), "`"))
        .hint(did_you_mean(key.text, names,
                           names.empty() ? "it has none" : concat("it has ", listed(names))));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (const auto* content = node.find(fields[i].name)) {
      limited(*content, fields[i]);
    } else {
      missing(node, of, fields[i], declared[i]);
    }
  }
}

void ValueReader::missing(const Node& node, const std::string& of, const schema::Field& field,
                          const FieldDecl& declared) {
  if (const auto* other = declared.default_value) {
    // Written anew rather than copied: arrays are padded by where they stand.
    if (std::find(defaults_.begin(), defaults_.end(), other) != defaults_.end()) {
      report_.error(Code::default_in_itself, other->place,
                    concat("the default of `", field.name, "` holds itself"));
      return;
    }
    defaults_.push_back(other);
    value(*other, field.type);
    defaults_.pop_back();
  } else if (schema::resolve(draft_.package, field.type).kind == Kind::optional) {
    put(std::uint8_t{0});
  } else {
    report_.error(codes_.missing, node.place, concat(of, " needs the field `", field.name, "`"))
        .hint(concat("of type `", schema::to_string(draft_.package, field.type),
                     "`, without a default"))
        .note(declared.name.place, concat("`", field.name, "` is declared here"));
  }
}

}  // namespace kameo::idl
