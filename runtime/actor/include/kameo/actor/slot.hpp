#pragma once

#include <kameo/actor/clock.hpp>
#include <kameo/actor/concurrency.hpp>
#include <kameo/actor/incarnation.hpp>
#include <kameo/actor/mailbox.hpp>
#include <kameo/actor/names.hpp>
#include <kameo/actor/receiver.hpp>
#include <kameo/actor/restart.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kameo {

/// Gets every message without an answer that no incarnation will see: the actor's name, the route,
/// the message, and why. Asks are not told here, they have their answer. Called on the actor's
/// strand; must not block.
using DeadLetterHook =
    std::function<void(std::string_view, actor::RouteNumber, actor::Message, const Error&)>;

}  // namespace kameo

namespace kameo::actor {

/// What became of an actor, for its runtime's log.
struct SlotEvent {
  enum class Type : std::uint8_t {
    started,     ///< an incarnation takes messages
    restarting,  ///< one has died; the next comes after `delay`
    given_up,    ///< one has died and there will be no other
    stopped,     ///< ended as it was asked to, or by itself without fault
  };
  Type type = Type::started;
  std::uint32_t incarnation = 1;
  std::chrono::milliseconds delay{0};
  std::optional<Error> error;  ///< the death's, for restarting and given_up
};

struct SlotOptions {
  std::string name;
  std::size_t mailbox = 65536;  ///< messages waiting; one more is `overloaded`
  RestartPolicy restart;
  std::chrono::milliseconds stop_timeout{10'000};  ///< for a drain; then it is terminated
  std::chrono::milliseconds kill_timeout{2'000};   ///< for a termination; then it is killed
  bool wants_payload = false;                      ///< Receiver::wants_payload
  /// How many messages its incarnations work on at once: so many asks of one chain it can take.
  Concurrency concurrency;
  /// Whether a handler may be asked by whom its own actor waits for; none: none may.
  std::function<bool(RouteNumber)> reentrant;
  std::function<Deadline(RouteNumber)> deadline;    ///< Receiver::deadline; none: nothing is said
  std::shared_ptr<DeadlineQueue> default_deadline;  ///< Receiver::default_deadline
  std::shared_ptr<Names> names;                     ///< gives it its id
  ActorId id = 0;                                   ///< where there are no names; 0: no call chains
  std::function<void(const Error&)> report;         ///< Receiver::report; none: to stderr
  DeadLetterHook dead_letters;
  std::function<void(const SlotEvent&)> events;
  std::shared_ptr<Clock> clock = system_clock();
  /// Whatever must live as long as the slot does: the context of its executor.
  std::shared_ptr<void> keep_alive;
  std::function<double()> chance;  ///< in [0, 1), for jitter; none: a generator of its own
};

/// What an ActorRef points at: a mailbox, the incarnation that is alive now, and its supervision.
/// Messages wait here, in order, while there is no incarnation; incarnations never overlap.
/// Everything but the mailbox lives on one strand.
/// Thread-safety: every public function may be called from any thread.
class Slot final : public Receiver,
                   public Incarnation::Owner,
                   public std::enable_shared_from_this<Slot> {
 public:
  /// Use `make`.
  Slot(const asio::any_io_executor& executor, SlotOptions options, IncarnationFactory factory);
  [[nodiscard]] static std::shared_ptr<Slot> make(const asio::any_io_executor& executor,
                                                  SlotOptions options, IncarnationFactory factory);
  ~Slot() override;

  /// Starts the first incarnation. `done` is called once, on the strand: it runs, or why it can't;
  /// then the slot is stopped.
  void start(std::function<void(Result<void>)> done);

  /// Takes no more messages from now on. `drain` lets those that wait be worked off first and goes
  /// on to terminate and kill when the timeouts of the options run out; the other modes answer them
  /// with `not_started`. `done` is called once it has ended; at once if it has already.
  void stop(StopMode mode, std::function<void()> done = {});

  Result<void> deliver(Envelope envelope) override;
  [[nodiscard]] bool wants_payload() const noexcept override { return options_.wants_payload; }
  [[nodiscard]] asio::any_io_executor executor() const override { return strand_; }
  [[nodiscard]] std::string_view name() const noexcept override { return options_.name; }
  [[nodiscard]] std::shared_ptr<Clock> clock() const override { return options_.clock; }
  [[nodiscard]] Deadline deadline(RouteNumber route) const override {
    return options_.deadline ? options_.deadline(route) : Deadline();
  }
  [[nodiscard]] std::shared_ptr<DeadlineQueue> default_deadline() const override {
    return options_.default_deadline;
  }
  void report(const Error& lost) const override;
  [[nodiscard]] std::size_t waiting() const noexcept { return mailbox_.size(); }

 private:
  enum class State : std::uint8_t { fresh, starting, running, backing_off, ended };

  void on_started() override;
  void on_room() override;
  void on_ended(Ending ending) override;
  [[nodiscard]] std::int32_t restarts_left() const override;
  [[nodiscard]] ActorId id() const override { return id_; }

  /// Whether this actor can't take the ask before the one who made it has an answer from it.
  [[nodiscard]] bool waits_for_itself(const Envelope& envelope) const;
  [[nodiscard]] Error deadlock(const std::vector<ActorId>& chain) const;
  void deliver_beside(Envelope envelope);
  void begin_incarnation();
  void pump();
  void apply_stop(StopMode mode);
  void escalate(StopMode next, std::chrono::milliseconds after);
  void drain_if_empty();
  void give_up(const Ending& ending, const std::string& why);
  /// The last thing: nothing comes after it but calls of `stop`.
  void finish(const Error& why);
  void fail_waiting(const Error& why);
  void tell(SlotEvent::Type type, std::chrono::milliseconds delay,
            const std::optional<Error>& error);

  const SlotOptions options_;  // the first: `keep_alive` goes after all else
  const IncarnationFactory factory_;
  const ActorId id_;
  Strand strand_;
  Mailbox mailbox_;

  std::mutex closed_mutex_;
  std::optional<Error> closed_because_;  // guarded by closed_mutex_

  // On the strand only.
  State state_ = State::fresh;
  std::optional<StopMode> stopping_;
  bool told_to_drain_ = false;
  std::uint32_t number_ = 0;
  std::shared_ptr<Incarnation> incarnation_;
  RestartTracker restarts_;
  std::chrono::steady_clock::time_point started_at_;
  std::unique_ptr<Timer> timer_;
  std::function<void(Result<void>)> start_done_;
  std::vector<std::function<void()>> stop_done_;
};

}  // namespace kameo::actor
