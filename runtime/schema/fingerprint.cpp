#include <kameo/schema/routes.hpp>

#include <kameo/concat.hpp>

#include <map>

namespace kameo::schema {
namespace {

/// Writes types as text in which only what decides about messages is left: docs/protocol.md,
/// "Fingerprints". A named type is a number, counted by first mention, and its definition follows
/// once; so recursion ends, sharing costs nothing, and a type's own name does not matter.
class Canonical {
 public:
  explicit Canonical(const Package& package) : package_(package) {}

  void text(std::string_view piece) { out_ += piece; }

  void type(const Type& used) {
    const auto& type = resolve(package_, used);
    if (type.kind == Kind::named) return named(type.ref);
    out_ += to_string(type.kind);
    if (type.args.empty() && type.dims.empty()) return;
    out_ += '<';
    const char* separator = "";
    for (const auto& arg : type.args) {
      out_ += separator;
      this->type(arg);
      separator = ";";
    }
    for (const auto dim : type.dims) {
      out_ += concat(separator, dim);
      separator = ";";
    }
    out_ += '>';
  }

  void named(std::uint32_t index) {
    const auto [place, is_new] = numbers_.try_emplace(index, order_.size() + 1);
    if (is_new) order_.push_back(index);
    out_ += concat('#', place->second);
  }

  /// The text with the definitions of all that it mentions.
  std::string finish() {
    // A definition may mention new types: the list grows while it is read.
    for (std::size_t i = 0; i < order_.size(); ++i) {
      out_ += concat("\n#", i + 1, '=');
      definition(package_.types[order_[i]]);
    }
    return std::move(out_);
  }

 private:
  void fields(const std::vector<Field>& list) {
    out_ += '{';
    const char* separator = "";
    for (const auto& field : list) {
      out_ += concat(separator, field.name, ':');
      type(field.type);
      separator = ",";
    }
    out_ += '}';
  }

  void definition(const TypeDef& def) {
    switch (def.form) {
      case TypeDef::Form::structure:
        out_ += "struct";
        fields(def.fields);
        break;
      case TypeDef::Form::enumeration: {
        out_ += "enum{";
        const char* separator = "";
        for (const auto& value : def.values) {
          out_ += concat(separator, value.name);
          separator = ",";
        }
        out_ += '}';
        break;
      }
      case TypeDef::Form::tagged_union: {
        out_ += "union{";
        const char* separator = "";
        for (const auto& variant : def.variants) {
          out_ += concat(separator, variant.name);
          separator = ",";
          if (variant.shape == Variant::Shape::value) {
            out_ += ':';
            type(variant.fields[0].type);
          } else if (variant.shape == Variant::Shape::fields) {
            fields(variant.fields);
          }
        }
        out_ += '}';
        break;
      }
      case TypeDef::Form::alias:
        break;  // `type` has followed it
    }
  }

  const Package& package_;
  std::map<std::uint32_t, std::size_t> numbers_;
  std::vector<std::uint32_t> order_;
  std::string out_;
};

std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace

std::string canonical(const Package& package, const Method& method) {
  Canonical text(package);
  text.named(method.request);
  if (method.input_stream) {
    text.text("<-");
    text.type(*method.input_stream);
  }
  switch (method.answer) {
    case Answer::none:
      text.text("->none");
      break;
    case Answer::reply:
      text.text("->reply ");
      text.type(method.output);
      break;
    case Answer::stream:
      text.text("->stream ");
      text.type(method.output);
      break;
  }
  // An error is known by its name when it travels, so here the name counts; the order does not
  // travel, but sorting would hide which error moved for no gain.
  for (const auto error : method.errors) {
    const auto& def = package.types[error];
    text.text(concat("!", def.package, ".", def.name, " "));
    text.named(error);
  }
  return text.finish();
}

std::uint64_t fingerprint(const Package& package, const Method& method) {
  return fnv1a(canonical(package, method));
}

std::uint64_t fingerprint(const Package& package, std::uint32_t structure) {
  Canonical text(package);
  text.named(structure);
  return fnv1a(text.finish());
}

}  // namespace kameo::schema
