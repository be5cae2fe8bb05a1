#pragma once

#include <kameo/actor/stream_ops.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace kameo {

/// A stream of T to read: what a handler gives, or what its caller sends to it.
///
///     auto ticks = strategy.history({"AAPL"});
///     while (auto tick = co_await ticks.next()) use(*tick);
///     if (auto result = ticks.result(); !result) …
///
/// Dropping it before its end cancels: the handler that writes it learns of that at its next `send`
/// and at whatever else it awaits.
/// Thread-safety: none; one `next` at a time.
template <class T>
class [[nodiscard]] Stream {
 public:
  explicit Stream(std::shared_ptr<actor::ItemPipe> pipe)
      : reader_(std::make_shared<actor::ItemReader>(std::move(pipe))) {}
  Stream(std::shared_ptr<actor::StreamCall> call, std::optional<std::chrono::milliseconds> idle)
      : reader_(std::make_shared<actor::ItemReader>(std::move(call), idle)) {}
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&& other) noexcept {
    if (this != &other) {
      drop();
      reader_ = std::move(other.reader_);
    }
    return *this;
  }
  ~Stream() { drop(); }

  /// Gives a std::optional<T>: none at the end, at an error, and ever after. A cancel ends the
  /// stream, with `cancelled`. Blocking form: `next(kameo::blocking)`.
  template <class Token = default_token>
  auto next(Token&& token = {}) {
    if constexpr (detail::is_default_token<Token>) {
      return actor::read_now_or_wait<actor::TakeItem<T>>(reader_);
    } else {
      return actor::async_read<actor::TakeItem<T>>(reader_, std::forward<Token>(token));
    }
  }
  /// After the end: success, or why there were no more. Before it, `invalid_argument`. An error
  /// that is never asked for is logged when the stream goes.
  [[nodiscard]] Result<void> result() { return reader_->result(); }
  /// Ends it now; items that have come are dropped.
  void cancel() { reader_->end(Error(errc::cancelled, "the reader cancelled")); }

 private:
  void drop() {
    if (reader_) reader_->drop();
  }
  std::shared_ptr<actor::ItemReader> reader_;
};

/// Where a handler's items go. Copies are the same stream; the stream ends when the handler does.
/// Thread-safety: any thread; items of several writers come in the order in which they got room.
template <class T>
class Sink {
 public:
  Sink() = default;
  explicit Sink(std::shared_ptr<actor::ItemPipe> pipe) : pipe_(std::move(pipe)) {}

  /// Waits for room and gives a Result<void>. Success: it is on its way, no more.
  /// Fails with `cancelled` once the reader has gone, and then always; `invalid_argument`,
  /// `over_limit` where the item can't travel. The item is encoded or moved before this returns. A
  /// cancel of the wait drops the item.
  template <class Token = default_token>
  auto send(T item, Token&& token = {}) const {
    auto made = actor::make_item(pipe_.get(), std::move(item));
    if constexpr (detail::is_default_token<Token>) {
      return actor::send_now_or_wait(pipe_, std::move(made));
    } else {
      return actor::async_send(pipe_, std::move(made), std::forward<Token>(token));
    }
  }

 protected:
  std::shared_ptr<actor::ItemPipe> pipe_;
};

/// Where a caller's items go. Dropped without an `end`, it is broken off.
/// Thread-safety: as Sink.
template <class T>
class Input : private Sink<T> {
 public:
  explicit Input(std::shared_ptr<actor::ItemPipe> pipe) : Sink<T>(std::move(pipe)) {}
  Input(Input&& other) noexcept = default;
  Input& operator=(Input&& other) noexcept {
    if (this != &other) {
      drop();
      this->pipe_ = std::move(other.pipe_);
    }
    return *this;
  }
  ~Input() { drop(); }

  using Sink<T>::send;
  /// No more items.
  void end() {
    if (this->pipe_) this->pipe_->end({});
  }
  /// The handler that reads gets `why` after the items before it.
  void break_off(const Error& why) {
    if (this->pipe_) this->pipe_->end(why);
  }

 private:
  void drop() { break_off(Error(errc::cancelled, "the caller dropped its input without an end")); }
};

/// An ask that takes a stream and gives one reply.
///
///     auto sum = worker.sum({});
///     for (auto number : numbers) co_await sum.send(number);
///     auto reply = co_await sum.reply();
///
/// Dropping it cancels. Thread-safety: `send` and `end` from one thread, `reply` from another.
template <class In, class Reply>
class [[nodiscard]] Upload {
 public:
  explicit Upload(std::shared_ptr<actor::StreamCall> call)
      : input_(call->streams().input),
        reader_(std::make_shared<actor::ItemReader>(std::move(call), std::nullopt)) {}
  Upload(Upload&&) noexcept = default;
  Upload& operator=(Upload&&) = delete;
  ~Upload() {
    if (reader_) reader_->end(Error(errc::cancelled, "its caller has gone"));
  }

  /// As Sink::send; fails with `cancelled` also once the handler has answered.
  template <class Token = default_token>
  auto send(In item, Token&& token = {}) const {
    return input_.send(std::move(item), std::forward<Token>(token));
  }
  void end() { input_.end(); }
  void break_off(const Error& why) { input_.break_off(why); }

  /// Ends the input where that has not been done, and gives a Result<Reply>, once. A cancel cancels
  /// the ask.
  template <class Token = default_token>
  auto reply(Token&& token = {}) {
    end();
    if constexpr (detail::is_default_token<Token>) {
      return actor::read_now_or_wait<actor::TakeReply<Reply>>(reader_);
    } else {
      return actor::async_read<actor::TakeReply<Reply>>(reader_, std::forward<Token>(token));
    }
  }

 private:
  Input<In> input_;
  std::shared_ptr<actor::ItemReader> reader_;
};

/// An ask that takes a stream and gives one, both at once.
/// Dropping it cancels. Thread-safety: `send` and `end` from one thread, the rest from another.
template <class In, class Out>
class [[nodiscard]] Exchange : public Stream<Out> {
 public:
  Exchange(const std::shared_ptr<actor::StreamCall>& call,
           std::optional<std::chrono::milliseconds> idle)
      : Stream<Out>(call, idle), input_(call->streams().input) {}

  /// As Sink::send; fails with `cancelled` also once the handler has ended.
  template <class Token = default_token>
  auto send(In item, Token&& token = {}) const {
    return input_.send(std::move(item), std::forward<Token>(token));
  }
  void end() { input_.end(); }
  void break_off(const Error& why) { input_.break_off(why); }

 private:
  Input<In> input_;
};

}  // namespace kameo
