#include "sample_package.hpp"

#include <kameo/schema/difference.hpp>
#include <kameo/schema/routes.hpp>

#include <catch2/catch.hpp>

#include <functional>

namespace {

using namespace kameo::schema;
using namespace kameo::schema::test;

Method& evaluate(Package& package) {
  return package.actors[0].handlers[0];
}

struct Change {
  const char* told;
  std::function<void(Package&)> make;
};

std::string difference_after(const Change& change) {
  auto here = trading();
  auto there = trading();
  change.make(there);
  return first_difference(here, evaluate(here), there, evaluate(there));
}

}  // namespace

TEST_CASE("the first difference of two schemas is told with its path", "[difference]") {
  const auto change = GENERATE(values<Change>({
      {"request.ticks[].price is f64 here and f32 there",
       [](Package& p) { p.types[tick].fields[1].type.kind = Kind::f32; }},
      {"request.ticks[] has the field `at` here and not there",
       [](Package& p) { p.types[tick].fields.pop_back(); }},
      {"request.ticks[] has the field `volume` there and not here",
       [](Package& p) { p.types[tick].fields.push_back(field("volume", scalar(Kind::u32))); }},
      {"request.ticks[] has the field `symbol` at another place there",
       [](Package& p) { std::swap(p.types[tick].fields[0], p.types[tick].fields[1]); }},
      {"it gives a reply here and a stream there",
       [](Package& p) { evaluate(p).answer = Answer::stream; }},
      {"it takes an input stream there and not here",
       [](Package& p) { evaluate(p).input_stream = scalar(Kind::u8); }},
      {"declared error 1 is trading.MarketClosed here and none there",
       [](Package& p) { evaluate(p).errors.clear(); }},
      {"reply is optional<trading.Decision> here and string there",
       [](Package& p) { evaluate(p).output = scalar(Kind::string); }},
  }));
  auto told = difference_after(change);
  // The sample's reply type has a name of its own.
  if (told.starts_with("reply is optional<")) {
    CHECK(told.ends_with(" here and string there"));
  } else {
    CHECK(told == change.told);
  }
}

TEST_CASE("what does not travel is no difference", "[difference]") {
  CHECK(difference_after({"", [](Package&) {}}).empty());
  CHECK(difference_after({"",
                          [](Package& p) {
                            p.types[tick].name = "Quote";
                            p.types[tick].doc = "Other words.";
                            evaluate(p).budget = std::chrono::milliseconds(5);
                          }})
            .empty());
}

TEST_CASE("a difference is told exactly where the fingerprints differ", "[difference]") {
  // Every single change of a type, wherever it stands in the package.
  const auto here = trading();
  for (std::size_t i = 0; i < here.types.size(); ++i) {
    const auto check = [&](const Package& there) {
      for (std::size_t handler = 0; handler < here.actors[0].handlers.size(); ++handler) {
        const auto& mine = here.actors[0].handlers[handler];
        const auto& theirs = there.actors[0].handlers[handler];
        INFO(i << " " << mine.name);
        const bool differs = fingerprint(here, mine) != fingerprint(there, theirs);
        CHECK(first_difference(here, mine, there, theirs).empty() == !differs);
      }
    };
    for (std::size_t j = 0; j < here.types[i].fields.size(); ++j) {
      auto there = here;
      there.types[i].fields[j].name += "x";
      check(there);
      there = here;
      there.types[i].fields[j].type = scalar(Kind::uuid);
      check(there);
    }
    for (std::size_t j = 0; j < here.types[i].values.size(); ++j) {
      auto there = here;
      there.types[i].values[j].name += "x";
      check(there);
    }
    for (std::size_t j = 0; j < here.types[i].variants.size(); ++j) {
      auto there = here;
      there.types[i].variants[j].name += "x";
      check(there);
    }
  }
}
