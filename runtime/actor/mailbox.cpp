#include <kameo/actor/mailbox.hpp>

namespace kameo::actor {

Mailbox::Push Mailbox::push(Envelope& envelope) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Push::closed;
  if (size_.load() >= capacity_) return Push::full;
  ++size_;
  incoming_.push_back(std::move(envelope));
  if (!taker_sleeps_) return Push::taken;
  taker_sleeps_ = false;
  return Push::taken_wake;
}

const Envelope* Mailbox::front() {
  if (next_ == batch_.size()) {
    batch_.clear();
    next_ = 0;
    const std::lock_guard lock(mutex_);
    if (incoming_.empty()) {
      taker_sleeps_ = true;
      return nullptr;
    }
    batch_.swap(incoming_);
  }
  return &batch_[next_];
}

std::optional<Envelope> Mailbox::pop() {
  if (front() == nullptr) return std::nullopt;
  --size_;
  return std::move(batch_[next_++]);
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace kameo::actor
