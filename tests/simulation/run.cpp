#include "run.hpp"

#include "peer.hpp"
#include "pipe.hpp"

#include <algorithm>
#include <array>

namespace kameo::simulation {
namespace {

/// A parent and a child with the stream between them.
class Pair {
 public:
  Pair(wire::Limits limits, World& world)
      : world_(world),
        peers_{Peer(wire::Role::parent, limits, world), Peer(wire::Role::child, limits, world)} {}

  [[nodiscard]] bool is_over() const noexcept {
    return peers_[0].is_closed() && peers_[1].is_closed();
  }

  void step() {
    auto& random = world_.random;
    const auto side = random.below(2);
    switch (random.below(8)) {
      case 0:
      case 1:
        flush(side, 1 + random.below(2000));
        break;
      case 2:
        deliver(side, random.one_in(4) ? 1 + random.below(40) : 1U << 20U);
        break;
      case 3:
        world_.now += std::chrono::microseconds(random.below(200));
        break;
      case 4:
        disturb(side);
        break;
      default:
        peers_[side].act();
    }
    after_step();
  }

  /// Lets both finish what is open, on a whole stream.
  void settle() {
    for (int round = 0; !is_over() && !cut_; ++round) {
      if (round == 20'000) throw Violation("does not settle");
      bool did = false;
      for (const std::size_t side : {0U, 1U}) {
        did |= peers_[side].finish_something();
        did |= flush(side, 1U << 20U);
        did |= deliver(side, 1U << 20U);
        after_step();
      }
      if (did) continue;
      if (pipes_[0].is_empty() && pipes_[1].is_empty()) break;
      for (auto& pipe : pipes_) {
        if (!pipe.is_empty()) world_.now = std::max(world_.now, pipe.next_arrival());
      }
    }
    if (cut_ || is_over()) return;
    for (const auto& peer : peers_) {
      if (!peer.is_closed()) peer.check_idle();
    }
  }

  /// The stream ends; both must notice and close.
  void end() {
    cut();
    for (const std::size_t side : {0U, 1U}) deliver(side, 1);
    after_step();
    if (!is_over()) throw Violation("the stream has ended and a session has not");
  }

 private:
  void disturb(std::size_t side) {
    auto& random = world_.random;
    if (!random.one_in(30)) return;
    switch (random.below(5)) {
      case 0:
        world_.tell("the stream is cut");
        return cut();
      case 1:
        peers_[side].crash();
        return cut();
      case 2:
        return peers_[side].say_bye();
      default:
        peers_[side].start_drain();
    }
  }

  /// From a session into the pipe to the other.
  bool flush(std::size_t side, std::size_t most) {
    auto& session = peers_[side].session();
    const auto output = session.output();
    if (output.empty() || peers_[side].is_closed()) return false;
    const auto piece = output.first(std::min(most, output.size()));
    counters_[side].take(piece, world_.coverage.frames[side]);
    pipes_[side].write(piece, world_.now, world_.random);
    session.consume_output(piece.size());
    return true;
  }

  /// From the pipe into the session at its other end.
  bool deliver(std::size_t side, std::size_t most) {
    auto& peer = peers_[side];
    if (peer.is_closed()) return false;
    auto& pipe = pipes_[1 - side];
    const auto bytes = pipe.read(most, world_.now);
    peer.session().receive(bytes, world_.now);
    // Who has closed hangs up: the other sees the end of the stream behind what was sent.
    const bool hung_up = peers_[1 - side].is_closed() && pipe.is_empty();
    if (pipe.is_cut() || hung_up) peer.session().end_of_stream();
    peer.take_events();
    return !bytes.empty() || peer.is_closed();
  }

  void cut() {
    cut_ = true;
    for (auto& pipe : pipes_) pipe.cut();
    world_.ledger.lose_in_flight();
  }

  void after_step() {
    ++world_.coverage.steps;
    for (auto& peer : peers_) {
      peer.expire();
      peer.check();
    }
  }

  World& world_;
  std::array<Peer, 2> peers_;
  std::array<Pipe, 2> pipes_;  // by writer
  std::array<FrameCounter, 2> counters_;
  bool cut_ = false;
};

wire::Limits random_limits(Random& random) {
  wire::Limits limits;
  limits.message_bytes = 400'000;
  limits.open_asks = random.one_in(3) ? 1 + random.below(5) : 64;
  limits.output_bytes = random.one_in(3) ? 200'000 : 4'000'000;
  return limits;
}

}  // namespace

Coverage run_seed(std::uint64_t seed, std::function<void(const std::string&)> trace) {
  World world(seed);
  world.trace = std::move(trace);
  while (world.coverage.steps < least_steps || world.coverage.calls < least_calls) {
    Pair pair(random_limits(world.random), world);
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
