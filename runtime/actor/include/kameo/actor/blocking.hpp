#pragma once

#include <asio/async_result.hpp>
#include <kameo/result.hpp>

#include <future>
#include <optional>
#include <utility>

namespace kameo {

/// The completion token of the blocking form: the call waits and returns the Result itself.
/// Never from a thread that runs the executor of the actor or of the runtime: if that is the only
/// one, it waits for itself. `ref.evaluate({…}, {}, kameo::blocking)`.
struct blocking_t {};
inline constexpr blocking_t blocking{};

namespace detail {

/// What completes a blocking call. It may run anywhere, and so runs where the outcome is: a call by
/// a ref whose runtime has ended comes back, though nothing is left to run on.
template <class T>
struct BlockingHandler {
  static constexpr bool completes_inline = true;
  std::promise<Result<T>> promise;
  void operator()(Result<T> result) { promise.set_value(std::move(result)); }
};

/// The same for the next item of a stream.
template <class T>
struct BlockingItemHandler {
  static constexpr bool completes_inline = true;
  std::promise<std::optional<T>> promise;
  void operator()(std::optional<T> item) { promise.set_value(std::move(item)); }
};

}  // namespace detail
}  // namespace kameo

template <class T>
class asio::async_result<kameo::blocking_t, void(kameo::Result<T>)> {
 public:
  using return_type = kameo::Result<T>;

  template <class Initiation, class... Args>
  static return_type initiate(Initiation&& initiation, kameo::blocking_t, Args&&... args) {
    kameo::detail::BlockingHandler<T> handler;
    auto future = handler.promise.get_future();
    std::forward<Initiation>(initiation)(std::move(handler), std::forward<Args>(args)...);
    return future.get();
  }
};

template <class T>
class asio::async_result<kameo::blocking_t, void(std::optional<T>)> {
 public:
  using return_type = std::optional<T>;

  template <class Initiation, class... Args>
  static return_type initiate(Initiation&& initiation, kameo::blocking_t, Args&&... args) {
    kameo::detail::BlockingItemHandler<T> handler;
    auto future = handler.promise.get_future();
    std::forward<Initiation>(initiation)(std::move(handler), std::forward<Args>(args)...);
    return future.get();
  }
};
