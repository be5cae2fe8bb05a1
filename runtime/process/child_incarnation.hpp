#pragma once

#include "calls.hpp"
#include "connection.hpp"
#include "log_rate.hpp"
#include "output_pipe.hpp"
#include "providers.hpp"

#include <kameo/actor/clock.hpp>
#include <kameo/actor/incarnation.hpp>
#include <kameo/log.hpp>
#include <kameo/process/spawner.hpp>

#include <asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kameo::process {

/// All that the incarnations of one child actor have in common.
struct ChildSpec {
  std::string name;  ///< of the slot
  /// The process without descriptors, made anew for each incarnation (the directory or the program
  /// may have changed). KAMEO_FD is added.
  std::function<Result<ProcessSpec>()> process;
  wire::Welcome welcome;  ///< `incarnation` is filled in
  wire::Limits limits;
  std::unordered_map<actor::RouteNumber, CallbackRoute> callbacks;
  std::chrono::milliseconds start_timeout{30'000};
  std::uint32_t log_rate = 10'000;  ///< records a second
  std::size_t in_flight = 1024;     ///< asks given to the child and not answered
  LogHook log;
  /// May replace the error of a child that ended before hello by one that says more; calls back on
  /// the same strand. None: the error stays.
  std::function<void(const actor::Strand&, Error, std::function<void(Error)>)> explain;

  std::shared_ptr<Spawner> spawner;
  std::shared_ptr<Providers> providers;
  std::shared_ptr<actor::Clock> clock;
};

/// One life of an actor as a child process.
class ChildIncarnation final : public actor::Incarnation,
                               private Connection::Sink,
                               public std::enable_shared_from_this<ChildIncarnation> {
 public:
  ChildIncarnation(std::shared_ptr<const ChildSpec> spec, const actor::Strand& strand,
                   std::uint32_t number, std::shared_ptr<Owner> owner);

  void start() override;
  /// Which of them may run at once is the child's affair.
  [[nodiscard]] bool has_room(actor::RouteNumber) const override { return has_room(); }
  void deliver(actor::Envelope envelope) override;
  /// The child sees from the chain that it must not wait.
  void deliver_beside(actor::Envelope envelope) override { deliver(std::move(envelope)); }
  void flush() override;
  void stop(actor::StopMode mode) override;

 private:
  enum class State : std::uint8_t {
    spawning,  ///< no process yet
    opening,   ///< before its hello
    starting,  ///< welcomed, its user code loads
    running,
    closing,  ///< its connection has ended or it is told to end: only its exit is awaited
    ended,
  };

  // Start
  Result<ProcessSpec> prepare_process();
  void on_spawned(Result<std::shared_ptr<Process>> process);
  void on_start_timeout();
  void greet(const wire::Event& event);
  void become_ready(const wire::Event& event);

  // Life
  void on_event(wire::Event& event) override;
  void on_turn_end() override;
  [[nodiscard]] bool has_room() const;
  void start_callback(const wire::Event& event);
  void on_stderr_line(std::string_view line);
  void log_line(std::string_view source, wire::LogLevel level, std::string_view line);
  void log(wire::LogRecord record);
  void tell_lost_records(std::uint64_t count);
  void hand_on(wire::LogRecord record);

  // End
  /// The child has to go: its connection is of no use. Gives it a moment where `grace` says so.
  void expect_exit(std::chrono::milliseconds grace, const std::string& why);
  void kill(const std::string& why);
  void on_exit(const ExitReport& exit);
  void conclude(actor::Ending ending);
  [[nodiscard]] std::shared_ptr<const DeathCertificate> certify(const ExitReport& exit) const;
  [[nodiscard]] actor::Ending ending_of(const ExitReport& exit,
                                        const std::shared_ptr<const DeathCertificate>& death) const;
  [[nodiscard]] std::string_view stage_in_words() const;

  const std::shared_ptr<const ChildSpec> spec_;
  const actor::Strand strand_;
  const std::uint32_t number_;
  std::shared_ptr<Owner> owner_;  // null once it has ended

  State state_ = State::spawning;
  State reached_ = State::spawning;  // the furthest that its start came
  std::optional<actor::StopMode> stopping_;
  std::chrono::steady_clock::time_point started_at_;
  std::unique_ptr<actor::Timer> timer_;  // start time-out, later that for its exit
  std::shared_ptr<Process> process_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<OutputPipe> stdout_;
  std::shared_ptr<OutputPipe> stderr_;

  std::shared_ptr<Calls> calls_;
  std::unordered_map<actor::RouteNumber, std::string> refused_routes_;
  mutable bool starved_ = false;  // somebody asked for room and there was none

  std::optional<Error> start_error_;  // what the child itself, or its time-out, says of its start
  bool said_bye_ = false;
  std::string killed_because_;
  std::deque<std::string> last_stderr_;
  LogRate log_rate_;
};

}  // namespace kameo::process
