#include "process_fixture.hpp"

#include <kameo/codec.hpp>

#include <catch2/catch.hpp>

namespace {

/// The probe's schema a version later: `note` has got a field. The child is built from the older.
std::shared_ptr<const kameo::schema::Package> newer() {
  auto package = *probe::package();
  auto request = package.types[0];
  request.name = "ProbeNote";
  request.fields.push_back(request.fields.back());
  request.fields.back().name = "urgency";
  package.types.push_back(std::move(request));
  for (auto& handler : package.actors[0].handlers) {
    if (handler.name == "note")
      handler.request = static_cast<std::uint32_t>(package.types.size() - 1);
  }
  return std::make_shared<const kameo::schema::Package>(std::move(package));
}

}  // namespace

TEST_CASE(
    "a child of an older schema answers the routes that did not change, and names the first "
    "difference of one that did",
    "[process][evolution]") {
  ProcessFixture fixture;
  const auto child =
      fixture.runtime
          .spawn_dynamic(kameo::DynamicActor(newer())
                             .actor("probe.Probe")
                             .config(kameo::encode_payload(probe::Config("hello")).value()),
                         kameo::child(), {}, kameo::blocking)
          .value();

  const auto unchanged =
      child.ask_payload("run", kameo::encode_payload(probe::Command("echo", "still here")).value(),
                        {}, kameo::blocking);
  REQUIRE(unchanged);
  CHECK(kameo::decode_payload<std::string>(unchanged->bytes).value() == "still here");

  const auto changed = child.ask_payload(
      "note", kameo::encode_payload(probe::Command("", "lost")).value(), {}, kameo::blocking);
  REQUIRE(!changed);
  CHECK(changed.error().code() == kameo::errc::schema_mismatch);
  CHECK_THAT(changed.error().message(),
             Catch::Contains("request has the field `urgency` there and not here"));
}
