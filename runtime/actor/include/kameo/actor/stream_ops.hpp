#pragma once

#include <kameo/actor/item_reader.hpp>
#include <kameo/actor/token.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/system_executor.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

/// The asynchronous operations behind Stream and Sink, for any completion token.
namespace kameo::actor {

/// A completion handler that is called once, on its own executor, with what `make` gives there.
template <class CompletionHandler>
class Completion {
 public:
  Completion(CompletionHandler handler, const asio::any_io_executor& fallback)
      : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_, fallback)) {}

  template <class OnCancel>
  void on_cancel(OnCancel then) {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (!slot.is_connected()) return;
    slot.assign([then = std::move(then)](asio::cancellation_type) { then(); });
  }

  template <class Make>
  void operator()(Make make) {
    const auto executor = work_.get_executor();
    auto end = [handler = std::move(handler_), make = std::move(make)]() mutable {
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      std::move(handler)(make());
    };
    if constexpr (requires { CompletionHandler::completes_inline; }) {
      end();
    } else {
      asio::post(executor, std::move(end));
    }
    work_.reset();
  }

 private:
  CompletionHandler handler_;
  asio::executor_work_guard<asio::associated_executor_t<CompletionHandler, asio::any_io_executor>>
      work_;
};

/// Waits until a reader is ready and completes with what `Take` makes of it.
template <class Take, class CompletionHandler>
class ReadOperation final
    : public std::enable_shared_from_this<ReadOperation<Take, CompletionHandler>> {
 public:
  ReadOperation(CompletionHandler handler, std::shared_ptr<ItemReader> reader)
      : completion_(std::move(handler), reader->executor()), reader_(std::move(reader)) {}

  void start() {
    // A cancel ends the stream: what `next` gives then is its end.
    completion_.on_cancel([weak = std::weak_ptr(reader_)] {
      if (const auto reader = weak.lock()) {
        reader->end(Error(errc::cancelled, "the wait for the next item was cancelled"));
      }
    });
    arm_idle();
    reader_->when_ready([self = this->shared_from_this()] { self->finish(); });
  }

 private:
  void arm_idle() {
    const auto& call = reader_->call();
    if (!reader_->idle() || !call || !call->receiver()) return;
    const std::lock_guard lock(timer_mutex_);
    timer_ = call->receiver()->clock()->make_timer(call->receiver()->executor());
    timer_->after(*reader_->idle(), [weak = std::weak_ptr(reader_), idle = *reader_->idle()] {
      if (const auto reader = weak.lock()) {
        reader->end(fail(errc::deadline_exceeded, "no item for ", idle.count(), " ms"));
      }
    });
  }

  void finish() {
    if (done_.exchange(true)) return;
    {
      const std::lock_guard lock(timer_mutex_);
      timer_.reset();
    }
    completion_([reader = std::move(reader_)] { return Take()(*reader); });
  }

  Completion<CompletionHandler> completion_;
  std::shared_ptr<ItemReader> reader_;
  std::atomic<bool> done_ = false;
  std::mutex timer_mutex_;
  std::unique_ptr<Timer> timer_;  // guarded by timer_mutex_
};

template <class T>
struct TakeItem {
  using type = std::optional<T>;
  std::optional<T> operator()(ItemReader& reader) const { return reader.take<T>(); }
};
/// The one reply to an input: the only item of its stream.
template <class T>
struct TakeReply {
  using type = Result<T>;
  Result<T> operator()(ItemReader& reader) const {
    auto reply = reader.take<T>();
    if (reply) return std::move(*reply);
    if (auto result = reader.result(); !result) return result.error();
    return Error(errc::no_answer, "the reply has been taken before");
  }
};
template <>
struct TakeReply<void> {
  using type = Result<void>;
  Result<void> operator()(ItemReader& reader) const {
    if (reader.take<Payload>()) return {};
    return reader.result();
  }
};

template <class Take, class Token>
auto async_read(std::shared_ptr<ItemReader> reader, Token&& token) {
  return asio::async_initiate<Token, void(typename Take::type)>(
      [](auto handler, std::shared_ptr<ItemReader> from) {
        using Operation = ReadOperation<Take, decltype(handler)>;
        std::make_shared<Operation>(std::move(handler), std::move(from))->start();
      },
      token, std::move(reader));
}

