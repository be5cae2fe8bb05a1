#include "child_incarnation.hpp"

#include "certificate.hpp"
#include "log_record.hpp"

#include <kameo/concat.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <asio/bind_executor.hpp>
#include <asio/post.hpp>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace kameo::process {
namespace {

using actor::Outcome;
using actor::StopMode;
using wire::Event;

constexpr int child_socket_fd = 3;
constexpr std::size_t stderr_lines_kept = 20;
/// More than this waits in the slot rather than here: what is here is lost with the child.
constexpr std::size_t output_bytes_wanted = 1024 * 1024;
/// For a child that has closed its connection to exit by itself.
constexpr std::chrono::milliseconds exit_grace{2'000};

Error system_error(const char* what) {
  return fail(errc::system, what, ": ", std::strerror(errno));
}

Result<std::pair<UniqueFd, UniqueFd>> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return system_error("pipe");
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Error with_death(const Error& error, std::shared_ptr<const DeathCertificate> death) {
  auto data = error.data();
  data.death = std::move(death);
  return Error(std::move(data));
}

}  // namespace

ChildIncarnation::ChildIncarnation(std::shared_ptr<const ChildSpec> spec,
                                   const actor::Strand& strand, std::uint32_t number,
                                   std::shared_ptr<Owner> owner)
    : spec_(std::move(spec)),
      strand_(strand),
      number_(number),
      owner_(std::move(owner)),
      started_at_(spec_->clock->now()),
      timer_(spec_->clock->make_timer(strand_)),
      log_rate_(spec_->log_rate, started_at_) {}

// Start -------------------------------------------------------------------------------------------

void ChildIncarnation::start() {
  auto process = prepare_process();
  if (!process) {
    return asio::post(
        strand_, [self = shared_from_this(), why = process.error()] { self->on_spawned(why); });
  }
  timer_->after(spec_->start_timeout, [self = weak_from_this()] {
    if (const auto incarnation = self.lock()) incarnation->on_start_timeout();
  });
  spec_->spawner->spawn(
      std::move(*process), strand_,
      [self = shared_from_this()](Result<std::shared_ptr<Process>> spawned) {
        self->on_spawned(std::move(spawned));
      },
      [self = shared_from_this()](const ExitReport& exit) { self->on_exit(exit); });
}

Result<ProcessSpec> ChildIncarnation::prepare_process() {
  auto process = spec_->process();
  if (!process) return process.error();
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) {
    return system_error("socketpair");
  }
  UniqueFd ours(sockets[0]);
  UniqueFd theirs(sockets[1]);
  auto out = make_pipe();
  if (!out) return out.error();
  auto err = make_pipe();
  if (!err) return err.error();

  connection_ = std::make_shared<Connection>(strand_, std::move(ours), wire::Role::parent,
                                             spec_->limits, static_cast<Connection::Sink&>(*this));
  calls_ = std::make_shared<Calls>(strand_, connection_, spec_->clock, owner_->id(),
                                   [this] { on_turn_end(); });
  stdout_ = std::make_shared<OutputPipe>(strand_, std::move(out->first), [this](auto line) {
    log_line("stdout", wire::LogLevel::info, line);
  });
  stderr_ = std::make_shared<OutputPipe>(strand_, std::move(err->first),
                                         [this](auto line) { on_stderr_line(line); });
  process->descriptors.emplace_back(STDOUT_FILENO, std::move(out->second));
  process->descriptors.emplace_back(STDERR_FILENO, std::move(err->second));
  process->descriptors.emplace_back(child_socket_fd, std::move(theirs));
  process->environment.push_back(concat("KAMEO_FD=", child_socket_fd));
  return process;
}

void ChildIncarnation::on_spawned(Result<std::shared_ptr<Process>> process) {
  if (!process) {
    const auto& why = process.error();
    const auto outcome = why.code() == errc::start_failed ? Outcome::start_failed : Outcome::failed;
    return conclude({outcome, why.with_context(spec_->name)});
  }
  process_ = std::move(*process);
  connection_->start();
  stdout_->start();
  stderr_->start();
  if (stopping_) {
    state_ = State::closing;
    return kill("it was stopped while it started");
  }
  if (start_error_) return kill("it did not start in time");
  state_ = reached_ = State::opening;
}

void ChildIncarnation::on_start_timeout() {
  if (state_ == State::running || state_ == State::closing || state_ == State::ended) return;
  auto text = concat("was not ready within ", spec_->start_timeout.count(), " ms; it came ",
                     stage_in_words());
  for (const auto& line : last_stderr_) text += concat("\n  stderr: ", line);
  start_error_ = Error(errc::handshake_timeout, std::move(text));
  kill("it did not start in time");
}

