#pragma once

#include <asio/async_result.hpp>
#include <kameo/result.hpp>

#include <future>
#include <utility>

namespace kameo {

/// The completion token of the blocking form: the call waits and returns the Result itself.
/// Never from a thread that runs the executor of the actor or of the runtime: if that is the only
/// one, it waits for itself. `ref.evaluate({…}, {}, kameo::blocking)`.
struct blocking_t {};
inline constexpr blocking_t blocking{};

}  // namespace kameo

template <class T>
class asio::async_result<kameo::blocking_t, void(kameo::Result<T>)> {
 public:
  using return_type = kameo::Result<T>;

  template <class Initiation, class... Args>
  static return_type initiate(Initiation&& initiation, kameo::blocking_t, Args&&... args) {
    std::promise<kameo::Result<T>> promise;
    auto future = promise.get_future();
    std::forward<Initiation>(initiation)(
        [promise = std::move(promise)](kameo::Result<T> result) mutable {
          promise.set_value(std::move(result));
        },
        std::forward<Args>(args)...);
    return future.get();
  }
};
