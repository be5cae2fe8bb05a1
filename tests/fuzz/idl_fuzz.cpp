// A file that claims to be a schema or a pool file: errors with places, or something usable; and
// what the formatter and the rules of style make of it.

#include "must.hpp"

#include <kameo/idl/format.hpp>
#include <kameo/idl/lint.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>

#include <string>

namespace {

using namespace kameo;
using namespace kameo::idl;
using fuzz::must;

constexpr const char* name = "fuzzed.yaml";

/// What the corpus imports and names as schemas.
MemoryReader files() {
  MemoryReader reader;
  reader.add("common.kameo.yaml",
             "kameo: 1\npackage: acme.common\n"
             "types:\n  Money: {struct: {amount: decimal, currency: string}}\n"
             "  Failure: {struct: {reason: string}}\n"
             "callbacks: {ledger: {Balance: {reply: Money}}}\n");
  reader.add("trading.kameo.yaml",
             "kameo: 1\npackage: trading\ncallbacks: {market: {Price: {reply: f64}}}\n"
             "actors: {Strategy: {uses: [market], config: {window: {type: u32, default: 3}}}}\n");
  reader.add("every_kind.kameo.yaml",
             "kameo: 1\npackage: kinds\nactors: {Painter: {config: {scale: f64}}}\n");
  return reader;
}

void check(const std::vector<Diagnostic>& diagnostics, bool usable, const Source& source) {
  must(usable == (error_count(diagnostics) == 0), "usable exactly without errors");
  for (const auto& each : diagnostics) {
    must(!to_string(each).empty() && !each.message.empty(), "a text");
    if (each.file != name) continue;
    must(each.at.line >= 1 && each.at.line <= source.line_count(), "a line of the file");
    must(each.at.column >= 1 && each.at.column <= code_points(source.line(each.at.line)) + 2,
         "a column of the line");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const Source source(name, text);
  auto reader = files();
  reader.add(name, text);
  const auto schema = load_file(name, {}, reader);
  check(schema.diagnostics, schema.package.has_value(), source);
  if (schema.package) {
    must(schema::from_bytes(to_bytes(*schema.package)).has_value(), "bytes that are read again");
  }
  const auto pool = load_pool(name, {}, reader);
  check(pool.diagnostics, pool.pool.has_value(), source);

  const auto linted = lint_file(name, {}, reader);
  check(linted.diagnostics, linted.package.has_value(), source);
  must(linted.package.has_value() == schema.package.has_value(), "lint reads what check reads");

  const auto formatted = format(name, text);
  check(formatted.diagnostics, formatted.text.has_value(), source);
  // What cannot be put into kameo's style without changing what it says is left as it is, and told.
  if (formatted.text) {
    const auto again = format(name, *formatted.text);
    must(again.text && *again.text == *formatted.text, "formatted once and for all");
  }
  return 0;
}
