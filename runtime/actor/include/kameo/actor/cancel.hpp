#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace kameo::actor {

/// Whoever works on an ask, as the one who made it sees it.
class Canceller {
 public:
  virtual ~Canceller() = default;
  /// Nobody waits any more for the ask that `token` stands for. May come from any thread, and after
  /// the ask's end.
  virtual void cancel(std::uint64_t token) = 0;
};

/// The news that nobody waits any more, from the one who waited to the one who works.
/// Thread-safety: every function from any thread.
class Abandonment {
 public:
  /// Tells `who` when it happens; at once where it has. Replaces the one before.
  void tell(std::weak_ptr<Canceller> who, std::uint64_t token) {
    {
      const std::lock_guard lock(mutex_);
      if (!happened_) {
        who_ = std::move(who);
        token_ = token;
        return;
      }
    }
    if (const auto canceller = who.lock()) canceller->cancel(token);
  }
  /// It happens, once.
  void happen() {
    std::weak_ptr<Canceller> who;
    std::uint64_t token = 0;
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(happened_, true)) return;
      who.swap(who_);
      token = token_;
    }
    if (const auto canceller = who.lock()) canceller->cancel(token);
  }

 private:
  std::mutex mutex_;
  bool happened_ = false;         // guarded by mutex_
  std::weak_ptr<Canceller> who_;  // guarded by mutex_
  std::uint64_t token_ = 0;       // guarded by mutex_
};

}  // namespace kameo::actor
