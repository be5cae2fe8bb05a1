#include <catch2/catch.hpp>

#include <kameo/idl/load.hpp>

#include "files.hpp"

#include <filesystem>
#include <fstream>

namespace kameo::idl::test {

using schema::Answer;
using schema::Kind;
using schema::TypeDef;
using schema::Variant;
using std::chrono::milliseconds;

namespace {

schema::Package load_good(const std::string& name) {
  FolderReader reader(tests_folder + "/good");
  auto loaded = load_file(name, {}, reader);
  INFO(to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  CHECK(loaded.diagnostics.empty());
  return std::move(*loaded.package);
}

const TypeDef& type(const schema::Package& package, std::string_view name) {
  for (const auto& each : package.types) {
    if (each.name == name) return each;
  }
  FAIL("no type " << name);
  return package.types.front();
}

}  // namespace

TEST_CASE("the example of the design becomes the package that it describes", "[idl][load]") {
  const auto package = load_good("trading.kameo.yaml");
  CHECK(package.name == "trading");
  REQUIRE(package.files.size() == 1);
  CHECK(package.files[0].path == "trading.kameo.yaml");

  const auto& signal = type(package, "Signal");
  CHECK(signal.doc == "What to do now.");
  CHECK(signal.line == 6);
  REQUIRE(signal.fields.size() == 3);
  CHECK(to_string(package, signal.fields[0].type) == "trading.Side");
  CHECK(signal.fields[1].limits.min == "1");
  CHECK(to_string(package, signal.fields[2].type) == "optional<string>");

  const auto& order = type(package, "Order");
  REQUIRE(order.variants.size() == 3);
  CHECK(order.variants[0].shape == Variant::Shape::value);
  CHECK(order.variants[0].fields.at(0).name == "value");
  CHECK(order.variants[1].shape == Variant::Shape::fields);
  CHECK(order.variants[2].shape == Variant::Shape::unit);

  REQUIRE(package.modules.size() == 1);
  const auto& market = package.modules[0];
  CHECK(market.name == "market");
  REQUIRE(market.callbacks.size() == 2);
  CHECK(market.callbacks[0].answer == Answer::reply);
  CHECK(market.callbacks[0].output.kind == Kind::f64);
  CHECK(package.types[market.callbacks[1].request].name == "MarketDataFetch");

  REQUIRE(package.actors.size() == 1);
  const auto& strategy = package.actors[0];
  CHECK(strategy.uses == std::vector<std::uint32_t>{0});
  CHECK(package.types[strategy.config].name == "StrategyConfig");
  REQUIRE(strategy.handlers.size() == 3);
  CHECK(strategy.handlers[0].budget == milliseconds(200));
  CHECK(package.types[strategy.handlers[0].request].name == "StrategyEvaluate");
  CHECK(strategy.handlers[1].answer == Answer::stream);
  CHECK(strategy.handlers[2].answer == Answer::none);
}

TEST_CASE("every kind and setting arrives in the package", "[idl][load]") {
  const auto package = load_good("every_kind.kameo.yaml");
  REQUIRE(package.files.size() == 2);
  CHECK(package.files[0].package == "acme.common");
  CHECK(package.files[1].imports == std::vector<std::uint32_t>{0});
  CHECK(package.files[1].doc == "Every kind.\nTwo lines of it.");
  CHECK(package.types[0].name == "Money");  // imports first

  const auto& scalars = type(package, "Scalars");
  std::string kinds;
  for (const auto& field : scalars.fields) kinds += to_string(package, field.type) + " ";
  CHECK(kinds ==
        "bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 string bytes timestamp duration uuid decimal ");
  const auto& text = scalars.fields[11];
  CHECK(text.limits.min_length == 1);
  CHECK(text.limits.max_length == 20);
  CHECK(text.limits.pattern == "[0-9.]+");
  CHECK(text.secret);
  CHECK(scalars.fields[14].limits.max == "2h");
  CHECK(scalars.fields[14].limits.multiple_of == "500ms");

  const auto& containers = type(package, "Containers");
  CHECK(containers.deprecated == "use Tree");
  CHECK(to_string(package, containers.fields[9].type) == "array<f32; *x3>");
  CHECK(containers.fields[2].limits.unique);
  CHECK_FALSE(containers.fields[1].default_value);

  const auto& shape = type(package, "Shape");
  CHECK(shape.variants[3].doc == "With limits.");
  CHECK(shape.variants[3].fields.at(0).limits.min_length == 1);
  CHECK(shape.variants[4].shape == Variant::Shape::unit);
  CHECK(shape.variants[4].deprecated == "use nothing");
  CHECK(shape.variants[5].shape == Variant::Shape::fields);
  CHECK(shape.variants[5].fields.at(1).default_value);
  CHECK(shape.variants[6].shape == Variant::Shape::fields);

  const auto& painter = package.actors.at(0);
  CHECK(painter.concurrency == 4);
  CHECK(painter.reentrant);
  CHECK(painter.uses.size() == 2);
  const auto& paint = painter.handlers.at(0);
  CHECK(paint.doc == "Paints one shape.");
  CHECK(paint.idempotent);
  CHECK(paint.reentrant);
  CHECK(paint.budget == milliseconds(90'000));
  CHECK(paint.deadline == milliseconds(2'000));
  CHECK(paint.concurrency == 2);
  CHECK(paint.errors.size() == 2);
  REQUIRE(painter.handlers.at(1).input_stream);
  CHECK(package.types[painter.handlers.at(2).request].name == "Point");
  CHECK(painter.handlers.at(2).deprecated == "use paint");
  CHECK(package.types[package.actors.at(1).config].fields.empty());

  const auto& screen = package.modules.at(1);
  CHECK(screen.doc == "Where things are drawn.");
  CHECK(screen.callbacks.at(1).deadline == milliseconds(5'000));
  CHECK(screen.callbacks.at(2).deadline == milliseconds(-1));  // none, said expressly
  CHECK(screen.callbacks.at(0).deadline == milliseconds(0));   // nothing is said
}

TEST_CASE("what is loaded survives its own bytes", "[idl][load]") {
  for (const auto* name : {"trading.kameo.yaml", "every_kind.kameo.yaml"}) {
    const auto package = load_good(name);
    const auto again = schema::from_bytes(to_bytes(package));
    REQUIRE(again);
    CHECK(*again == package);
  }
}

TEST_CASE("block and flow style, quotes and comments make no difference", "[idl][load]") {
  const auto flow = load_types("  A: {struct: {a: list<u32>, b: \"map<string; u8>\"}}\n");
  const auto block = load_types(
      "  'A':   # the first\n    struct:\n      a: 'list< u32 >'\n      \"b\": map<string; u8>\n");
  REQUIRE(flow.package);
  REQUIRE(block.package);
  CHECK(*flow.package == *block.package);
}

TEST_CASE("files of Windows, with a byte-order mark, read as any other", "[idl][load]") {
  const auto loaded =
      load_text("\xEF\xBB\xBFkameo: 1\r\npackage: a\r\ntypes:\r\n  A: {struct: {x: Foo}}\r\n");
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].at == Position{4, 19});
  CHECK(loaded.diagnostics[0].line == "  A: {struct: {x: Foo}}");
}

TEST_CASE("an import is looked for beside its file, then in the include directories",
          "[idl][import]") {
  MemoryReader reader;
  reader.add("app/root.yaml",
             "kameo: 1\npackage: a\nimport: [near.yaml, far.yaml]\n"
             "types: {A: {struct: {x: near.T, y: far.T}}}\n");
  reader.add("app/near.yaml", "kameo: 1\npackage: near\ntypes: {T: {struct: {}}}\n");
  reader.add("lib/near.yaml", "kameo: 1\npackage: wrong\n");
  reader.add("lib/far.yaml", "kameo: 1\npackage: far\ntypes: {T: {struct: {}}}\n");
  const auto loaded = load_file("app/root.yaml", {"nowhere", "lib"}, reader);
  INFO(to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  CHECK(loaded.files == std::vector<std::string>{"app/root.yaml", "app/near.yaml", "lib/far.yaml"});

  const auto lost = load_file("app/root.yaml", {"nowhere"}, reader);
  REQUIRE(lost.diagnostics.size() == 1);
  CHECK(lost.diagnostics[0].hint == "looked in: app, nowhere");
}

TEST_CASE("a file that two others import is read once", "[idl][import]") {
  MemoryReader reader;
  reader.add("root.yaml",
             "kameo: 1\npackage: a\nimport: [left.yaml, sub/right.yaml]\n"
             "types: {A: {struct: {x: left.L, y: right.R}}}\n");
  reader.add("left.yaml",
             "kameo: 1\npackage: left\nimport: base.yaml\ntypes: {L: {alias: base.B}}\n");
  reader.add("sub/right.yaml",
             "kameo: 1\npackage: right\nimport: ../base.yaml\ntypes: {R: {alias: base.B}}\n");
  reader.add("base.yaml", "kameo: 1\npackage: base\ntypes: {B: {struct: {}}}\n");
  const auto loaded = load_file("root.yaml", {}, reader);
  INFO(to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  CHECK(loaded.files.size() == 4);
  CHECK(loaded.package->files[0].package == "base");
  CHECK(loaded.package->files[3].imports == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("files of one package share their names", "[idl][import]") {
  MemoryReader reader;
  reader.add("one.yaml", "kameo: 1\npackage: p\ntypes: {A: {struct: {}}}\n");
  reader.add("two.yaml",
             "kameo: 1\npackage: p\nimport: one.yaml\ntypes: {B: {struct: {a: A, b: p.A}}}\n");
  CHECK(load_file("two.yaml", {}, reader).package);
  reader.add("two.yaml", "kameo: 1\npackage: p\nimport: one.yaml\ntypes: {A: {struct: {}}}\n");
  CHECK(codes(load_file("two.yaml", {}, reader).diagnostics) == std::vector<std::string>{"K0203"});
}

TEST_CASE("several roots make one package, named by the last", "[idl][load]") {
  MemoryReader reader;
  reader.add("one.yaml", "kameo: 1\npackage: one\n");
  reader.add("two.yaml", "kameo: 1\npackage: two\nimport: one.yaml\n");
  const auto loaded = load_files({"two.yaml", "./one.yaml"}, {}, reader);
  REQUIRE(loaded.package);
  CHECK(loaded.package->files.size() == 2);
}

TEST_CASE("a root that cannot be read is an error with a place too", "[idl][load]") {
  MemoryReader reader;
  const auto loaded = load_file("nowhere.yaml", {}, reader);
  CHECK_FALSE(loaded.package);
  CHECK(to_string(loaded.diagnostics) ==
        "nowhere.yaml:1:1: error: cannot read nowhere.yaml: no such file [K0100]\n"
        "    1 | \n"
        "      | ^\n");
}

TEST_CASE("the disk's files are read, directories are refused", "[idl][load]") {
  DiskReader reader;
  const auto loaded = load_file(tests_folder + "/good/trading.kameo.yaml", {}, reader);
  CHECK(loaded.package);
  CHECK(reader.read(tests_folder).error().code() == errc::system);
  CHECK(reader.read(tests_folder + "/nowhere").error().code() == errc::not_found);

  const auto large = std::filesystem::temp_directory_path() / "kameo_idl_large.yaml";
  std::ofstream(large).put('#');
  std::filesystem::resize_file(large, (16U << 20U) + 1);
  CHECK(reader.read(large).error().code() == errc::over_limit);
  std::filesystem::remove(large);
}

TEST_CASE("all errors of a run are told, whichever pass finds them", "[idl][load]") {
  const auto loaded = load_text(
      "kameo: 1\npackage: a\nimport: nowhere.yaml\ntypes:\n"
      "  a: {struct: {x: u32}}\n"
      "  B: {struct: {x: Nowhere, x: u8}}\n"
      "  C: {struct: {x: {type: u8, default: 300}, y: optional<optional<u8>>}}\n"
      "  D: {struct: {x: {type: u8, min: 300}, self: u8}, colour: red}\n");
  CHECK(codes(loaded.diagnostics) == std::vector<std::string>{"K0501", "K0201", "K0106", "K0404",
                                                              "K0207", "K0402", "K0216", "K0303"});
}

TEST_CASE("more alternatives than an index can number are refused", "[idl][load]") {
  std::string values;
  for (int i = 0; i < 65536; ++i) values += "v" + std::to_string(i) + ", ";
  const auto loaded = load_types("  A: {enum: [" + values + "last]}\n");
  CHECK(codes(loaded.diagnostics) == std::vector<std::string>{"K0307"});
  CHECK(loaded.diagnostics.at(0).message == "an enum of 65537 alternatives");
}

}  // namespace kameo::idl::test
