#pragma once

#include "codec.hpp"
#include "job.hpp"
#include "plan.hpp"
#include "ref.hpp"
#include "scope.hpp"

#include <kameo/wire/session.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kameo::python {

class TaskStarter;

/// Above this much that the parent has not taken, nothing new is begun.
inline constexpr std::size_t output_high_water = 4U << 20U;

/// How long what is finished may wait for others of its batch to go out with it, and how long a
/// producer goes on before the socket has its turn: some system calls' worth, so that writing early
/// never costs more than a tenth or so of the handlers' own time.
inline constexpr auto batch_patience = std::chrono::microseconds(50);

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
  /// Whether a route of the welcome streams; false for a name that its schema has not.
  [[nodiscard]] bool streams(std::string_view name) const;
  /// Of the actor's config in the parent's schema; 0 without an actor.
  [[nodiscard]] std::uint64_t config_fingerprint() const;
  bool bind(Ref types);
  bool set_handler(schema::RouteNumber number, PyObject* handler, std::string where);
  bool refuse_route(schema::RouteNumber number, std::string why);
  /// The types of a route are those of `schema`, a `_core.Schema` of ours that is not of the
  /// parent's version: its messages are converted. Gives the first difference that can't be
  /// bridged, empty where it is done; none with an exception set.
  std::optional<std::string> translate(schema::RouteNumber number, PyObject* schema);
  /// The same for the actor's config.
  std::optional<std::string> translate_config(PyObject* schema);
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
  /// Its task or generator was ended by a cancel, or because its deadline passed.
  void cancelled_job(const Job& job);
  /// From here on its deadline is kept: it goes on after the call of its handler has returned.
  void watch_job(const Job& job);

  // Callbacks
  /// `input`: an iterable where the callback takes a stream, else null.
  PyObject* call(const std::string& name, PyObject* request, PyObject* input);
  bool tell(const std::string& name, PyObject* request);
  /// The call is of no more interest: its answer, its items and its own input.
  void cancel_call(wire::CorrelationId id);
  /// The call ends after so long at the latest, from now on; nothing where it is over.
  void set_deadline(wire::CorrelationId id, std::chrono::nanoseconds length);
  /// An item of `stream` is waited for, which ends with `deadline_exceeded` at `at`; until
  /// `unwatch_idle` with the same.
  void watch_idle(PyObject* stream, wire::TimePoint at);
  void unwatch_idle(PyObject* stream, wire::TimePoint at) noexcept;
  /// Waits until `done`, the deadline, or the end of the session; the input of the call `feeding`,
  /// if any, goes out meanwhile. Asks wait, answers are given out. On any thread. False with an
  /// exception set, as when the handler's ask was cancelled or its deadline has passed.
  bool wait_until(const bool& done, std::optional<wire::TimePoint> deadline,
                  wire::CorrelationId feeding);
  [[nodiscard]] PyObject* loop() const noexcept { return loop_.get(); }
  /// Null with an exception set, which says what to write instead, where code may not `await` a
  /// stream or a call: in sync code, on another thread, without a loop.
  PyObject* loop_to_await(const RouteEntry& route);
  /// Wakes a future that a task awaits, from any thread. False with an exception set.
  bool wake(PyObject* future);
  /// Wakes threads that wait in `wait_until`; each looks whether it was meant.
  void wake_threads() noexcept;
  [[nodiscard]] bool has_thread_waits() const noexcept { return !thread_waits_.empty(); }

  // Streams
  [[nodiscard]] wire::StreamWindow window() const noexcept { return window_; }
  void set_window(wire::StreamWindow window) noexcept { window_ = window; }
  /// The reader of a stream took so much: `is_input` of the peer's ask `id`, else of ours.
  void grant(wire::CorrelationId id, bool is_input, wire::StreamWindow more);
  void forget_input(wire::CorrelationId ask) noexcept { inputs_.erase(ask); }
  /// Items go out: `is_input` into our ask `id`, else for the peer's.
  [[nodiscard]] bool may_send(wire::CorrelationId id, bool is_input) const noexcept;
  /// False with an exception set: CancelledError where nobody reads any more.
  bool send_item(const RouteEntry& route, wire::CorrelationId id, bool is_input, PyObject* item);
  void add_sink(wire::CorrelationId id, bool is_input, PyObject* sink);
  void remove_sink(wire::CorrelationId id, bool is_input) noexcept;
  /// The end of what is fed to our ask; with the exception that broke it off.
  void end_feed(wire::CorrelationId id, Ref exception);
  /// Whether more than enough waits to be written: sinks are woken when it has gone out.
  [[nodiscard]] bool output_is_full() noexcept;
  /// Whether a task should let others have a turn before it goes on sending.
  [[nodiscard]] bool wants_turn() const noexcept;
  [[nodiscard]] TaskStarter* starter() const noexcept { return starter_.get(); }
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
    bool has_input = false;
  };
  /// A plain handler or generator on the stack of the serving thread.
  class Running;
  /// While a message is read, nothing may read on: its bytes stand in the session's buffer.
  class Reading;
  struct OpenCall {
    PyObject* object = nullptr;  ///< Call or Stream, borrowed: it removes itself
    std::optional<wire::TimePoint> deadline;
  };
  struct ThreadWait {
    int event_fd = -1;
  };
  struct Timer {
    enum class Of : std::uint8_t {
      job,   ///< `id` is the peer's ask
      call,  ///< `id` is our ask
      idle,  ///< `id` is the address of a Stream that is waited for, and so is there
    };
    wire::TimePoint at;
    Of of = Of::job;
    std::uint64_t id = 0;
    auto operator<=>(const Timer&) const = default;
  };

  bool read_turn(bool blocking = false);
  bool wait(double timeout, int other_fd, bool* other_ready);
  bool wait_for_input();
  bool handle(const wire::Event& event);
  bool take_message(const wire::Event& event);
  bool end_call(const wire::Event& event);
  bool take_item(const wire::Event& event);
  bool take_input(const wire::Event& event);
  bool take_credit(wire::CorrelationId id, bool is_input);
  bool cancel_job(wire::CorrelationId ask);
  void job_over(const Job& job);
  static void say_where(const Job& job, ErrorData& data);
  [[nodiscard]] bool waits_for_itself(const Job& job, const wire::Event& event) const;
  [[nodiscard]] bool may_start(const RouteEntry& route) const noexcept;
  std::deque<Waiting>::iterator next_waiting();
  bool run_waiting();
  bool start(const Job& job, ByteView payload, bool has_input);
  bool run(const Job& job, ByteView payload, bool has_input);
  bool carry_on(const Job& job, Ref result);
  bool start_coroutine(const Job& job, Ref coroutine);
  Ref call_handler(const RouteEntry& route, PyObject* request, PyObject* input);
  std::optional<Error> wrong_form(const Job& job, const wire::Event& event) const;

  // Plain generators (producers.cpp)
  bool add_producer(const Job& job, Ref generator);
  void pump();
  [[nodiscard]] bool has_ready() const noexcept;
  bool step(Producer& producer);
  bool take_step(Producer& producer, PySendResult status, Ref item);
  void stop_producer(wire::CorrelationId ask, std::optional<errc> why);

  // Deadlines (deadlines.cpp)
  void unwatch(Timer::Of of, std::uint64_t id, std::optional<wire::TimePoint> at) noexcept;
  bool expire_due();
  bool expire(const Timer& timer);
  [[nodiscard]] double until_next_timer(double timeout) const noexcept;

  // Calls (worker_calls.cpp, waiting.cpp)
  OpenCall take_call(wire::CorrelationId id);
  bool start_feed(wire::CorrelationId id, const RouteEntry& route, PyObject* input);
  void drop_feed(wire::CorrelationId id);
  bool step_feed(wire::CorrelationId id);
  bool may_step_feed(wire::CorrelationId id) const;
  bool read_until(const bool& done, std::optional<wire::TimePoint> deadline,
                  wire::CorrelationId feeding);
  bool wait_in_thread(const bool& done, std::optional<wire::TimePoint> deadline,
                      wire::CorrelationId feeding);
  bool read_in_thread();
  bool let_thread_read() const;
  [[nodiscard]] bool thread_left_work();
  bool check_running();
  void end_calls(const Error& why);
  void refuse(const Job& job, Error error);
  std::optional<ErrorData> declared_error(const RouteEntry& route, PyObject* exception);
  const RouteEntry* callback_named(const std::string& name);
  [[nodiscard]] std::optional<wire::TimePoint> deadline_for(const RouteEntry& route,
                                                            const Handed& handed,
                                                            bool has_input) const;
  bool encode_into(const Node& node, const schema::Conversion* with, PyObject* value,
                   std::string_view name, ByteView& payload);
  bool encode_request(const RouteEntry& route, PyObject* request, ByteView& payload);
  static bool bind_route(RouteEntry& route, Plans& plans, const schema::Method& method);
  void write_all(int patience_ms);
  void stop_listening() noexcept;
  bool wake_sinks();
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
  std::size_t jobs_ = 0;  // in hand, tells too
  Running* innermost_ = nullptr;
  std::size_t nested_ = 0;
  std::size_t reading_ = 0;   ///< how many messages are, in one another
  wire::TimePoint batch_at_;  ///< when the current batch was read, or something of it last written
  wire::TimePoint idle_at_;   ///< when the last handler returned
  std::deque<std::pair<Job, Ref>> for_loop_;  // coroutines that wait for an event loop

  std::unordered_map<wire::CorrelationId, Producer> producers_;
  std::deque<wire::CorrelationId> ready_;  // producers with credit
  std::unordered_map<wire::CorrelationId, PyObject*>
      inputs_;  // Streams by the peer's ask, borrowed
  std::unordered_map<wire::CorrelationId, PyObject*> sinks_[2];  // by the peer's ask, by ours
  bool sinks_wait_for_output_ = false;
  Ref bad_item_;  ///< what the last item that could not be sent raised
  wire::StreamWindow window_ = default_window;

  std::unordered_map<wire::CorrelationId, OpenCall> calls_;
  std::unordered_map<wire::CorrelationId, Feed> feeds_;
  std::set<Timer> timers_;
  std::vector<ThreadWait*> thread_waits_;
  bool listening_ = false;                   // the serving thread waits for the socket
  bool thread_reads_ = false;                // another one does what it has read
  std::deque<wire::CorrelationId> cancels_;  // read by another thread, for the serving one
  Bytes buffer_;
  Bytes converted_;    ///< what was encoded, as the parent's schema has it
  Ref config_schema_;  ///< ours, where the parent's config is of another version
  std::optional<schema::Conversion> config_conversion_;

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
