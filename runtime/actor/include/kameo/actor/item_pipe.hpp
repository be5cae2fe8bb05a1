#pragma once

#include <kameo/actor/message.hpp>
#include <kameo/stream_window.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace kameo::actor {

/// One stream of items between its writer and its reader in this process: a queue with a window.
/// Either end is a coroutine (Sink, Stream), or a connection that carries the stream on to another
/// process. Items before the end are read before it.
/// Thread-safety: every function from any thread; what is to be woken is called on the thread that
/// woke it, outside of any lock, once.
class ItemPipe {
 public:
  enum class Push : std::uint8_t { taken, full, gone };
  using Wake = std::function<void()>;

  /// `wants_payload`: its reader is a connection, so the writer encodes. `executor`: where
  /// completion handlers run that have none of their own.
  ItemPipe(StreamWindow window, bool wants_payload, asio::any_io_executor executor)
      : window_(window), wants_payload_(wants_payload), executor_(std::move(executor)) {}

  [[nodiscard]] StreamWindow window() const noexcept { return window_; }
  [[nodiscard]] bool wants_payload() const noexcept { return wants_payload_; }
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

  // The writer's end -----------------------------------------------------------------------------

  /// Takes the item where the window has room; moves from it only then. `bytes`: its encoded size.
  [[nodiscard]] Push push(Message& item, std::size_t bytes);
  /// For a writer that has asked for room elsewhere: a connection, which gave credit for it.
  void push_granted(Message item, std::size_t bytes);
  /// No more items. The first end counts.
  void end(Result<void> result);
  /// `wake` as soon as there is room or no use in waiting for it.
  void when_writable(Wake wake);

  // The reader's end -----------------------------------------------------------------------------

  /// The next item; none where there is none now.
  [[nodiscard]] std::optional<Message> pop();
  [[nodiscard]] bool has_item() const;
  /// Whether all items have been read and no more will come.
  [[nodiscard]] bool has_ended() const;
  /// Whether `pop` gives an item or `has_ended`.
  [[nodiscard]] bool is_readable() const;
  /// How it ended; none before `has_ended`.
  [[nodiscard]] std::optional<Result<void>> result() const;
  /// `wake` as soon as it is readable.
  void when_readable(Wake wake);
  /// Reads no more: what is there is dropped, the writer is told.
  void leave();

  /// Gets credit back, in portions of half a window, as items are read: for a writer elsewhere.
  /// To be set before the first item.
  void on_read(std::function<void(StreamWindow)> grant);

 private:
  struct Item {
    Message message;
    std::size_t bytes;
  };
  void add(Message item, std::size_t bytes, std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool has_room() const noexcept {
    // An item that fits no window still goes through one that is empty.
    return items_.empty() || (items_.size() < window_.items && bytes_ < window_.bytes);
  }

  const StreamWindow window_;
  const bool wants_payload_;
  const asio::any_io_executor executor_;

  mutable std::mutex mutex_;  // guards all below
  std::deque<Item> items_;
  std::uint64_t bytes_ = 0;
  std::optional<Result<void>> end_;
  bool left_ = false;
  std::vector<Wake> writers_;
  std::vector<Wake> readers_;
  StreamWindow read_;  // not given back yet
  std::function<void(StreamWindow)> grant_;
};

}  // namespace kameo::actor
