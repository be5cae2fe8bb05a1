#include <kameo/schema/conversion.hpp>

#include <kameo/codec.hpp>
#include <kameo/schema/difference.hpp>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace kameo::schema {
namespace {

using Index = std::uint32_t;

/// One step into a struct, tuple or variant.
struct Part {
  enum class Action : std::uint8_t { copy, drop, fill };

  Action action = Action::copy;
  Index node = 0;
  std::string name;  ///< as it stands in paths: ".price", "[1]"; empty for none
  Bytes value;       ///< fill: the default, as a payload of its own
};

/// How one type is read and written.
struct Node {
  enum class Kind : std::uint8_t {
    raw,   ///< `size` bytes of which none can be wrong
    flag,  ///< a bool
    text,  ///< a string
    blob,  ///< bytes
    decimal,
    option,   ///< parts[0]
    list,     ///< a list or set of parts[0]
    map,      ///< parts[0] to parts[1]
    fixed,    ///< `size` times parts[0]
    record,   ///< `parts` in order
    choice,   ///< an enum, without parts; or a union, parts[i] being its variant i
    numbers,  ///< a numeric array of elements of `size` bytes
  };

  Kind kind = Kind::raw;
  bool nests = false;  ///< counts against CodecLimits::depth: a struct or union
  std::size_t size = 0;
  std::size_t min_bytes = 1;  ///< of an element
  std::vector<Part> parts;
  std::vector<std::uint32_t> dims;
  std::vector<std::string> names;  ///< choice: of the source's alternatives
  std::size_t known = 0;           ///< choice: so many of them the target knows
};

}  // namespace

struct Conversion::Plan {
  std::string what;
  errc code = errc::bad_request;
  bool alike = false;
  std::vector<Node> nodes;
  Index root = 0;
};

namespace {

/// Where raw runs are joined no further: lengths of fixed arrays are the schema's, any number.
constexpr std::size_t most_raw = std::size_t{1} << 20U;
constexpr auto not_raw = static_cast<std::size_t>(-1);

// Makes the nodes. Both types are known to have no conflict, so they are walked in step.
class Builder {
 public:
  explicit Builder(std::vector<Node>& nodes) : nodes_(nodes) {}

