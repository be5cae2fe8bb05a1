#pragma once

#include "peer.hpp"
#include "pipe.hpp"
#include "world.hpp"

#include <kameo/wire/session.hpp>

#include <array>
#include <cstddef>

namespace kameo::simulation {

/// A parent and a child with the stream between them.
class Pair {
 public:
  Pair(wire::Limits limits, World& world);

  /// Something of chance's choice happens, to one of them or to the stream.
  void step();
  /// Lets both finish what is open, on a whole stream.
  void settle();
  /// The stream ends; both must notice and close.
  void end();

  [[nodiscard]] bool is_over() const noexcept {
    return peers_[0].is_closed() && peers_[1].is_closed();
  }

 private:
  void disturb(std::size_t side);
  bool flush(std::size_t side, std::size_t most);
  bool deliver(std::size_t side, std::size_t most);
  void slip_in_metric(std::size_t side);
  void cut();
  void after_step();

  World& world_;
  std::array<Peer, 2> peers_;
  std::array<Pipe, 2> pipes_;  // by writer
  bool cut_ = false;
};

}  // namespace kameo::simulation