void ChildIncarnation::greet(const Event& event) {
  auto hello = wire::hello_from(event.payload);
  auto welcome = spec_->welcome;
  welcome.incarnation = number_;
  if (hello) welcome.capabilities &= hello->capabilities;
  if (auto sent = connection_->session().welcome(std::move(welcome)); !sent) {
    start_error_ = Error(errc::start_failed, sent.error().message());
    return kill("it speaks another protocol");
  }
  if (state_ == State::opening) state_ = reached_ = State::starting;
}

void ChildIncarnation::become_ready(const Event& event) {
  auto ready = wire::ready_from(event.payload);
  if (!ready) return kill(ready.error().message());
  for (auto& refused : ready->refused) {
    log_line("kameo", wire::LogLevel::warning,
             concat("refuses route ", refused.number, ": ", refused.why));
    refused_routes_.emplace(refused.number, std::move(refused.why));
  }
  if (state_ != State::starting) return;
  state_ = reached_ = State::running;
  timer_->cancel();
  owner_->on_started();
}

// Life --------------------------------------------------------------------------------------------

void ChildIncarnation::on_event(Event& event) {
  switch (event.type) {
    case Event::Type::hello:
      return greet(event);
    case Event::Type::ready:
      return become_ready(event);
    case Event::Type::start_failed:
      start_error_ = std::move(event.error);
      return expect_exit(exit_grace, "it did not end after its failed start");
    case Event::Type::ask:
    case Event::Type::tell:
      return start_callback(event);
    case Event::Type::log:
      if (auto record = wire::log_from(event.payload)) log(std::move(*record));
      return;
    case Event::Type::closed:
      said_bye_ = !event.error.has_value();
      if (said_bye_ || event.error->code() == errc::session_closed) {
        return expect_exit(exit_grace, "it closed its connection and did not end");
      }
      return kill(concat("it broke the protocol: ", event.error->message()));
    case Event::Type::none:
    case Event::Type::welcome:
    case Event::Type::drain:
      return;  // a child has no business to send these; drain asks us for nothing
    default:
      static_cast<void>(calls_->on_event(event));  // a pong is nobody's: no ping is sent
  }
}

void ChildIncarnation::on_turn_end() {
  calls_->on_turn_end();
  if (starved_ && has_room()) {
    starved_ = false;
    owner_->on_room();
  }
}

bool ChildIncarnation::has_room() const {
  const auto room = state_ == State::running && !stopping_ && calls_->open() < spec_->in_flight &&
                    connection_->session().output_bytes() < output_bytes_wanted;
  if (!room) starved_ = true;
  return room;
}

void ChildIncarnation::deliver(actor::Envelope envelope) {
  const auto refuse = [&](Error why) {
    if (envelope.reply_to) return envelope.reply_to(std::move(why));
    log_line("kameo", wire::LogLevel::error, concat("a tell was lost: ", why.what()));
  };
  if (!refused_routes_.empty()) {
    if (const auto refused = refused_routes_.find(envelope.route);
        refused != refused_routes_.end()) {
      return refuse(fail(errc::schema_mismatch, spec_->name,
                         " was built from another schema: ", refused->second));
    }
  }
  if (envelope.reply_to) return calls_->ask(envelope.route, std::move(envelope));
  auto payload = std::move(envelope.message).payload();
  if (!payload) return refuse(payload.error());
  auto& session = connection_->session();
  if (auto told = session.tell(envelope.route, *payload); !told) refuse(told.error());
}

void ChildIncarnation::flush() {
  if (connection_) connection_->flush();
}

void ChildIncarnation::start_callback(const Event& event) {
  const auto route = spec_->callbacks.find(event.route);
  if (route == spec_->callbacks.end()) {
    if (event.type != Event::Type::ask) return;
    return calls_->refuse(event.correlation,
                          fail(errc::unknown_route, "no callback has route number ", event.route));
  }
  auto delivered =
      spec_->providers->deliver(route->second, calls_->accept(event, route->second.place));
  if (!delivered) {
    log_line("kameo", wire::LogLevel::error,
             concat("a callback was lost: ", delivered.error().what()));
  }
}

void ChildIncarnation::on_stderr_line(std::string_view line) {
  last_stderr_.push_back(as_utf8(line));
  if (last_stderr_.size() > stderr_lines_kept) last_stderr_.pop_front();
  log_line("stderr", wire::LogLevel::warning, line);
}

void ChildIncarnation::log_line(std::string_view source, wire::LogLevel level,
                                std::string_view line) {
  log(make_record(source, level, line));
}

/// Whatever the child brings about goes this way: it is not to fill a disk.
void ChildIncarnation::log(wire::LogRecord record) {
  if (!spec_->log) return;
  tell_lost_records(log_rate_.turn(spec_->clock->now()));
  if (log_rate_.take()) hand_on(std::move(record));
}

