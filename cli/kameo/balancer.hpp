#pragma once

#include <kameo/actor/receiver.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kameo::cli {

/// Several actors of one kind behind one address: an ask goes to the one that has the fewest open.
/// It is handed on as it came, so streams, cancels, deadlines and call chains are between the
/// caller and the actor.
/// Thread-safety: `set` before all else; the rest from any thread.
class Balancer final : public actor::Receiver, public std::enable_shared_from_this<Balancer> {
 public:
  Balancer(std::string name, std::size_t actors) : name_(std::move(name)), actors_(actors) {}

  /// Each place once.
  void set(std::size_t place, std::shared_ptr<actor::Receiver> actor) {
    actors_[place].receiver = std::move(actor);
  }

  Result<void> deliver(actor::Envelope envelope) override;
  [[nodiscard]] bool wants_payload() const noexcept override {
    return actors_.front().receiver->wants_payload();
  }
  [[nodiscard]] asio::any_io_executor executor() const override {
    return actors_.front().receiver->executor();
  }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] std::shared_ptr<actor::Clock> clock() const override {
    return actors_.front().receiver->clock();
  }
  [[nodiscard]] Deadline deadline(actor::RouteNumber route) const override {
    return actors_.front().receiver->deadline(route);
  }
  [[nodiscard]] std::shared_ptr<actor::DeadlineQueue> default_deadline() const override {
    return actors_.front().receiver->default_deadline();
  }

 private:
  class Counted;
  struct Actor {
    std::shared_ptr<actor::Receiver> receiver;
    std::size_t open = 0;
    bool gone = false;  ///< given up by its supervisor: it answers nothing any more
  };

  [[nodiscard]] std::size_t least_loaded();
  void answered(std::size_t place, bool is_gone);

  const std::string name_;
  std::mutex mutex_;           // guards `open` and `gone`
  std::vector<Actor> actors_;  // the receivers are there from `set` on and stay
};

}  // namespace kameo::cli