/// Without a hop through the executor where the item is there already.
template <class Take>
asio::awaitable<typename Take::type> read_now_or_wait(std::shared_ptr<ItemReader> reader) {
  if (!reader->is_ready()) {
    default_token token;
    co_return co_await async_read<Take>(reader, token);
  }
  co_return Take()(*reader);
}

/// Puts one item into a pipe, as soon as there is room.
template <class CompletionHandler>
class SendOperation final : public std::enable_shared_from_this<SendOperation<CompletionHandler>> {
 public:
  SendOperation(CompletionHandler handler, std::shared_ptr<ItemPipe> pipe, Message item,
                std::size_t bytes)
      : completion_(std::move(handler), pipe->executor()),
        pipe_(std::move(pipe)),
        item_(std::move(item)),
        bytes_(bytes) {}

  void start() {
    completion_.on_cancel([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->cancel();
    });
    attempt();
  }

 private:
  void attempt() {
    if (done_.exchange(true)) return;
    const auto pushed = pipe_->push(item_, bytes_);
    if (pushed == ItemPipe::Push::taken) return finish({});
    if (pushed == ItemPipe::Push::gone) return finish(gone());
    done_ = false;
    // One that came while the item was being tried.
    if (cancelled_) return cancel();
    pipe_->when_writable([self = this->shared_from_this()] { self->attempt(); });
  }
  void cancel() {
    cancelled_ = true;
    if (done_.exchange(true)) return;
    finish(Error(errc::cancelled, "cancelled before the item was sent"));
  }
  void finish(Result<void> result) {
    completion_([result = std::move(result)] { return result; });
  }

 public:
  [[nodiscard]] static Error gone() { return {errc::cancelled, "nobody reads this stream"}; }

 private:
  Completion<CompletionHandler> completion_;
  std::shared_ptr<ItemPipe> pipe_;
  Message item_;
  const std::size_t bytes_;
  std::atomic<bool> done_ = false;
  std::atomic<bool> cancelled_ = false;
};

/// An item made ready for a pipe, when `send` is called.
struct OutgoingItem {
  OutgoingItem(Result<Message> made, std::size_t size) : message(std::move(made)), bytes(size) {}
  Result<Message> message;
  std::size_t bytes;
};

template <class T>
[[nodiscard]] OutgoingItem make_item(const ItemPipe* pipe, T item) {
  const auto from_bytes = [](Bytes payload) {
    const auto size = payload.size();
    return OutgoingItem(Message::from_payload(std::move(payload)), size);
  };
  if (pipe == nullptr) return {Error(errc::cancelled, "a sink without a stream"), 0};
  if constexpr (std::is_same_v<T, Payload>) {
    return from_bytes(std::move(item.bytes));
  } else {
    if (!pipe->wants_payload()) return {Message::of(std::move(item)), 0};
    auto payload = encode_payload(item);
    if (!payload) return {payload.error(), 0};
    return from_bytes(std::move(*payload));
  }
}

template <class Token>
auto async_send(std::shared_ptr<ItemPipe> pipe, OutgoingItem item, Token&& token) {
  return asio::async_initiate<Token, void(Result<void>)>(
      [](auto handler, std::shared_ptr<ItemPipe> into, OutgoingItem what) {
        using Handler = decltype(handler);
        if (!what.message) {
          const asio::any_io_executor fallback =
              into ? into->executor() : asio::any_io_executor(asio::system_executor());
          return Completion<Handler>(std::move(handler), fallback)(
              [why = what.message.error()] { return Result<void>(why); });
        }
        std::make_shared<SendOperation<Handler>>(std::move(handler), std::move(into),
                                                 std::move(*what.message), what.bytes)
            ->start();
      },
      token, std::move(pipe), std::move(item));
}

/// As read_now_or_wait.
inline asio::awaitable<Result<void>> send_now_or_wait(std::shared_ptr<ItemPipe> pipe,
                                                      OutgoingItem item) {
  if (!item.message) co_return item.message.error();
  switch (pipe->push(*item.message, item.bytes)) {
    case ItemPipe::Push::taken:
      co_return Result<void>();
    case ItemPipe::Push::gone:
      co_return Error(errc::cancelled, "nobody reads this stream");
    case ItemPipe::Push::full:
      break;
  }
  default_token token;
  co_return co_await async_send(std::move(pipe), std::move(item), token);
}

}  // namespace kameo::actor
