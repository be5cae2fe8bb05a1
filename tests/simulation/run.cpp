#include "run.hpp"

#include "pair.hpp"
#include "world.hpp"

#include <utility>

namespace kameo::simulation {
namespace {

wire::Limits random_limits(Random& random) {
  wire::Limits limits;
  limits.message_bytes = 400'000;
  limits.open_asks = random.one_in(3) ? 1 + random.below(5) : 64;
  limits.output_bytes = 4'000'000;
  if (random.one_in(4)) {
    // A slow reader's: messages are refused now and then. Refusals, which are not, may take as much
    // again, and there must be room for those of all open asks.
    limits.open_asks = 1 + random.below(5);
    limits.output_bytes = 1000 + random.below(4000);
  }
  if (random.one_in(4)) {
    limits.open_streams = 1 + random.below(4);
    limits.parked_bytes = 300 + random.below(3000);
  }
  return limits;
}

}  // namespace

Coverage run_seed(std::uint64_t seed, std::function<void(const std::string&)> trace) {
  World world(seed);
  world.trace = std::move(trace);
  while (world.coverage.steps < least_steps || world.coverage.calls < least_calls) {
    world.tell("a parent and a child");
    const auto limits = random_limits(world.random);
    world.ledger.limits_are_narrow(limits.parked_bytes < wire::Limits().parked_bytes);
    Pair pair(limits, world);
    const auto steps = world.coverage.steps + 100 + world.random.below(300);
    while (world.coverage.steps < steps && !pair.is_over()) pair.step();
    pair.settle();
    pair.end();
    world.ledger.check_all_ended();
    world.ledger.lose_in_flight();
  }
  return world.coverage;
}

}  // namespace kameo::simulation