  // NOLINTNEXTLINE(misc-no-recursion): types nest; find_fault bounds how deep
  Index type(const Package& from, const Type& used, const Package& to, const Type& wanted) {
    const auto& type = resolve(from, used);
    const auto& other = resolve(to, wanted);
    if (type.kind == schema::Kind::named) return named(from, type.ref, to, other.ref);
    std::vector<Index> args;
    for (std::size_t i = 0; i < type.args.size(); ++i) {
      args.push_back(this->type(from, type.args[i], to, other.args[i]));
    }
    return add(node(from, type, args));
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Index named(const Package& from, Index a, const Package& to, Index b) {
    const auto key = std::tuple(&from, a, &to, b);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    const auto index = add({});
    known_.emplace(key, index);
    // A type that reaches itself finds a node that is no raw one, and so is not joined with others.
    nodes_[index].kind = Node::Kind::record;
    auto made = definition(from, from.types[a], to, to.types[b]);
    nodes_[index] = std::move(made);
    return index;
  }

  /// The defaults that stand in the nodes.
  struct Fill {
    Index node;
    Bytes value;
    std::string where;
  };
  [[nodiscard]] const std::vector<Fill>& fills() const noexcept { return fills_; }

 private:
  Index add(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<Index>(nodes_.size() - 1);
  }

  [[nodiscard]] Node node(const Package& from, const Type& type, const std::vector<Index>& args) {
    using K = schema::Kind;
    Node made;
    for (const auto arg : args) made.parts.push_back({Part::Action::copy, arg, {}, {}});
    switch (type.kind) {
      case K::boolean:
        made.kind = Node::Kind::flag;
        break;
      case K::string:
        made.kind = Node::Kind::text;
        break;
      case K::bytes:
        made.kind = Node::Kind::blob;
        break;
      case K::decimal:
        made.kind = Node::Kind::decimal;
        break;
      case K::optional:
        made.kind = Node::Kind::option;
        break;
      case K::list:
      case K::set:
      case K::map:
        made.kind = type.kind == K::map ? Node::Kind::map : Node::Kind::list;
        made.min_bytes = std::max<std::size_t>(min_encoded_bytes(from, type.args[0]), 1);
        break;
      case K::fixed_array:
        made.kind = Node::Kind::fixed;
        made.size = type.dims[0];
        if (const auto one = raw_size(made.parts[0]); one <= most_raw / made.size) {
          return raw(one * made.size);
        }
        break;
      case K::tuple:
        made.kind = Node::Kind::record;
        for (std::size_t i = 0; i < args.size(); ++i) made.parts[i].name = concat("[", i, "]");
        return joined(std::move(made));
      case K::numeric_array:
        made.kind = Node::Kind::numbers;
        made.parts.clear();
        made.size = scalar_bytes(type.args[0].kind);
        made.dims = type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims;
        break;
      default:
        return raw(scalar_bytes(type.kind));
    }
    return made;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Node definition(const Package& from, const TypeDef& a, const Package& to, const TypeDef& b) {
    Node made;
    if (a.form == TypeDef::Form::structure) {
      made.kind = Node::Kind::record;
      made.nests = true;
      made.parts = fields(from, a.fields, to, b.fields, a.name);
      return joined(std::move(made));
    }
    made.kind = Node::Kind::choice;
    if (a.form == TypeDef::Form::enumeration) {
      for (const auto& value : a.values) made.names.push_back(value.name);
      made.known = b.values.size();
      return made;
    }
    made.nests = true;
    made.known = b.variants.size();
    for (std::size_t i = 0; i < a.variants.size(); ++i) {
      const auto& variant = a.variants[i];
      made.names.push_back(variant.name);
      if (i >= b.variants.size()) continue;  // an error when it comes
      Node inside;
      inside.kind = Node::Kind::record;
      inside.parts = fields(from, variant.fields, to, b.variants[i].fields, a.name);
      if (variant.shape == Variant::Shape::value) inside.parts[0].name.clear();
      const auto index = add(joined(std::move(inside)));
      made.parts.push_back({Part::Action::copy, index, concat(".", variant.name), {}});
    }
    return made;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  std::vector<Part> fields(const Package& from, const std::vector<Field>& mine, const Package& to,
                           const std::vector<Field>& theirs, const std::string& owner) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < std::max(mine.size(), theirs.size()); ++i) {
      Part part;
      if (i >= theirs.size()) {
        part.action = Part::Action::drop;
        part.node = type(from, mine[i].type, from, mine[i].type);
      } else if (i >= mine.size()) {
        part.action = Part::Action::fill;
        part.node = type(to, theirs[i].type, to, theirs[i].type);
        // Without a default it is an optional: none.
        part.value = theirs[i].default_value.value_or(Bytes{std::byte{0}});
        fills_.push_back({part.node, part.value, concat(owner, ".", theirs[i].name)});
      } else {
        part.node = type(from, mine[i].type, to, theirs[i].type);
      }
      part.name = concat(".", i < mine.size() ? mine[i].name : theirs[i].name);
      parts.push_back(std::move(part));
    }
    return parts;
  }

  /// How many bytes are copied as they are; `not_raw` where it is not as easy as that.
  [[nodiscard]] std::size_t raw_size(const Part& part) const {
    const auto& node = nodes_[part.node];
    const bool copied = part.action == Part::Action::copy && node.kind == Node::Kind::raw;
    return copied ? node.size : not_raw;
  }
  static Node raw(std::size_t size) {
    Node made;
    made.size = size;
    return made;
  }

  /// Neighbours that are copied as bytes become one; a record of nothing else is one itself. Its
  /// depth is then not counted here, where nothing recurses for it; the reader behind counts it.
  Node joined(Node record) {
    std::vector<Part> parts;
    for (auto& part : record.parts) {
      const auto size = raw_size(part);
      const auto before = parts.empty() ? not_raw : raw_size(parts.back());
      if (size <= most_raw && before <= most_raw - size) {
        parts.back().node = add(raw(before + size));
      } else {
        parts.push_back(std::move(part));
      }
    }
    if (parts.empty()) return raw(0);
    if (parts.size() == 1 && raw_size(parts[0]) != not_raw) return raw(raw_size(parts[0]));
    record.parts = std::move(parts);
    return record;
  }

  std::vector<Node>& nodes_;
  std::map<std::tuple<const Package*, Index, const Package*, Index>, Index> known_;
  std::vector<Fill> fills_;
};

/// What comes out. Nothing is written where a value is only skipped.
class Writer {
 public:
  Writer(Bytes& out, std::size_t limit) : out_(out), limit_(limit) {}

  [[nodiscard]] bool put(ByteView bytes) {
    if (silent > 0) return true;
    if (bytes.size() > limit_ - out_.size()) return false;
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return true;
  }
  [[nodiscard]] bool align(std::size_t alignment) {
    if (silent > 0) return true;
    const auto end = detail::align_up(out_.size(), alignment);
    if (end > limit_) return false;
    out_.resize(end);
    return true;
  }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

  std::uint32_t silent = 0;  ///< inside so many values that are dropped

 private:
  Bytes& out_;
  std::size_t limit_;
};

/// One payload on its way through the nodes.
class Run {
 public:
  Run(const std::vector<Node>& nodes, ByteView payload, Writer& out, const CodecLimits& limits)
      : nodes_(nodes), payload_(payload), in_(payload, limits), out_(out), limits_(limits) {}

