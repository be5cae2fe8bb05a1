#pragma once

#include <kameo/actor/stream_call.hpp>
#include <kameo/actor/take.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace kameo::actor {

/// A stream as its reader has it; what Stream is made of.
/// Thread-safety: `end` from any thread, the rest from one at a time.
class ItemReader {
 public:
  /// A handler's input.
  explicit ItemReader(std::shared_ptr<ItemPipe> pipe) : pipe_(std::move(pipe)) {}
  /// A caller's output.
  ItemReader(std::shared_ptr<StreamCall> call, std::optional<std::chrono::milliseconds> idle)
      : pipe_(call->streams().output), call_(std::move(call)), idle_(idle) {}

  /// Whether `take` has something to tell.
  [[nodiscard]] bool is_ready() const { return result_ || pipe_->is_readable(); }
  void when_ready(ItemPipe::Wake wake) { pipe_->when_readable(std::move(wake)); }

  /// The next item; none at the end, and from then on. Only when ready.
  template <class T>
  [[nodiscard]] std::optional<T> take() {
    if (result_) return std::nullopt;
    auto message = pipe_->pop();
    if (!message) {
      result_ = pipe_->result();
      return std::nullopt;
    }
    auto value = take_reply<T>(std::move(*message));
    if (value) return std::optional<T>(std::move(*value));
    end(value.error());
    result_ = Result<void>(value.error());
    return std::nullopt;
  }

  /// How it ended; `invalid_argument` before it has.
  [[nodiscard]] Result<void> result();
  /// Reads no more: the stream ends with `why` here, and its writer is told.
  void end(const Error& why);
  /// The reader goes: cancels what has not ended, reports an error that nobody asked for.
  void drop();

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return pipe_->executor(); }
  [[nodiscard]] std::optional<std::chrono::milliseconds> idle() const noexcept { return idle_; }
  [[nodiscard]] const std::shared_ptr<StreamCall>& call() const noexcept { return call_; }

 private:
  const std::shared_ptr<ItemPipe> pipe_;
  const std::shared_ptr<StreamCall> call_;  // null in a handler
  const std::optional<std::chrono::milliseconds> idle_;
  std::optional<Result<void>> result_;
  bool asked_ = false;
};

}  // namespace kameo::actor
