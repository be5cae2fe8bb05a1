#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution_context.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>

#include <kameo/trace_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace kameo::actor {

/// Tells actors apart, in all processes. 0 stands for none.
using ActorId = std::uint64_t;
/// Between a child and its parent: the child itself, which does not know its id.
inline constexpr ActorId child_itself = 1;

/// What an ask that is made while another is handled inherits from that one.
struct Call {
  using TimePoint = std::chrono::steady_clock::time_point;

  Call() = default;
  Call(std::optional<TimePoint> until, std::vector<ActorId> waiting,
       std::optional<TraceContext> of_trace)
      : deadline(until), chain(std::move(waiting)), trace(of_trace) {}

  std::optional<TimePoint> deadline;  ///< on its actor's Clock
  std::vector<ActorId>
      chain;  ///< who waits for it, outermost first; the handling actor is the last
  std::optional<TraceContext> trace;

  /// That of the handler which runs on this thread now; null outside of handlers.
  [[nodiscard]] static const std::shared_ptr<const Call>& current() noexcept;
};

/// Makes a call the current one of this thread, until its end.
class CallScope {
 public:
  explicit CallScope(std::shared_ptr<const Call> call) noexcept;
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  ~CallScope();

 private:
  std::shared_ptr<const Call> before_;
};

/// An executor on which a call is the current one: a handler's coroutine runs on it, and so does
/// what that starts on `co_await asio::this_coro::executor`. So a handler's asks inherit deadline
/// and chain wherever it was suspended, without a word of its own.
class CallExecutor {
 public:
  CallExecutor(asio::any_io_executor inner, std::shared_ptr<const Call> call) noexcept
      : inner_(std::move(inner)), call_(std::move(call)) {}

  [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const {
    return asio::query(inner_, asio::execution::context);
  }
  template <class Property>
    requires asio::can_require<const asio::any_io_executor&, Property>::value
  [[nodiscard]] CallExecutor require(const Property& property) const {
    return CallExecutor(asio::require(inner_, property), call_);
  }
  template <class Property>
    requires asio::can_prefer<const asio::any_io_executor&, Property>::value
  [[nodiscard]] CallExecutor prefer(const Property& property) const {
    return CallExecutor(asio::prefer(inner_, property), call_);
  }
  template <class Function>
  void execute(Function&& function) const {
    inner_.execute([call = call_, run = std::forward<Function>(function)]() mutable {
      const CallScope scope(std::move(call));
      run();
    });
  }

  friend bool operator==(const CallExecutor& a, const CallExecutor& b) noexcept {
    return a.inner_ == b.inner_ && a.call_ == b.call_;
  }
  friend bool operator!=(const CallExecutor& a, const CallExecutor& b) noexcept {
    return !(a == b);
  }

 private:
  asio::any_io_executor inner_;
  std::shared_ptr<const Call> call_;
};

/// `inner` itself where there is nothing to inherit.
[[nodiscard]] inline asio::any_io_executor make_call_executor(const asio::any_io_executor& inner,
                                                              Call call) {
  if (!call.deadline && call.chain.empty() && !call.trace) return inner;
  return CallExecutor(inner, std::make_shared<const Call>(std::move(call)));
}

}  // namespace kameo::actor
