#include <kameo/codegen/generate.hpp>
#include <kameo/idl/load.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

namespace kameo::codegen {
namespace {

schema::Package load(const std::string& path, const std::string& text) {
  idl::MemoryReader files;
  files.add(path, text);
  auto loaded = idl::load_file(path, {}, files);
  INFO(idl::to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  return std::move(*loaded.package);
}

std::string text_of(const Result<std::vector<OutputFile>>& files, std::string_view path) {
  REQUIRE(files);
  const auto found = std::find_if(files->begin(), files->end(),
                                  [&](const auto& file) { return file.path == path; });
  REQUIRE(found != files->end());
  return found->text;
}

constexpr auto small = "kameo: 1\npackage: shop.stock\ntypes:\n  Item: {struct: {name: string}}\n";

}  // namespace

TEST_CASE("the same schema makes the same files wherever it lies", "[codegen]") {
  const auto here = load("stock.kameo.yaml", small);
  const auto there = load("/home/else/where/stock.kameo.yaml", small);
  CHECK(*generate_cpp(here) == *generate_cpp(there));
  CHECK(*generate_python({{here}}) == *generate_python({{there}}));
}

TEST_CASE("a text that ends in a backslash takes no line of code with it", "[codegen]") {
  const auto package =
      load("x.yaml",
           "kameo: 1\npackage: p\ndoc: 'end \\'\n"
           "types: {A: {doc: 'end \\', struct: {a: {type: u8, doc: 'end \\'}}}}\n");
  const auto files = generate_cpp(package);
  REQUIRE(files);
  for (const auto& file : *files) {
    INFO(file.path);
    CHECK(file.text.find("end \\\n") == std::string::npos);
  }
}

TEST_CASE("C++ files depend on the package's name alone", "[codegen]") {
  const auto files = generate_cpp(load("x.yaml", small));
  REQUIRE(files);
  std::vector<std::string> paths;
  for (const auto& file : *files) paths.push_back(file.path);
  CHECK(paths == std::vector<std::string>{"shop/stock/types.hpp", "shop/stock/types.cpp",
                                          "shop/stock/actors.hpp", "shop/stock/actors.cpp",
                                          "shop/stock/cereal.hpp", "shop/stock/testing.hpp",
                                          "shop/stock/generators.hpp", "shop/stock/stock.hpp"});
}

TEST_CASE("a package beside one of its inner packages is a folder in Python", "[codegen]") {
  const auto outer = load("a.yaml", "kameo: 1\npackage: shop\ntypes: {A: {enum: [one]}}\n");
  const auto inner = load("b.yaml", small);
  const auto both = generate_python(std::vector{outer, inner});
  CHECK(text_of(both, "kameo/shop/__init__.pyi").find("class A(Enum)") != std::string::npos);
  CHECK(text_of(both, "kameo/shop/stock.pyi").find("class Item(Struct):") != std::string::npos);
  CHECK(text_of(generate_python({{outer}}), "kameo/shop.pyi").find("class A(Enum)") !=
        std::string::npos);
}

TEST_CASE("a package named in several schemas is written once, or refused if it differs",
          "[codegen]") {
  const auto one = load("a.yaml", small);
  CHECK(generate_python(std::vector{one, one}));

  const auto other =
      load("b.yaml", "kameo: 1\npackage: shop.stock\ntypes: {Other: {enum: [one]}}\n");
  const auto both = generate_python(std::vector{one, other});
  REQUIRE_FALSE(both);
  CHECK(both.error().code() == errc::invalid_argument);
  CHECK(both.error().message().find("kameo/shop/stock.py") != std::string::npos);
}

TEST_CASE("two things that lead to one name are refused, both are named", "[codegen]") {
  auto package = load("x.yaml",
                      "kameo: 1\npackage: p\ntypes:\n"
                      "  Order: {union: {limit: u32, none: ~}}\n"
                      "  Limit: {struct: {n: u32}}\n");
  // The checker of the IDL refuses such a schema; a package can come from elsewhere.
  for (auto& type : package.types) {
    if (type.name == "Limit") type.name = "OrderLimit";
  }
  const auto cpp = generate_cpp(package);
  REQUIRE_FALSE(cpp);
  CHECK(cpp.error().message() ==
        "namespace p would have `OrderLimit` twice: from variant limit of union Order and from "
        "type OrderLimit");
  const auto python = generate_python({{package}});
  REQUIRE_FALSE(python);
  CHECK(python.error().message() ==
        "module kameo.p would have `OrderLimit` twice: from variant limit of union Order and from "
        "type OrderLimit");
}

}  // namespace kameo::codegen
