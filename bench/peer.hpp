#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Seconds = std::chrono::duration<double>;

/// The request that every peer sends: about 80 bytes, five fields of different kinds.
struct Order {
  std::int64_t id = 0;
  double price = 0;
  std::string symbol;
  std::vector<std::int64_t> sizes;
  std::optional<std::string> note;
};

/// The one that is sent for number `id`; its answer is `expected_total(id)`.
inline Order order(std::int64_t id) {
  return {id, 101.25, "AAPL.US", {id, 2, 3, 4}, "limit, good for day"};
}
inline double expected_total(std::int64_t id) {
  return 101.25 * static_cast<double>(id + 2 + 3 + 4);
}

/// A process that answers an order with its total (price times the sum of sizes), and the way to
/// ask it. Each checks the answers, so that none is quick by being wrong.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Asks `count` times with `in_flight` open at any time; how long that took.
  /// Throws std::runtime_error when an answer is wrong or missing.
  virtual Seconds ask(int count, int in_flight) = 0;
};

/// The limit: a socket pair, a forked child in C++ that copies bytes into answers; no types, no
/// checks, no supervision, no Python.
std::unique_ptr<Peer> make_socketpair();

/// kameo: a typed ask to a sync Python handler in a supervised child.
std::unique_ptr<Peer> make_kameo();

/// What one would write otherwise: a gRPC client in C++, a grpcio server in Python.
std::unique_ptr<Peer> make_grpc();

}  // namespace bench
