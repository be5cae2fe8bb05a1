#include "literal.hpp"

namespace kameo::codegen {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

const std::vector<schema::Field>& fields_of(const TypeDef& def, std::uint16_t index) {
  return def.form == TypeDef::Form::tagged_union ? def.variants[index].fields : def.fields;
}

std::string LiteralWriter::write(const Value& value, const Type& written) const {
  const auto& type = value.type;
  if (schema::is_scalar(type.kind)) return scalar(value);
  if (std::holds_alternative<Value::None>(value.held) && type.kind == Kind::optional) return none();

  const TypeDef* def = type.kind == Kind::named ? &package_.type(type) : nullptr;
  if (def != nullptr && def->form == TypeDef::Form::enumeration) {
    return enumeration(*def, value.index);
  }
  const auto& held = std::get<Value::Parts>(value.held);
  const auto type_of = [&](std::size_t i) -> const Type& {
    if (def != nullptr) return fields_of(*def, value.index)[i].type;
    if (type.kind == Kind::tuple) return type.args[i];
    return type.args[type.kind == Kind::map ? i % 2 : 0];
  };
  // What an optional holds stands where the optional does.
  if (type.kind == Kind::optional) {
    return write(held[0], written.kind == Kind::optional ? written.args[0] : type.args[0]);
  }
  Parts parts;
  for (std::size_t i = 0; i < held.size(); ++i) parts.push_back(write(held[i], type_of(i)));
  return def != nullptr ? record(*def, value.index, parts) : container(value, written, parts);
}

std::string in_quotes(std::string_view text, bool ascii_only,
                      std::string (*escape)(unsigned char)) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (ascii_only && byte > 0x7f)) {
      out += escape(byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace kameo::codegen
