#include "fixture.hpp"

#include <catch2/catch.hpp>

TEST_CASE("A8 a handler's callback is answered by a C++ handler", "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  CHECK(fixture.echo.roundtrip({42}, {}, kameo::blocking).value() == 43);
}

TEST_CASE("C8 an error and an exception of a C++ handler are the same exception in Python",
          "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  CHECK(fixture.echo.refuse({"closed today"}, {}, kameo::blocking).value() ==
        "CallbackError: closed today");
  CHECK(fixture.echo.throw_up({"closed today"}, {}, kameo::blocking).value() ==
        "CallbackError: closed today");
  CHECK(fixture.echo.roundtrip({1}, {}, kameo::blocking).value() == 2);  // both sides live
}
