#include <kameo/actor/deadline_queue.hpp>

#include <kameo/actor/take.hpp>

#include <utility>

namespace kameo::actor {

DeadlineQueue::TimePoint DeadlineQueue::add(Waiting& waiting) {
  const std::lock_guard lock(mutex_);
  waiting.until_ = clock_->now() + length_;
  waiting.waits_ = true;
  waiting.before_ = last_;
  waiting.behind_ = nullptr;
  (last_ != nullptr ? last_->behind_ : first_) = &waiting;
  last_ = &waiting;
  if (!armed_) arm();
  return waiting.until_;
}

void DeadlineQueue::leave(Waiting& waiting) noexcept {
  const std::lock_guard lock(mutex_);
  // The timer stays as it is: setting it anew for each that goes would be a system call each.
  if (waiting.waits_) unlink(waiting);
}

void DeadlineQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  timer_->cancel();
}

void DeadlineQueue::unlink(Waiting& waiting) noexcept {
  waiting.waits_ = false;
  (waiting.before_ != nullptr ? waiting.before_->behind_ : first_) = waiting.behind_;
  (waiting.behind_ != nullptr ? waiting.behind_->before_ : last_) = waiting.before_;
}

/// For the first one. With the mutex held.
void DeadlineQueue::arm() {
  armed_ = first_ != nullptr && !closed_;
  if (!armed_) return;
  timer_->after(time_left(*clock_, first_->until_), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->expire();
  });
}

void DeadlineQueue::expire() {
  std::vector<std::shared_ptr<Waiting>> due;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_->now();
    while (first_ != nullptr && first_->until_ <= now) {
      auto& waiting = *first_;
      unlink(waiting);
      if (auto held = waiting.hold()) due.push_back(std::move(held));
    }
    arm();
  }
  for (const auto& waiting : due) waiting->on_deadline();
}

}  // namespace kameo::actor
