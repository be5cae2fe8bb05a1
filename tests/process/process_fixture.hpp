#pragma once

#include "probe.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

/// Log entries as they come, and a way to wait for one.
class Logs {
 public:
  struct Entry {
    std::string actor;
    kameo::wire::LogRecord record;
  };

  [[nodiscard]] kameo::LogHook hook() {
    return [this](const kameo::LogEntry& entry) {
      const std::lock_guard lock(mutex_);
      entries_.push_back({std::string(entry.actor), entry.record});
      came_.notify_all();
    };
  }
  /// Waits until one fits; the test's own time limit is what ends it otherwise.
  Entry wait_for(const std::function<bool(const Entry&)>& fits) {
    std::unique_lock lock(mutex_);
    std::size_t seen = 0;
    for (;;) {
      for (; seen < entries_.size(); ++seen) {
        if (fits(entries_[seen])) return entries_[seen];
      }
      came_.wait(lock);
    }
  }
  Entry wait_for(const std::string& text) {
    return wait_for(
        [&](const Entry& entry) { return entry.record.message.find(text) != std::string::npos; });
  }
  [[nodiscard]] std::vector<Entry> all() {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Entry> entries_;
};

/// A runtime with two threads whose logs are kept, and short words for what the tests do.
class ProcessFixture {
 public:
  Logs logs;
  kameo::Runtime runtime{kameo::RuntimeOptions().threads(2).log(logs.hook())};

  /// The probe as a C++ child of this binary.
  [[nodiscard]] kameo::Result<probe::ProbeRef> spawn(kameo::SpawnOptions options = {},
                                                     probe::Config config = {}) {
    return runtime.spawn<probe::Probe>(kameo::child(), config, std::move(options), kameo::blocking);
  }
  /// A child that does what raw_child.hpp says.
  [[nodiscard]] kameo::Result<probe::ProbeRef> spawn_raw(std::string what,
                                                         kameo::SpawnOptions options = {}) {
    return runtime.spawn<probe::Probe>(
        kameo::executable({"/proc/self/exe", "--raw", std::move(what)}), probe::Config(),
        std::move(options), kameo::blocking);
  }
};

/// Options under which nothing is restarted.
[[nodiscard]] inline kameo::SpawnOptions once() {
  kameo::RestartPolicy never;
  never.when = kameo::Restart::never;
  kameo::SpawnOptions options;
  options.restart(never);
  return options;
}

/// Restarts at once, as often as it takes.
[[nodiscard]] inline kameo::SpawnOptions restarting(std::uint32_t intensity = 100) {
  kameo::RestartPolicy policy;
  policy.intensity = intensity;
  policy.backoff_min = policy.backoff_max = std::chrono::milliseconds(0);
  kameo::SpawnOptions options;
  options.restart(policy);
  return options;
}

/// Waits until no process has that number (a zombie counts as none: it runs nothing).
void wait_until_gone(int pid);
[[nodiscard]] bool is_running(int pid);
