#pragma once

#include <kameo/actor/clock.hpp>
#include <kameo/actor/deadline_queue.hpp>
#include <kameo/actor/envelope.hpp>
#include <kameo/actor/options.hpp>

#include <asio/any_io_executor.hpp>

#include <memory>
#include <string_view>

namespace kameo::actor {

/// Whatever messages can be sent to: an actor's slot, or the provider of a callback module.
/// Thread-safety: every function may be called from any thread.
class Receiver {
 public:
  virtual ~Receiver() = default;

  /// Takes the envelope, or answers it with why not: `stopped`, `overloaded`. Does not block.
  /// A tell that is not taken is told by the returned error; an ask always returns success here
  /// and has its error as its answer.
  virtual Result<void> deliver(Envelope envelope) = 0;

  /// True where messages leave the process. Then the caller encodes them, on its own thread and
  /// before `deliver`, so that a value that cannot travel is the caller's error.
  [[nodiscard]] virtual bool wants_payload() const noexcept = 0;

  /// Where timers of asks to it run.
  [[nodiscard]] virtual asio::any_io_executor executor() const = 0;
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// What deadlines of asks to it go by.
  [[nodiscard]] virtual std::shared_ptr<Clock> clock() const { return system_clock(); }
  /// How long an ask for that route waits whose caller says nothing.
  [[nodiscard]] virtual Deadline deadline(RouteNumber /*route*/) const { return {}; }
  /// Where asks for one reply wait that have no deadline at all; null: they wait as long as it
  /// takes.
  [[nodiscard]] virtual std::shared_ptr<DeadlineQueue> default_deadline() const { return nullptr; }
  /// An error that nobody asked for, of a stream from it; to stderr where there is no log.
  virtual void report(const Error& lost) const;
};

}  // namespace kameo::actor
