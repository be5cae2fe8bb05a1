#include <kameo/idl/json_schema.hpp>

#include <kameo/concat.hpp>
#include <kameo/idl/json_writer.hpp>

#include <array>

namespace kameo::idl {
namespace {

constexpr std::string_view pascal_name = "^[A-Z][A-Za-z0-9]*$";
constexpr std::string_view snake_name = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$";
constexpr std::string_view duration = "^-?([0-9]+(\\.[0-9]+)?(d|h|m|s|ms|us))+$";

std::string_view name_of(Table table) noexcept {
  constexpr std::array<std::string_view, table_count> names{
      "schema", "type",       "field",  "enum_value", "variant", "callback", "handler", "actor",
      "pool",   "pool_actor", "python", "restart",    "backoff", "limits",   "batch"};
  return names[static_cast<std::size_t>(table)];
}

/// Markdown's links mean nothing in an editor.
std::string plain(std::string_view says) {
  std::string out;
  for (std::size_t i = 0; i < says.size(); ++i) {
    if (says[i] == '(' && i > 0 && says[i - 1] == ']') {
      out.pop_back();
      i = says.find(')', i);
    } else if (says[i] != '[' || says.find("](", i) == says.npos) {
      out += says[i];
    }
  }
  return out;
}

class SchemaWriter {
 public:
  std::string write(Table file) {
    json_.open_object();
    text("$schema", "https://json-schema.org/draft/2020-12/schema");
    text("title", file == Table::pool ? "A pool file of kameo" : "A schema file of kameo");
    text("$ref", concat("#/$defs/", name_of(file)));
    json_.key("$defs").open_object();
    for (std::size_t i = 0; i < table_count; ++i) {
      const auto table = static_cast<Table>(i);
      json_.key(name_of(table));
      write_table(table);
    }
    json_.close_object();
    json_.close_object();
    return json_.take();
  }

 private:
  void text(std::string_view key, std::string_view value) { json_.key(key).text(value); }
  void type(std::string_view name) { text("type", name); }

  void write_table(Table table) {
    json_.open_object();
    type("object");
    json_.key("additionalProperties").boolean(false);
    json_.key("properties").open_object();
    for (const auto& key : keys_of(table)) {
      json_.key(key.name).open_object();
      text("description", plain(key.says));
      if (key.holds == Holds::variant_map || key.holds == Holds::value_list) {
        write_alternatives(key);
      } else {
        write_value(key);
      }
      json_.close_object();
    }
    json_.close_object();
    write_required(table);
    write_choices(table);
    json_.close_object();
  }

  void write_required(Table table) {
    json_.key("required").open_array();
    for (const auto& key : keys_of(table)) {
      if (key.required) json_.text(key.name);
    }
    json_.close_array();
  }

  void needs(std::string_view key) {
    json_.open_object();
    json_.key("required").open_array();
    json_.text(key);
    json_.close_array();
    json_.close_object();
  }

  /// What the table of keys does not say: keys that exclude each other.
  void write_choices(Table table) {
    const auto one_of = [this](std::string_view rule,
                               std::initializer_list<std::string_view> keys) {
      json_.key(rule).open_array();
      for (const auto key : keys) needs(key);
      json_.close_array();
    };
    if (table == Table::type) one_of("oneOf", {"struct", "enum", "union", "alias"});
    if (table == Table::pool_actor) {
      one_of("oneOf", {"handler", "command"});
      one_of("anyOf", {"actor", "provides"});
    }
    if (table == Table::handler || table == Table::callback) {
      json_.key("not").open_object();
      json_.key("required").open_array();
      json_.text("reply");
      json_.text("stream");
      json_.close_array();
      json_.close_object();
    }
  }

  void one_type(std::string_view name) {
    json_.open_object();
    type(name);
    json_.close_object();
  }

  void any_of(std::initializer_list<std::string_view> types) {
    json_.key("type").open_array();
    for (const auto each : types) json_.text(each);
    json_.close_array();
  }

  void text_or_list(std::initializer_list<std::string_view> types) {
    json_.key("anyOf").open_array();
    for (const auto each : types) one_type(each);
    json_.open_object();
    type("array");
    json_.key("items").open_object();
    any_of(types);
    json_.close_object();
    json_.close_object();
    json_.close_array();
  }

  /// A map of names to what `table` describes; `also` is another type of JSON that a name may have.
  void names(std::string_view pattern, Table table, std::string_view also = {}) {
    type("object");
    json_.key("propertyNames").open_object();
    text("pattern", pattern);
    json_.close_object();
    json_.key("additionalProperties").open_object();
    either(table, also);
    json_.close_object();
  }

  void either(Table table, std::string_view also) {
    if (also.empty()) return text("$ref", concat("#/$defs/", name_of(table)));
    json_.key("anyOf").open_array();
    one_type(also);
    json_.open_object();
    text("$ref", concat("#/$defs/", name_of(table)));
    json_.close_object();
    json_.close_array();
  }

  void fields() { names(snake_name, Table::field, "string"); }

