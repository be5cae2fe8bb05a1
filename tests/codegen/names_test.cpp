#include "names.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace kameo::codegen {

TEST_CASE("names change their casing at the borders of words", "[codegen][names]") {
  CHECK(snake_case("DataFetch") == "data_fetch");
  CHECK(snake_case("HTTPServer") == "http_server");
  CHECK(snake_case("Level2Book") == "level2_book");
  CHECK(snake_case("data_fetch") == "data_fetch");
  CHECK(pascal_case("data_fetch") == "DataFetch");
  CHECK(pascal_case("on_2_ticks") == "On2Ticks");
  CHECK(pascal_case("DataFetch") == "DataFetch");
  CHECK(upper_case("data_fetch") == "DATA_FETCH");
}

TEST_CASE("a name that the language keeps for itself gets an underscore", "[codegen][names]") {
  CHECK(cpp_name("delete") == "delete_");
  CHECK(cpp_name("price") == "price");
  CHECK(python_name("lambda") == "lambda_");
  CHECK(python_name("id") == "id");
  constexpr std::array<std::string_view, 1> taken{"tag"};
  CHECK(python_name("tag", taken) == "tag_");
}

}  // namespace kameo::codegen
