#pragma once

#include <kameo/actor/receiver.hpp>

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace kameo {

/// What a handler written in C++ can know of where it runs, in this process or in a child of its
/// own: the factory that makes it gets one.
///
///     kameo::inproc([](const kameo::ActorContext& context) {
///       return std::make_unique<MyStrategy>(context.callbacks<trading::MarketRef>());
///     })
///
/// Thread-safety: const functions from any thread.
class ActorContext {
 public:
  using Callbacks = std::function<std::shared_ptr<actor::Receiver>(std::string_view module)>;

  ActorContext(std::string name, std::uint32_t incarnation, asio::any_io_executor executor,
               Callbacks callbacks)
      : name_(std::move(name)),
        incarnation_(incarnation),
        executor_(std::move(executor)),
        callbacks_(std::move(callbacks)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return incarnation_; }
  /// The strand that the handler is called on.
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

  /// What answers the callbacks of `module`. Never null: where nobody provides it when it is asked,
  /// each ask ends with `not_provided`.
  [[nodiscard]] std::shared_ptr<actor::Receiver> callbacks(std::string_view module) const {
    return callbacks_(module);
  }
  /// The same as the generated ref of the module.
  template <class Ref>
  [[nodiscard]] Ref callbacks() const {
    return Ref(callbacks(Ref::module_name));
  }

 private:
  std::string name_;
  std::uint32_t incarnation_;
  asio::any_io_executor executor_;
  Callbacks callbacks_;
};

}  // namespace kameo