  /// An enum's list or map; a union's variants, of which one with the key `is` is the long form.
  void write_alternatives(const Key& key) {
    if (key.holds == Holds::value_list) {
      json_.key("anyOf").open_array();
      json_.open_object();
      type("array");
      json_.key("minItems").number(1);
      json_.key("items").open_object();
      type("string");
      text("pattern", snake_name);
      json_.close_object();
      json_.close_object();
      json_.open_object();
      json_.key("minProperties").number(1);
      names(snake_name, Table::enum_value, "null");
      json_.close_object();
      json_.close_array();
      return;
    }
    type("object");
    json_.key("minProperties").number(1);
    json_.key("propertyNames").open_object();
    text("pattern", snake_name);
    json_.close_object();
    json_.key("additionalProperties").open_object();
    json_.key("if").open_object();
    type("object");
    json_.key("required").open_array();
    json_.text("is");
    json_.close_array();
    json_.close_object();
    json_.key("then").open_object();
    text("$ref", "#/$defs/variant");
    json_.close_object();
    json_.key("else").open_object();
    content();
    json_.close_object();
    json_.close_object();
  }

  void content() {
    json_.key("anyOf").open_array();
    one_type("null");
    one_type("string");
    json_.open_object();
    fields();
    json_.close_object();
    json_.close_array();
  }

  void write_value(const Key& key) {
    switch (key.holds) {
      case Holds::version:
        json_.key("const").number(1);
        break;
      case Holds::package_name:
        type("string");
        text("pattern", "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$");
        break;
      case Holds::text:
        type("string");
        break;
      case Holds::type:
        type("string");
        json_.key("minLength").number(1);
        break;
      case Holds::word:
        json_.key("enum").open_array();
        for (const auto& word : words_of(key)) json_.text(word);
        json_.close_array();
        break;
      case Holds::words:
      case Holds::types:
        text_or_list({"string"});
        break;
      case Holds::arguments:
        text_or_list({"string", "number"});
        break;
      case Holds::flag:
        type("boolean");
        break;
      case Holds::count:
        type("integer");
        json_.key("minimum").number(key.least);
        json_.key("maximum").number(key.most);
        break;
      case Holds::part:
        type("number");
        json_.key("minimum").number(0);
        json_.key("maximum").number(1);
        break;
      case Holds::time:
        type("string");
        text("pattern", duration);
        break;
      case Holds::deadline:
        type("string");
        text("pattern", concat("^none$|", duration));
        break;
      case Holds::intensity:
        type("string");
        text("pattern", "^[0-9]+/[0-9]");
        break;
      case Holds::number:
        any_of({"number", "string"});
        break;
      case Holds::range:
        any_of({"integer", "string"});
        break;
      case Holds::value:
        break;  // whatever the declared type takes
      case Holds::deadlines:
        type("object");
        json_.key("additionalProperties").open_object();
        type("string");
        text("pattern", concat("^none$|", duration));
        json_.close_object();
        break;
      case Holds::environment:
        type("object");
        json_.key("propertyNames").open_object();
        text("pattern", "^[A-Za-z_][A-Za-z0-9_]*$");
        json_.close_object();
        json_.key("additionalProperties").open_object();
        any_of({"string", "number", "boolean", "null"});
        json_.close_object();
        break;
      case Holds::type_map:
        names(pascal_name, Table::type);
        break;
      case Holds::field_map:
        fields();
        break;
      case Holds::module_map:
        type("object");
        json_.key("propertyNames").open_object();
        text("pattern", snake_name);
        json_.close_object();
        json_.key("additionalProperties").open_object();
        type("object");
        json_.key("properties").open_object();
        json_.key("doc").open_object();
        type("string");
        json_.close_object();
        json_.close_object();
        json_.key("propertyNames").open_object();
        text("pattern", "^(doc|[A-Z][A-Za-z0-9]*)$");
        json_.close_object();
        json_.key("additionalProperties").open_object();
        either(Table::callback, "null");
        json_.close_object();
        json_.close_object();
        break;
      case Holds::handler_map:
        names(snake_name, Table::handler, "null");
        break;
      case Holds::actor_map:
        names(pascal_name, Table::actor);
        break;
      case Holds::pool_actor_map:
        json_.key("minProperties").number(1);
        names(snake_name, Table::pool_actor);
        break;
      case Holds::request:
        json_.key("anyOf").open_array();
        one_type("string");
        json_.open_object();
        fields();
        json_.close_object();
        json_.close_array();
        break;
      case Holds::content:
        content();
        break;
      case Holds::python:
        either(Table::python, {});
        break;
      case Holds::restart:
        either(Table::restart, {});
        break;
      case Holds::backoff:
        either(Table::backoff, {});
        break;
      case Holds::limits:
        either(Table::limits, {});
        break;
      case Holds::batch:
        either(Table::batch, {});
        break;
      case Holds::value_list:
      case Holds::variant_map:
        break;  // write_alternatives
    }
  }

  JsonWriter json_;
};

}  // namespace

std::string json_schema(Table file) {
  return SchemaWriter().write(file);
}

}  // namespace kameo::idl
