#include <catch2/catch.hpp>

#include <kameo/idl/format.hpp>

#include "files.hpp"
#include "mutator.hpp"

#include <algorithm>

namespace kameo::idl::test {
namespace {

std::string formatted(const std::string& text) {
  const auto done = format("a.yaml", text);
  INFO(to_string(done.diagnostics));
  REQUIRE(done.text);
  return *done.text;
}

}  // namespace

TEST_CASE("one style: two blanks per level, one within a line, keys in the reference's order",
          "[idl][format]") {
  CHECK(formatted("package: a\n"
                  "types:\n"
                  "     Item:   { struct: {name:   string,  price: {default: 1,   type: f64} }, "
                  "doc: A thing. }\n"
                  "     Side:\n"
                  "         enum: [ buy,sell ]\n"
                  "         doc: Which.\n"
                  "kameo: 1\n") ==
        "kameo: 1\n"
        "package: a\n"
        "types:\n"
        "  Item: {doc: A thing., struct: {name: string, price: {type: f64, default: 1}}}\n"
        "  Side:\n"
        "    doc: Which.\n"
        "    enum: [buy, sell]\n");
}

TEST_CASE("comments stay with what they stand at, also where keys change places", "[idl][format]") {
  CHECK(formatted("# The shop.\n"
                  "\n"
                  "# Its name.\n"
                  "package: a   # short\n"
                  "kameo: 1 # always\n"
                  "types:\n"
                  "  # A thing.\n"
                  "  Item: # of the shop\n"
                  "      struct:\n"
                  "          name: string   # as on the shelf\n"
                  "          # later: brand\n"
                  "      # above the doc\n"
                  "      doc: \"Text with # no comment.\"\n"
                  "  # below all\n"
                  "# the end\n") ==
        "kameo: 1  # always\n"
        "# The shop.\n"
        "\n"
        "# Its name.\n"
        "package: a  # short\n"
        "types:\n"
        "  # A thing.\n"
        "  Item:  # of the shop\n"
        "    # above the doc\n"
        "    doc: \"Text with # no comment.\"\n"
        "    struct:\n"
        "      name: string  # as on the shelf\n"
        "      # later: brand\n"
        "  # below all\n"
        "# the end\n");
}

TEST_CASE("a line takes one comment: those of a key and of its value below it keep apart",
          "[idl][format]") {
  const std::string once = formatted("kameo: 1\n\npackage: # the key's\n    a # the value's\n");
  CHECK(once == "kameo: 1\n\n# the key's\npackage: a  # the value's\n");
  CHECK(formatted(once) == once);
}

TEST_CASE("brackets over several lines become lines, with their comments", "[idl][format]") {
  CHECK(formatted("kameo: 1\n"
                  "schema: [a.yaml, # first\n"
                  "  b.yaml]\n"
                  "actors: {\n"
                  "  one: {actor: A, handler: \"a:A\", # the one\n"
                  "        config: {x: [1,\n"
                  "                     2]}}\n"
                  "  # nothing more\n"
                  "  }\n") ==
        "kameo: 1\n"
        "schema:\n"
        "  - a.yaml  # first\n"
        "  - b.yaml\n"
        "actors:\n"
        "  one:\n"
        "    actor: A\n"
        "    handler: \"a:A\"  # the one\n"
        "    config:\n"
        "      x:\n"
        "        - 1\n"
        "        - 2\n"
        "  # nothing more\n");
}

TEST_CASE("texts over several lines keep their lines, and empty lines stay single",
          "[idl][format]") {
  CHECK(formatted("kameo: 1\n"
                  "\n"
                  "\n"
                  "package: a\n"
                  "doc: |  # said\n"
                  "        First.\n"
                  "          Deeper.\n"
                  "\n"
                  "        Last.\n"
                  "types:\n"
                  "\n"
                  "  A: {alias: u8, doc: 'It''s'}\n"
                  "\n"
                  "  B:\n"
                  "    doc: folded over\n"
                  "      two lines\n"
                  "    alias: u8\n") ==
        "kameo: 1\n"
        "\n"
        "package: a\n"
        "doc: |  # said\n"
        "  First.\n"
        "    Deeper.\n"
        "\n"
        "  Last.\n"
        "types:\n"
        "  A: {doc: 'It''s', alias: u8}\n"
        "\n"
        "  B:\n"
        "    doc: folded over two lines\n"
        "    alias: u8\n");
}

TEST_CASE("a text that a file ends in the middle of gets no line end", "[idl][format]") {
  CHECK(formatted("package: a\nkameo: 1\ndoc: |\n    First.\n    No end") ==
        "kameo: 1\npackage: a\ndoc: |-\n  First.\n  No end\n");
  CHECK(formatted("kameo: 1\npackage: a\ndoc: >-\n    No end") ==
        "kameo: 1\npackage: a\ndoc: >-\n  No end\n");
}

TEST_CASE("what is no YAML is told and not formatted", "[idl][format]") {
  const auto done = format("a.yaml", "kameo: 1\ndoc: a: b\n");
  CHECK_FALSE(done.text);
  REQUIRE(done.diagnostics.size() == 1);
  CHECK(done.diagnostics[0].at.line == 2);
  CHECK_FALSE(format("a.yaml", "[a]").text);
  CHECK_FALSE(format("a.yaml", "").text);
}

TEST_CASE("whatever is formatted means the same, and formatting it again changes nothing",
          "[idl][format][mutation]") {
  auto files = corpus("/good");
  const auto bad = corpus("/bad");
  files.insert(files.end(), bad.begin(), bad.end());
  std::size_t good = 0;
  const auto check = [&](const std::string& name, const std::string& text) {
    INFO(name << ":\n" << text);
    const auto once = format(name, text);
    // K0115 is a mistake of the formatter: it must never be seen.
    for (const auto& each : once.diagnostics) CHECK(each.code != Code::cannot_format);
    REQUIRE(once.text.has_value() == (error_count(once.diagnostics) == 0));
    if (!once.text) return;
    ++good;
    INFO("formatted:\n" << *once.text);
    const auto twice = format(name, *once.text);
    REQUIRE(twice.text);
    CHECK(*twice.text == *once.text);
  };
  for (const auto& file : files) check(file.name, file.text);
  CHECK(good > 50);
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    Mutator mutator(seed);
    const auto& file = files[mutator.below(files.size())];
    const auto& other = files[mutator.below(files.size())];
    INFO("seed " << seed);
    check(file.name, mutator.mutate(file.text, other.text));
  }
  CHECK(good > 500);
}

TEST_CASE("a formatted schema is the same package", "[idl][format]") {
  const auto files = corpus("/good");
  MemoryReader before;
  MemoryReader after;
  for (const auto& file : files) {
    before.add(file.name, file.text);
    after.add(file.name, formatted(file.text));
  }
  const auto without_lines = [](schema::Package package) {
    for (auto& type : package.types) type.line = 0;
    for (auto& actor : package.actors) {
      actor.line = 0;
      for (auto& handler : actor.handlers) handler.line = 0;
    }
    for (auto& module : package.modules) {
      module.line = 0;
      for (auto& callback : module.callbacks) callback.line = 0;
    }
    return package;
  };
  std::size_t schemas = 0;
  for (const auto& file : files) {
    if (file.name.ends_with("pool.yaml")) continue;
    INFO(file.name);
    auto was = load_file(file.name, {}, before);
    auto is = load_file(file.name, {}, after);
    REQUIRE(was.package);
    REQUIRE(is.package);
    CHECK(without_lines(*was.package) == without_lines(*is.package));
    ++schemas;
  }
  CHECK(schemas >= 3);
}

}  // namespace kameo::idl::test
