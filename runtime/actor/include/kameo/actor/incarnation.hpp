#pragma once

#include <kameo/actor/envelope.hpp>
#include <kameo/actor/restart.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/strand.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace kameo::actor {

using Strand = asio::strand<asio::any_io_executor>;

enum class StopMode : std::uint8_t {
  drain,      ///< finish what is in hand, run on_stop, end
  terminate,  ///< end soon: what is in hand may be lost
  kill,       ///< end now
};

/// How and why an incarnation ended. `error` is there unless it ended because it was stopped.
struct Ending {
  Outcome outcome = Outcome::normal;
  std::optional<Error> error;
};

/// One life of an actor: an object in this process, or a child process. Lives on its slot's
/// strand: all functions here are called on it, and it calls its owner on it.
class Incarnation {
 public:
  /// The slot, as its incarnation sees it. Never called from within a function of the incarnation.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Messages may be delivered. At most once.
    virtual void on_started() = 0;
    /// `has_room` was false and is true again.
    virtual void on_room() = 0;
    /// The last call, exactly once, also for one that never started. Everything that was delivered
    /// has been answered by now.
    virtual void on_ended(Ending ending) = 0;
    /// For death certificates: what the restart policy still allows, this death not counted.
    [[nodiscard]] virtual std::int32_t restarts_left() const = 0;
    /// Its actor's; 0 where call chains are not kept.
    [[nodiscard]] virtual ActorId id() const { return 0; }
  };

  virtual ~Incarnation() = default;
  virtual void start() = 0;
  /// Whether it takes a message for that route now. False until it has started.
  [[nodiscard]] virtual bool has_room(RouteNumber route) const = 0;
  /// Takes a message; only with room.
  virtual void deliver(Envelope envelope) = 0;
  /// Takes one whose caller is waited for by a message in hand, room or not: a reentrant actor.
  virtual void deliver_beside(Envelope envelope) = 0;
  /// After the last message of a batch.
  virtual void flush() {}
  /// May be called again with a harsher mode, and before it has started. `on_ended` follows.
  virtual void stop(StopMode mode) = 0;
};

/// What makes the `number`th incarnation (1 for the first) of a slot. The incarnation keeps `owner`
/// until it has called `on_ended`.
using IncarnationFactory = std::function<std::shared_ptr<Incarnation>(
    const Strand& strand, std::uint32_t number, std::shared_ptr<Incarnation::Owner> owner)>;

}  // namespace kameo::actor
