#include <kameo/idl/formats.hpp>

#include <kameo/concat.hpp>
#include <kameo/idl/json_writer.hpp>

#include "display.hpp"

#include <algorithm>

namespace kameo::idl {
namespace {

std::string_view word(Severity severity) noexcept {
  return severity == Severity::error ? "error" : "warning";
}

/// A path as the URI that SARIF asks for: relative ones stay so.
std::string as_uri(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != path.npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    }
  }
  return out;
}

void write_place(JsonWriter& json, std::string_view file, Position at) {
  json.key("file").text(printable(file));
  json.key("line").number(at.line);
  json.key("column").number(at.column);
}

void write_location(JsonWriter& json, std::string_view file, Position at, std::uint32_t length) {
  json.key("physicalLocation").open_object();
  json.key("artifactLocation").open_object();
  json.key("uri").text(as_uri(file));
  json.close_object();
  json.key("region").open_object();
  json.key("startLine").number(at.line);
  json.key("startColumn").number(at.column);
  if (length > 0) json.key("endColumn").number(at.column + length);
  json.close_object();
  json.close_object();
}

void write_message(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key).open_object();
  json.key("text").text(printable(text));
  json.close_object();
}

/// The codes that occur, in order of their numbers.
std::vector<Code> codes_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<Code> codes;
  for (const auto& each : diagnostics) codes.push_back(each.code);
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

void write_rules(JsonWriter& json, const std::vector<Code>& codes) {
  json.key("rules").open_array();
  for (const auto code : codes) {
    const auto& row = info(code);
    json.open_object();
    json.key("id").text(to_string(code));
    json.key("name").text(row.name);
    write_message(json, "shortDescription", row.title);
    write_message(json, "fullDescription", row.explanation);
    json.close_object();
  }
  json.close_array();
}

void write_result(JsonWriter& json, const Diagnostic& each, const std::vector<Code>& codes) {
  json.open_object();
  json.key("ruleId").text(to_string(each.code));
  const auto rule = std::lower_bound(codes.begin(), codes.end(), each.code) - codes.begin();
  json.key("ruleIndex").number(static_cast<std::uint64_t>(rule));
  json.key("level").text(word(each.severity));
  write_message(json, "message",
                each.hint.empty() ? each.message : concat(each.message, " (", each.hint, ")"));
  json.key("locations").open_array();
  json.open_object();
  write_location(json, each.file, each.at, each.length);
  json.close_object();
  json.close_array();
  if (!each.notes.empty()) {
    json.key("relatedLocations").open_array();
    for (const auto& note : each.notes) {
      json.open_object();
      write_location(json, note.file, note.at, 0);
      write_message(json, "message", note.message);
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
}

}  // namespace

std::string to_json(const std::vector<Diagnostic>& diagnostics) {
  JsonWriter json;
  json.open_object();
  json.key("version").number(1);
  json.key("errors").number(error_count(diagnostics));
  json.key("diagnostics").open_array();
  for (const auto& each : diagnostics) {
    json.open_object();
    json.key("severity").text(word(each.severity));
    json.key("code").text(to_string(each.code));
    json.key("name").text(info(each.code).name);
    write_place(json, each.file, each.at);
    json.key("length").number(each.length);
    json.key("message").text(printable(each.message));
    json.key("hint").text(printable(each.hint));
    json.key("notes").open_array();
    for (const auto& note : each.notes) {
      json.open_object();
      write_place(json, note.file, note.at);
      json.key("message").text(printable(note.message));
      json.close_object();
    }
    json.close_array();
    json.close_object();
  }
  json.close_array();
  json.close_object();
  return json.take();
}

std::string to_sarif(const std::vector<Diagnostic>& diagnostics, std::string_view version) {
  const auto codes = codes_of(diagnostics);
  JsonWriter json;
  json.open_object();
  json.key("$schema").text("https://json.schemastore.org/sarif-2.1.0.json");
  json.key("version").text("2.1.0");
  json.key("runs").open_array();
  json.open_object();
  json.key("tool").open_object();
  json.key("driver").open_object();
  json.key("name").text("kameo-gen");
  json.key("semanticVersion").text(version);
  write_rules(json, codes);
  json.close_object();
  json.close_object();
  // As columns are counted everywhere here.
  json.key("columnKind").text("unicodeCodePoints");
  json.key("results").open_array();
  for (const auto& each : diagnostics) write_result(json, each, codes);
  json.close_array();
  json.close_object();
  json.close_array();
  json.close_object();
  return json.take();
}

}  // namespace kameo::idl