void ChildIncarnation::tell_lost_records(std::uint64_t count) {
  if (count == 0 || !spec_->log) return;
  hand_on(make_record("kameo", wire::LogLevel::warning,
                      concat(count, " of its log records were dropped: more than ", spec_->log_rate,
                             " came within a second (SpawnOptions::log_rate)")));
}

void ChildIncarnation::hand_on(wire::LogRecord record) {
  LogEntry entry;
  entry.actor = spec_->name;
  entry.incarnation = number_;
  entry.record = std::move(record);
  spec_->log(entry);
}

// End ---------------------------------------------------------------------------------------------

void ChildIncarnation::stop(StopMode mode) {
  if (state_ == State::ended || (stopping_ && mode <= *stopping_)) return;
  stopping_ = mode;
  if (!process_) return;  // seen when it has been spawned
  if (mode == StopMode::drain && state_ == State::running) {
    connection_->session().drain();
    return connection_->flush();
  }
  if (mode == StopMode::kill) return kill("it was killed");
  killed_because_ = "it was stopped";
  process_->signal(SIGTERM);
}

void ChildIncarnation::expect_exit(std::chrono::milliseconds grace, const std::string& why) {
  if (state_ == State::ended) return;
  state_ = State::closing;
  timer_->after(grace, [self = weak_from_this(), why] {
    if (const auto incarnation = self.lock()) incarnation->kill(why);
  });
}

void ChildIncarnation::kill(const std::string& why) {
  if (state_ == State::ended) return;
  if (process_) {
    if (killed_because_.empty()) killed_because_ = why;
    process_->signal(SIGKILL);
  }
}

void ChildIncarnation::on_exit(const ExitReport& exit) {
  if (state_ == State::ended) return;
  // What it said last still stands in the kernel: replies count, though it has died since.
  connection_->read_rest();
  stdout_->finish();
  stderr_->finish();
  const auto death = certify(exit);
  const auto lost = with_death(
      fail(errc::died_may_have_run, spec_->name, " died with this in hand: ", death->reason),
      death);
  calls_->end(lost);

  auto ending = ending_of(exit, death);
  const auto unexplained = reached_ == State::opening && !start_error_ && !stopping_;
  if (!unexplained || !spec_->explain) return conclude(std::move(ending));
  timer_->cancel();
  state_ = State::closing;
  spec_->explain(strand_, *ending.error, [self = shared_from_this(), death](Error better) {
    const auto outcome =
        better.code() == errc::start_failed ? Outcome::start_failed : Outcome::failed;
    self->conclude({outcome, with_death(better, death)});
  });
}

std::shared_ptr<const DeathCertificate> ChildIncarnation::certify(const ExitReport& exit) const {
  DeathCertificate certificate;
  certificate.actor = spec_->name;
  certificate.incarnation = number_;
  certificate.pid = process_ ? process_->pid() : 0;
  describe_end(certificate, exit, killed_because_);
  certificate.last_stderr.assign(last_stderr_.begin(), last_stderr_.end());
  certificate.uptime_us =
      std::chrono::duration_cast<std::chrono::microseconds>(spec_->clock->now() - started_at_)
          .count();
  certificate.restarts_left = owner_->restarts_left();
  return std::make_shared<const DeathCertificate>(std::move(certificate));
}

actor::Ending ChildIncarnation::ending_of(
    const ExitReport& exit, const std::shared_ptr<const DeathCertificate>& death) const {
  if (reached_ != State::running) {
    if (start_error_) {
      const auto outcome =
          start_error_->code() == errc::handshake_timeout ? Outcome::failed : Outcome::start_failed;
      return {outcome, with_death(start_error_->with_context(spec_->name), death)};
    }
    const auto why =
        fail(errc::start_failed, spec_->name, ' ', death->reason, ' ', stage_in_words());
    return {Outcome::failed, with_death(why, death)};
  }
  const auto clean = exit.known && exit.status == 0 && said_bye_;
  if (clean) return {};
  return {stopping_ ? Outcome::normal : Outcome::failed,
          with_death(fail(errc::died_may_have_run, spec_->name, ' ', death->reason,
                          exit.known && exit.status == 0 ? " without saying bye" : ""),
                     death)};
}

void ChildIncarnation::conclude(actor::Ending ending) {
  state_ = State::ended;
  timer_->cancel();
  if (connection_) connection_->close();
  if (stdout_) stdout_->finish();
  if (stderr_) stderr_->finish();
  tell_lost_records(log_rate_.take_lost());
  if (const auto owner = std::exchange(owner_, nullptr)) owner->on_ended(std::move(ending));
}

std::string_view ChildIncarnation::stage_in_words() const {
  switch (reached_) {
    case State::spawning:
      return "before it ran";
    case State::opening:
      return "before hello";
    default:
      return "after hello, before ready";
  }
}

}  // namespace kameo::process
