#include <kameo/result.hpp>

#include <catch2/catch.hpp>

#include <memory>

using namespace kameo;

TEST_CASE("a result holds its value, and gives it away when it is moved", "[result]") {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  REQUIRE(result);
  CHECK(**result == 7);
  const auto taken = std::move(result).value();
  CHECK(*taken == 7);
}

TEST_CASE("the value of a result without one throws its error", "[result]") {
  const Result<int> result(fail(errc::not_found, "no file ", 3));
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == "no file 3");
  CHECK(result.value_or(5) == 5);
  CHECK_THROWS_AS(result.value(), Error);
  const Result<void> nothing(fail(errc::not_found, "none"));
  CHECK_THROWS_WITH(nothing.value(), "not_found: none");
}

TEST_CASE("a result of nothing is a success until it is told otherwise", "[result]") {
  const Result<void> result;
  CHECK(result);
  CHECK_NOTHROW(result.value());
}

TEST_CASE("a message is put together from texts, characters, numbers and truths", "[result]") {
  CHECK(concat("a", 'b', std::string("c"), 1, std::uint8_t{2}, -3L, true) == "abc12-3true");
}
