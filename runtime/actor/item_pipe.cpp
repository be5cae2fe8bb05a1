#include <kameo/actor/item_pipe.hpp>

namespace kameo::actor {
namespace {

void wake_all(std::vector<ItemPipe::Wake>&& waiting) {
  for (const auto& wake : waiting) wake();
}

}  // namespace

ItemPipe::Push ItemPipe::push(Message& item, std::size_t bytes) {
  std::unique_lock lock(mutex_);
  if (left_ || end_) return Push::gone;
  if (!has_room()) return Push::full;
  add(std::move(item), bytes, lock);
  return Push::taken;
}

void ItemPipe::push_granted(Message item, std::size_t bytes) {
  std::unique_lock lock(mutex_);
  if (!left_ && !end_) add(std::move(item), bytes, lock);
}

void ItemPipe::add(Message item, std::size_t bytes, std::unique_lock<std::mutex>& lock) {
  items_.push_back({std::move(item), bytes});
  bytes_ += bytes;
  auto waiting = std::exchange(readers_, {});
  lock.unlock();
  wake_all(std::move(waiting));
}

void ItemPipe::end(Result<void> result) {
  std::vector<Wake> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (end_) return;
    end_ = std::move(result);
    waiting.swap(readers_);
    waiting.insert(waiting.end(), writers_.begin(), writers_.end());
    writers_.clear();
  }
  wake_all(std::move(waiting));
}

void ItemPipe::when_writable(Wake wake) {
  {
    const std::lock_guard lock(mutex_);
    if (!left_ && !end_ && !has_room()) return writers_.push_back(std::move(wake));
  }
  wake();
}

std::optional<Message> ItemPipe::pop() {
  std::vector<Wake> waiting;
  std::function<void(StreamWindow)> grant;
  StreamWindow more;
  std::optional<Message> message;
  {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    auto item = std::move(items_.front());
    items_.pop_front();
    bytes_ -= item.bytes;
    message = std::move(item.message);
    if (has_room()) waiting.swap(writers_);
    if (grant_) {
      read_.items += 1;
      read_.bytes += item.bytes;
      if (2 * std::uint64_t{read_.items} >= window_.items || 2 * read_.bytes >= window_.bytes) {
        more = std::exchange(read_, {});
        grant = grant_;
      }
    }
  }
  wake_all(std::move(waiting));
  if (grant) grant(more);
  return message;
}

bool ItemPipe::has_item() const {
  const std::lock_guard lock(mutex_);
  return !items_.empty();
}

bool ItemPipe::has_ended() const {
  const std::lock_guard lock(mutex_);
  return items_.empty() && end_;
}

bool ItemPipe::is_readable() const {
  const std::lock_guard lock(mutex_);
  return !items_.empty() || end_;
}

std::optional<Result<void>> ItemPipe::result() const {
  const std::lock_guard lock(mutex_);
  if (!items_.empty()) return std::nullopt;
  return end_;
}

void ItemPipe::when_readable(Wake wake) {
  {
    const std::lock_guard lock(mutex_);
    if (items_.empty() && !end_) return readers_.push_back(std::move(wake));
  }
  wake();
}

void ItemPipe::leave() {
  std::vector<Wake> waiting;
  std::deque<Item> dropped;  // destroyed outside of the lock: values are the user's
  {
    const std::lock_guard lock(mutex_);
    left_ = true;
    bytes_ = 0;
    dropped.swap(items_);
    waiting.swap(writers_);
  }
  wake_all(std::move(waiting));
}

void ItemPipe::on_read(std::function<void(StreamWindow)> grant) {
  const std::lock_guard lock(mutex_);
  grant_ = std::move(grant);
}

}  // namespace kameo::actor
