#pragma once

#include <kameo/actor/options.hpp>
#include <kameo/actor/restart.hpp>
#include <kameo/process/spawner.hpp>
#include <kameo/wire/limits.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kameo {

/// How an actor is started and looked after. What concerns a process has no effect in process.
class SpawnOptions {
 public:
  struct Values {
    std::string name;
    RestartPolicy restart;
    std::size_t mailbox = 65536;
    std::size_t in_flight = 1024;
    Deadline deadline;
    std::map<std::string, Deadline, std::less<>> deadlines;
    std::chrono::milliseconds start_timeout{30'000};
    std::chrono::milliseconds stop_timeout{10'000};
    std::chrono::milliseconds kill_timeout{2'000};
    std::string log_level = "info";
    std::uint32_t log_rate = 10'000;
    wire::Limits session;
    std::string directory;
    std::map<std::string, std::string> environment;
    std::vector<std::string> inherited;
    std::vector<process::ResourceLimit> limits;
    int niceness = 0;
    bool new_session = false;
  };

  SpawnOptions() = default;

  /// In logs, errors and death certificates; unique in its runtime. Without it: `strategy[1]`, by
  /// the actor's type and a count.
  SpawnOptions& name(std::string text) { return set(values_.name, std::move(text)); }
  SpawnOptions& restart(RestartPolicy policy) { return set(values_.restart, policy); }
  /// Messages that may wait before the next is refused with `overloaded`.
  SpawnOptions& mailbox(std::size_t messages) { return set(values_.mailbox, messages); }
  /// Asks that a child holds at a time. Those are lost with it; the others wait here.
  SpawnOptions& in_flight(std::size_t asks) { return set(values_.in_flight, asks); }
  /// How long an ask for one reply of it waits where nothing else says so; else as
  /// RuntimeOptions::deadline has it.
  SpawnOptions& deadline(Deadline length) { return set(values_.deadline, length); }
  /// How long an ask or a stream of one handler waits where its caller does not say, in place of
  /// what the schema has. A generated ref goes by the schema that it was made from.
  SpawnOptions& deadline(std::string handler, Deadline length) {
    values_.deadlines.insert_or_assign(std::move(handler), length);
    return *this;
  }
  /// From its spawn until it is ready.
  SpawnOptions& start_timeout(std::chrono::milliseconds length) {
    return set(values_.start_timeout, length);
  }
  /// From a stop until it is terminated (SIGTERM).
  SpawnOptions& stop_timeout(std::chrono::milliseconds length) {
    return set(values_.stop_timeout, length);
  }
  /// From its termination until it is killed (SIGKILL).
  SpawnOptions& kill_timeout(std::chrono::milliseconds length) {
    return set(values_.kill_timeout, length);
  }
  /// debug, info, warning, error, critical: what the child's logging lets through.
  SpawnOptions& log_level(std::string level) { return set(values_.log_level, std::move(level)); }
  /// Records a second, by whichever way it logs or prints; what is more is dropped and counted.
  /// Each second that lost some ends in a warning that says how many.
  SpawnOptions& log_rate(std::uint32_t records) { return set(values_.log_rate, records); }
  /// What a child may cost this process, in each of its lives: size of a message, open asks and
  /// streams, bytes that wait here or for it. Over a limit its call is refused, or it is killed for
  /// breaking the protocol; docs/protocol.md, "Limits", says which.
  SpawnOptions& session(wire::Limits limits) { return set(values_.session, limits); }
  /// Its working directory; without it, that of this process.
  SpawnOptions& directory(std::string path) { return set(values_.directory, std::move(path)); }
  /// One variable of its environment, which is made of these, of what `inherit_env` names, and of
  /// PATH, HOME and LANG of this process. Nothing else of this process's environment is seen.
  SpawnOptions& env(std::string variable, std::string value) {
    values_.environment.insert_or_assign(std::move(variable), std::move(value));
    return *this;
  }
  /// A variable to take over from this process, where it is set.
  SpawnOptions& inherit_env(std::string variable) {
    values_.inherited.push_back(std::move(variable));
    return *this;
  }
  /// setrlimit's numbers; `resource` is an RLIMIT_….
  SpawnOptions& limit(int resource, std::uint64_t soft, std::uint64_t hard) {
    values_.limits.push_back({resource, soft, hard});
    return *this;
  }
  /// Added to this process's own.
  SpawnOptions& niceness(int more) { return set(values_.niceness, more); }
  /// A session of its own rather than only a process group.
  SpawnOptions& new_session(bool own = true) { return set(values_.new_session, own); }

  [[nodiscard]] const Values& values() const noexcept { return values_; }

 private:
  template <class T>
  SpawnOptions& set(T& member, T value) {
    member = std::move(value);
    return *this;
  }
  Values values_;
};

}  // namespace kameo
