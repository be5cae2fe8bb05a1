#include "pair.hpp"

#include <kameo/wire/frame.hpp>

#include <algorithm>
#include <array>

namespace kameo::simulation {

Pair::Pair(wire::Limits limits, World& world)
    : world_(world),
      peers_{Peer(wire::Role::parent, limits, world), Peer(wire::Role::child, limits, world)} {}

void Pair::step() {
  auto& random = world_.random;
  const auto side = random.below(2);
  switch (random.below(10)) {
    case 0:
    case 1:
      flush(side, 1 + random.below(2000));
      break;
    case 2:
    case 3:
      deliver(side, random.one_in(4) ? 1 + random.below(40) : 1U << 20U);
      break;
    case 4:
      world_.now += std::chrono::microseconds(random.below(400));
      break;
    case 5:
      disturb(side);
      break;
    default:
      peers_[side].act();
  }
  after_step();
}

void Pair::settle() {
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

void Pair::end() {
  cut();
  for (const std::size_t side : {0U, 1U}) deliver(side, 1);
  after_step();
  for (const auto& peer : peers_) peer.check_over();
}

void Pair::disturb(std::size_t side) {
  auto& random = world_.random;
  if (random.one_in(8)) return slip_in_metric(side);
  if (!random.one_in(40)) return;
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
bool Pair::flush(std::size_t side, std::size_t most) {
  auto& peer = peers_[side];
  const auto output = peer.session().output();
  if (output.empty() || peer.is_closed()) return false;
  const auto piece = output.first(std::min(most, output.size()));
  peer.tap().take(piece, world_.coverage.frames[side]);
  pipes_[side].write(piece, world_.now, world_.random);
  peer.session().consume_output(piece.size());
  return true;
}

/// From the pipe into the session at its other end.
bool Pair::deliver(std::size_t side, std::size_t most) {
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

/// As a peer of a newer kameo might: sessions of this one read metrics and ignore them.
void Pair::slip_in_metric(std::size_t side) {
  auto& peer = peers_[side];
  if (!peer.is_greeted() || peer.is_closed() || !peer.tap().is_between_messages()) return;
  std::array<std::byte, wire::FrameHeader::size> metric;
  wire::store_header({0, wire::FrameType::metric, 0, 0, 0}, metric);
  ++world_.coverage.frames[side][static_cast<std::size_t>(wire::FrameType::metric)];
  pipes_[side].write(metric, world_.now, world_.random);
}

void Pair::cut() {
  cut_ = true;
  for (auto& pipe : pipes_) pipe.cut();
  world_.ledger.lose_in_flight();
}

void Pair::after_step() {
  ++world_.coverage.steps;
  for (auto& peer : peers_) {
    peer.expire();
    peer.check();
  }
}

}  // namespace kameo::simulation
