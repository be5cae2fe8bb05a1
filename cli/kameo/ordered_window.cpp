#include "ordered_window.hpp"

#include <utility>

namespace kameo::cli {

std::optional<std::uint64_t> OrderedWindow::enter() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return closed_ || has_room(); });
  if (closed_) return std::nullopt;
  lines_.emplace_back();
  return first_ + lines_.size() - 1;
}

void OrderedWindow::complete(std::uint64_t number, Outcome outcome) {
  const std::lock_guard lock(mutex_);
  bytes_ += outcome.line.size();
  lines_[static_cast<std::size_t>(number - first_)] = std::move(outcome);
  if (front_is_done()) done_.notify_one();
}

void OrderedWindow::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  room_.notify_all();
  done_.notify_all();
}

std::optional<std::vector<Outcome>> OrderedWindow::take(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, at_most, [this] { return front_is_done() || (closed_ && lines_.empty()); });
  if (closed_ && lines_.empty()) return std::nullopt;
  std::vector<Outcome> finished;
  while (front_is_done()) {
    bytes_ -= lines_.front()->line.size();
    finished.push_back(std::move(*lines_.front()));
    lines_.pop_front();
    ++first_;
  }
  if (!finished.empty()) room_.notify_all();
  return finished;
}

}  // namespace kameo::cli
