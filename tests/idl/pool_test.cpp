#include <catch2/catch.hpp>

#include <kameo/codec.hpp>
#include <kameo/idl/pool.hpp>

#include "files.hpp"

#include <tuple>

namespace kameo::idl::test {

using std::chrono::milliseconds;
using When = PoolRestart::When;

namespace {

Pool load_good_pool(const std::string& name) {
  FolderReader reader(tests_folder + "/good");
  auto loaded = load_pool(name, {}, reader);
  INFO(to_string(loaded.diagnostics));
  REQUIRE(loaded.pool);
  return std::move(*loaded.pool);
}

}  // namespace

TEST_CASE("the example of the design becomes the pool that it describes", "[idl][pool]") {
  const auto pool = load_good_pool("pool.yaml");
  REQUIRE(pool.actors.size() == 2);
  const auto& strategy = pool.actors[0];
  CHECK(strategy.name == "strategy");
  CHECK(strategy.at == Position{4, 3});
  REQUIRE(strategy.actor);
  CHECK(pool.package.actors[*strategy.actor].name == "Strategy");
  CHECK(strategy.handler == "strategy:Strategy");
  CHECK(strategy.instances == 4);
  CHECK(strategy.config == encode_payload(std::uint32_t{5}).value());
  CHECK(strategy.interpreter == ".venv/bin/python");
  CHECK(strategy.python_path == std::vector<std::string>{"."});
  CHECK(strategy.restart == PoolRestart());
  const auto& market = pool.actors[1];
  CHECK_FALSE(market.actor);
  CHECK(market.provides == std::vector<std::uint32_t>{0});
  CHECK(market.config.empty());
  CHECK(pool.provider(0) == &market);
  CHECK(pool.find("strategy") == &strategy);
  CHECK(pool.find("nobody") == nullptr);
}

TEST_CASE("every setting of a pool file arrives", "[idl][pool]") {
  const auto pool = load_good_pool("every_setting.pool.yaml");
  REQUIRE(pool.actors.size() == 3);
  const auto& painter = pool.actors[0];
  CHECK(painter.handler == "studio.painter:Painter");
  CHECK(painter.instances == 2);
  CHECK(painter.config ==
        encode_payload(std::tuple<std::uint16_t, double>(std::uint16_t{0}, 1.5)).value());
  // A variable is the text that is written, however YAML might read it.
  CHECK(painter.env == std::vector<std::pair<std::string, std::string>>{
                           {"THREADS", "4"}, {"DEBUG", "no"}, {"EMPTY", ""}, {"VERSION", "1.10"}});
  CHECK(painter.inherit_env == std::vector<std::string>{"HOME", "LANG"});
  CHECK(painter.deadlines == std::vector<std::pair<std::string, milliseconds>>{
                                 {"paint", milliseconds(5'000)}, {"sum", milliseconds(-1)}});
  CHECK(painter.dir == "work");
  CHECK(painter.log_level == "debug");
  CHECK(painter.interpreter == "python3.11");
  CHECK(painter.python_path == std::vector<std::string>{".", "../lib"});
  CHECK(painter.restart == PoolRestart{When::always, 3, milliseconds(90'000), milliseconds(20'000),
                                       milliseconds(20'000), 0.2});
  CHECK(painter.limits == PoolLimits{1'048'576, 100, 10, 4'194'304, 262'144, 500});
  CHECK(painter.start_timeout == milliseconds(10'000));
  CHECK(painter.stop_timeout == milliseconds(500));
  const auto& screen = pool.actors[1];
  CHECK(screen.provides.size() == 2);
  CHECK(screen.command == std::vector<std::string>{"bin/screen", "--port", "4", "no"});
  CHECK(pool.batch == PoolBatch{"requests.ndjson", PoolBatch::Format::table});
  const auto& strategy = pool.actors[2];
  CHECK(strategy.restart.when == When::never);
  CHECK(pool.package.actors[*strategy.actor].name == "Strategy");
  CHECK(strategy.config == encode_payload(std::uint32_t{3}).value());  // from its default
}

TEST_CASE("paths of a pool file are relative to it, words without a slash are looked up",
          "[idl][pool]") {
  MemoryReader reader;
  reader.add("sub/dir/pool.yaml",
             "kameo: 1\nschema: ../a.yaml\nactors:\n"
             "  a: {actor: X, handler: h, dir: ., python: {interpreter: ../venv/bin/python}}\n"
             "  b: {actor: X, command: [run, ./x], dir: /tmp/}\n"
             "  c: {actor: X, command: [./run]}\n"
             "  d: {actor: X, handler: h, python: {interpreter: python3, path: [/lib, ..]}}\n");
  reader.add("sub/a.yaml", "kameo: 1\npackage: a\nactors: {X: {handlers: {}}}\n");
  const auto loaded = load_pool("sub/dir/pool.yaml", {}, reader);
  INFO(to_string(loaded.diagnostics));
  REQUIRE(loaded.pool);
  const auto& actors = loaded.pool->actors;
  CHECK(actors[0].dir == "sub/dir");
  CHECK(actors[0].interpreter == "sub/venv/bin/python");
  CHECK(actors[0].python_path == std::vector<std::string>{"sub/dir"});
  CHECK(actors[1].command == std::vector<std::string>{"run", "./x"});
  CHECK(actors[1].dir == "/tmp");
  CHECK(actors[2].command == std::vector<std::string>{"sub/dir/run"});
  CHECK(actors[3].interpreter == "python3");
  CHECK(actors[3].python_path == std::vector<std::string>{"/lib", "sub"});
  CHECK(loaded.files == std::vector<std::string>{"sub/dir/pool.yaml", "sub/a.yaml"});
}

TEST_CASE("a name that two packages have must be written in full", "[idl][pool]") {
  MemoryReader reader;
  reader.add("one.yaml", "kameo: 1\npackage: one\nactors: {X: {handlers: {}}}\n");
  reader.add("two.yaml", "kameo: 1\npackage: two\nactors: {X: {handlers: {}}}\n");
  reader.add("pool.yaml",
             "kameo: 1\nschema: [one.yaml, two.yaml]\nactors: {a: {actor: X, handler: h}}\n");
  const auto loaded = load_pool("pool.yaml", {}, reader);
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].message == "several packages have actor `X`");
  CHECK(loaded.diagnostics[0].hint == "write one of `one.X` and `two.X`");
}

TEST_CASE("a pool file that is not there is an error with a place", "[idl][pool]") {
  MemoryReader reader;
  CHECK(to_string(load_pool("pool.yaml", {}, reader).diagnostics) ==
        "pool.yaml:1:1: error: cannot read pool.yaml: no such file [K0100]\n"
        "    1 | \n"
        "      | ^\n");
}

TEST_CASE("errors of the schema and of the pool file are told together", "[idl][pool]") {
  MemoryReader reader;
  reader.add("a.yaml", "kameo: 1\npackage: a\ntypes: {A: {struct: {x: Nowhere}}}\n");
  reader.add("pool.yaml", "kameo: 1\nschema: a.yaml\nactors: {x: {actor: A}}\n");
  const auto loaded = load_pool("pool.yaml", {}, reader);
  CHECK(codes(loaded.diagnostics) == std::vector<std::string>{"K0604", "K0204"});
}

}  // namespace kameo::idl::test
