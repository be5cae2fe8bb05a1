#pragma once

#include "codec.hpp"
#include "plan.hpp"
#include "ref.hpp"

#include <kameo/wire/session.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kameo::python {

class TaskStarter;

/// A handler of ours, or a callback of the parent's.
struct RouteEntry {
  wire::RouteInfo info;
  const schema::Method* method = nullptr;
  std::uint32_t concurrency = 1;
  // Of a method that is bound:
  const Node* request = nullptr;
  const Node* output = nullptr;  ///< null without a reply
  std::string output_name;       ///< how the reply is called in messages: `Signal`, `reply`
  std::vector<const Node*> errors;
  // Of a handler:
  Ref handler;
  Ref function;  ///< where the handler is a bound method: what it binds
  Ref self;
  std::string where;    ///< `strategy.py:41, evaluate`
  std::string refused;  ///< why it can't be called, or empty
  /// Whether its last call took long, or there was none yet: then what is finished goes out before.
  mutable bool is_slow = true;
};

/// One message in hand.
struct Job {
  const RouteEntry* route = nullptr;
  wire::CorrelationId ask = 0;  ///< 0 for a tell
};

/// The child's end of the session: reads, calls handlers, writes. Its state is changed with the
/// GIL held; only waiting is done without. Handlers run on the thread that serves.
class Worker {
 public:
  explicit Worker(int fd);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The worker of this process, for `kameo.market.Price(…)`; null before there is one.
  static Worker* current() noexcept { return current_; }

  // Start: false with an exception set.
  bool hello(std::string language, std::string runtime);
  /// Waits for the welcome; false without an exception where the parent went away first.
  bool receive_welcome();
  [[nodiscard]] const wire::Welcome& welcome() const noexcept { return welcome_; }
  bool bind(Ref types);
  bool set_handler(schema::RouteNumber number, PyObject* handler, std::string where);
  bool refuse_route(schema::RouteNumber number, std::string why);
  bool ready();
  void start_failed(const Error& error);
  /// The actor's config, or None; empty with an exception set.
  Ref config();
  [[nodiscard]] Plans* plans() noexcept { return plans_.get(); }

  // Serving
  enum class Ended { no, drained, closed, wants_loop };
  /// Serves until it ends; `no` with an exception set.
  Ended serve();
  /// What the event loop's selector calls: serves until something else is to be done, or `timeout`
  /// (negative: none). 1 when the loop's own descriptors are ready, 0, or -1 with an exception.
  int select(double timeout);
  void attach_loop(std::unique_ptr<TaskStarter> starter, PyObject* loop, int selector_fd);
  /// Whether `select` is to stop the loop when the session has ended: not while the loop runs for
  /// on_start or on_stop.
  void stop_loop_at_end(bool stop) noexcept { stops_loop_ = stop; }
  [[nodiscard]] Ended ended() const noexcept;
  /// Why the session closed, where it was not the parent's end or bye: a breach.
  [[nodiscard]] const std::optional<Error>& breach() const noexcept { return breach_; }
  /// Says bye and writes all that is left.
  void finish();
  /// After a fork, in the new process: the session is not ours.
  void forget() noexcept;

  // Jobs, also for the tasks that carry them on
  void end_job(const Job& job, PyObject* result);
  /// Takes the exception.
  void fail_job(const Job& job, Ref exception);
  void cancelled_job(const Job& job);

  // Callbacks
  PyObject* call(const std::string& name, PyObject* request);
  bool tell(const std::string& name, PyObject* request);
  void forget_call(wire::CorrelationId id) noexcept { calls_.erase(id); }
  void cancel_call(wire::CorrelationId id);
  /// Reads and sorts until `done` or the deadline: asks wait, answers are given out. False with an
  /// exception set, also when the session ends.
  bool read_until(const bool& done, std::optional<wire::TimePoint> deadline);
  [[nodiscard]] PyObject* loop() const noexcept { return loop_.get(); }
  /// Whether a coroutine runs on this thread right now; -1 with an exception set.
  int in_coroutine();
  [[nodiscard]] bool on_serving_thread() const noexcept;
  [[nodiscard]] const std::unordered_map<std::string, RouteEntry*>& callbacks() const noexcept {
    return callbacks_;
  }

  /// Writes what can be written now; from other threads all of it.
  void flush();
  void log(const wire::LogRecord& record);

 private:
  struct Waiting {
    Job job;
    Bytes payload;
    std::optional<wire::TimePoint> deadline;
  };

  bool read_turn(bool blocking = false);
  bool wait(double timeout, int other_fd, bool* other_ready);
  bool wait_for_input();
  bool handle(const wire::Event& event);
  bool take_message(const wire::Event& event);
  bool end_call(const wire::Event& event);
  bool cancel_job(wire::CorrelationId ask);
  [[nodiscard]] bool may_start(const RouteEntry& route) const noexcept;
  bool run_waiting();
  bool start(const Job& job, ByteView payload);
  bool run(const Job& job, ByteView payload);
  bool start_coroutine(const Job& job, Ref coroutine);
  Ref call_handler(const RouteEntry& route, PyObject* request);
  void refuse(const Job& job, Error error);
  std::optional<ErrorData> declared_error(const RouteEntry& route, PyObject* exception);
  const RouteEntry* callback_named(const std::string& name);
  bool encode_request(const RouteEntry& route, PyObject* request, ByteView& payload);
  bool bind_route(RouteEntry& route);
  void write_all(int patience_ms);
  bool loop_has_work();
  void flush_before(const RouteEntry& route);
  void handler_returned(const RouteEntry& route);

  static Worker* current_;

  int fd_;
  unsigned long thread_;
  wire::Limits limits_;
  wire::Session session_;
  wire::Welcome welcome_;
  std::unique_ptr<Plans> plans_;
  const schema::Actor* actor_ = nullptr;
  std::vector<std::unique_ptr<RouteEntry>> routes_;  // by number; null where there is none
  std::unordered_map<std::string, RouteEntry*> callbacks_;

  std::deque<Waiting> waiting_;
  std::unordered_map<wire::CorrelationId, Job> running_;
  std::size_t jobs_ = 0;  // in hand, tells too
  std::size_t nested_ = 0;
  bool reading_ = false;
  wire::TimePoint batch_at_;  ///< when the current batch was read, or something of it last written
  wire::TimePoint idle_at_;   ///< when the last handler returned
  std::deque<std::pair<Job, Ref>> for_loop_;  // coroutines that wait for an event loop

  std::unordered_map<wire::CorrelationId, PyObject*> calls_;  // borrowed: a call removes itself
  Bytes buffer_;

  std::unique_ptr<TaskStarter> starter_;
  Ref loop_;
  int selector_fd_ = -1;
  std::optional<Error> breach_;
  bool stops_loop_ = false;
  bool draining_ = false;
  bool closed_ = false;
  bool forked_ = false;
};

}  // namespace kameo::python