  /// False where it fails: then `error` and `path` say how and where.
  bool whole(Index root) {
    if (!walk(root)) return false;
    in_.finish();
    return in_.ok();
  }
  [[nodiscard]] Error error() const {
    if (error_) return *error_;
    const auto& why = in_.error();
    return why ? *why : Error(errc::internal, "a conversion that did not fail");
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): bounded by CodecLimits::depth times the nesting of a type
  bool walk(Index index) {
    const auto& node = nodes_[index];
    if (node.nests && !in_.enter()) return false;
    if (!value(node)) return false;
    if (node.nests) in_.leave();
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool value(const Node& node) {
    const auto from = in_.position();
    switch (node.kind) {
      case Node::Kind::raw:
        return take(node.size);
      case Node::Kind::flag:
        static_cast<void>(in_.flag());
        return copied(from);
      case Node::Kind::text:
        static_cast<void>(in_.text());
        return copied(from);
      case Node::Kind::blob:
        static_cast<void>(in_.bytes());
        return copied(from);
      case Node::Kind::decimal: {
        Decimal number;
        Codec<Decimal>::read(in_, number);
        return copied(from);
      }
      case Node::Kind::option: {
        const bool some = in_.flag();
        return copied(from) && (!some || walk(node.parts[0].node));
      }
      case Node::Kind::list:
      case Node::Kind::map:
        return elements(node);
      case Node::Kind::fixed:
        for (std::size_t i = 0; i < node.size; ++i) {
          if (!walk(node.parts[0].node)) return in_element(i);
        }
        return true;
      case Node::Kind::record:
        for (const auto& part : node.parts) {
          if (!step(part)) return in_part(part.name);
        }
        return true;
      case Node::Kind::choice:
        return choice(node);
      case Node::Kind::numbers:
        return numbers(node);
    }
    return false;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool elements(const Node& node) {
    const auto from = in_.position();
    const auto count = in_.count(node.min_bytes);
    if (!copied(from)) return false;
    const auto& first = nodes_[node.parts[0].node];
    if (node.kind == Node::Kind::list && first.kind == Node::Kind::raw) {
      return take(first.size * count);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!walk(node.parts[0].node)) {
        return node.kind == Node::Kind::map ? in_part("[key]") : in_element(i);
      }
      if (node.kind == Node::Kind::map && !walk(node.parts[1].node)) return in_element(i);
    }
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool step(const Part& part) {
    switch (part.action) {
      case Part::Action::copy:
        return walk(part.node);
      case Part::Action::drop: {
        ++out_.silent;
        const bool fine = walk(part.node);
        --out_.silent;
        return fine;
      }
      case Part::Action::fill:
        break;
    }
    // Walked, not copied: numeric arrays in it stand at other offsets than in a payload of its own.
    Run fill(nodes_, part.value, out_, limits_);
    if (fill.whole(part.node)) return true;
    error_ = fill.error();
    return false;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool choice(const Node& node) {
    const auto from = in_.position();
    const auto tag = in_.tag(static_cast<std::uint16_t>(node.names.size()), "it");
    if (!in_.ok()) return false;
    if (tag >= node.known) {
      std::string known;
      for (std::size_t i = 0; i < node.known; ++i) {
        known += concat(i == 0 ? "" : ", ", node.names[i]);
      }
      error_ = fail(errc::bad_request, "`", node.names[tag],
                    "` is not known to its reader, whose schema has ", known);
      return false;
    }
    if (!copied(from)) return false;
    if (node.parts.empty()) return true;
    return walk(node.parts[tag].node) || in_part(node.parts[tag].name);
  }

  bool numbers(const Node& node) {
    const auto from = in_.position();
    std::vector<std::uint32_t> shape;
    for (const auto declared : node.dims) {
      shape.push_back(in_.get<std::uint32_t>());
      if (declared != 0 && shape.back() != declared) {
        in_.fail("a numeric array that is not of its declared shape");
      }
    }
    if (!copied(from)) return false;
    in_.align(node.size);
    const auto count = element_count(shape);
    if (count > in_.left() / node.size) in_.fail("a numeric array larger than its payload");
    return in_.ok() && (out_.align(node.size) || too_long()) && take(count * node.size);
  }

  bool take(std::size_t size) {
    const auto view = in_.take(size);
    return in_.ok() && (out_.put(view) || too_long());
  }
  /// What was read since `from` goes out as it is.
  bool copied(std::size_t from) {
    return in_.ok() && (out_.put(payload_.subspan(from, in_.position() - from)) || too_long());
  }
  bool too_long() {
    error_ =
        fail(errc::over_limit, "with the defaults of the fields that it lacks it is longer than ",
             out_.limit(), " bytes");
    return false;
  }

  // The path grows from its end, as the walk comes back from where it failed.
  bool in_part(std::string_view name) {
    path_.insert(0, name);
    return false;
  }
  bool in_element(std::size_t index) { return in_part(concat("[", index, "]")); }

  const std::vector<Node>& nodes_;
  ByteView payload_;
  Decoder in_;
  Writer& out_;
  const CodecLimits limits_;
  std::optional<Error> error_;
  std::string path_;
};

}  // namespace

Type named_type(std::uint32_t index) {
  Type type;
  type.kind = Kind::named;
  type.ref = index;
  return type;
}

Result<Conversion> Conversion::make(const End& source, const End& target, std::string what,
                                    errc code) {
  if (auto conflict =
          first_conflict(target.package, target.type, source.package, source.type, what);
      !conflict.empty()) {
    return Error(errc::schema_mismatch, std::move(conflict));
  }
  auto plan = std::make_shared<Plan>();
  plan->what = std::move(what);
  plan->code = code;
  plan->alike = written_alike(source.package, source.type, target.package, target.type);
  if (plan->alike) return Conversion(std::move(plan));
  Builder build(plan->nodes);
  plan->root = build.type(source.package, source.type, target.package, target.type);
  // Schema bytes from elsewhere may have a default that is none.
  for (const auto& fill : build.fills()) {
    Bytes memory;
    Writer out(memory, ConversionLimits{}.bytes);
    Run run(plan->nodes, fill.value, out, {});
    if (!run.whole(fill.node)) {
      return fail(errc::schema_mismatch, "the default of ", fill.where, run.path(),
                  " does not fit: ", run.error().message());
    }
  }
  return Conversion(std::move(plan));
}

Result<ByteView> Conversion::convert(ByteView payload, Bytes& memory,
                                     const ConversionLimits& limits) const {
  if (plan_->alike) return payload;
  memory.clear();
  memory.reserve(std::min(payload.size() + payload.size() / 4 + 64, limits.bytes));
  Writer out(memory, limits.bytes);
  Run run(plan_->nodes, payload, out, limits.codec);
  if (run.whole(plan_->root)) return ByteView(memory);
  const auto why = run.error();
  return fail(why.code() == errc::bad_request ? plan_->code : why.code(), plan_->what, run.path(),
              ": ", why.message());
}

Result<MethodConversion> MethodConversion::make(const Package& here, const Method& mine,
                                                const Package& there, const Method& theirs,
                                                Answered answered) {
  if (auto conflict = first_conflict(here, mine, there, theirs); !conflict.empty()) {
    return Error(errc::schema_mismatch, std::move(conflict));
  }
  // The first that can't be made: a default that is none.
  std::optional<Error> failed;
  const auto part = [&](const Type& my_type, const Type& their_type, bool towards_here,
                        std::string what, errc code) -> std::optional<Conversion> {
    const Conversion::End my_end{here, my_type};
    const Conversion::End their_end{there, their_type};
    auto made = towards_here ? Conversion::make(their_end, my_end, std::move(what), code)
                             : Conversion::make(my_end, their_end, std::move(what), code);
    if (made) return std::move(*made);
    failed = made.error();
    return std::nullopt;
  };
  const bool asked = answered == Answered::here;
  auto request = part(named_type(mine.request), named_type(theirs.request), asked, "request",
                      errc::bad_request);
  std::optional<Conversion> input;
  if (mine.input_stream && theirs.input_stream) {
    input = part(*mine.input_stream, *theirs.input_stream, asked, "input", errc::bad_request);
  }
  std::optional<Conversion> output;
  if (mine.answer != Answer::none) {
    output = part(mine.output, theirs.output, !asked,
                  mine.answer == Answer::reply ? "reply" : "stream item", errc::bad_reply);
  }
  std::map<std::string, Conversion, std::less<>> errors;
  for (std::size_t i = 0; i < std::min(mine.errors.size(), theirs.errors.size()); ++i) {
    const auto& def = here.types[mine.errors[i]];
    const auto name = concat(def.package, ".", def.name);
    auto made = part(named_type(mine.errors[i]), named_type(theirs.errors[i]), !asked,
                     concat("error ", name), errc::bad_reply);
    if (made) errors.emplace(name, std::move(*made));
  }
  if (failed || !request) return failed.value_or(Error(errc::internal, "no conversion"));
  return MethodConversion{std::move(*request), std::move(input), std::move(output),
                          std::move(errors)};
}

Error MethodConversion::convert(const Error& error, const ConversionLimits& limits) const {
  if (error.code() != errc::declared) return error;
  const auto found = errors.find(error.data().declared);
  if (found == errors.end()) return error;
  Bytes memory;
  const auto payload = found->second.convert(error.data().payload, memory, limits);
  if (!payload) return payload.error();
  auto data = error.data();
  data.payload.assign(payload->begin(), payload->end());
  return Error(std::move(data));
}

}  // namespace kameo::schema
