#pragma once

#include <kameo/actor/handler.hpp>
#include <kameo/actor/receiver.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace kameo::actor {

/// Makes a CallbackHandler something that messages can be sent to. Every call is a coroutine of its
/// own on the executor; they run at once.
class CallbackReceiver final : public Receiver {
 public:
  /// So many calls that want no answer may run; more are refused with `overloaded`.
  static constexpr std::uint32_t most_tells = 16384;

  CallbackReceiver(asio::any_io_executor executor, std::shared_ptr<CallbackHandler> handler)
      : executor_(std::move(executor)), handler_(std::move(handler)), name_(handler_->module()) {}

  Result<void> deliver(Envelope envelope) override;
  [[nodiscard]] bool wants_payload() const noexcept override { return false; }
  [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  asio::any_io_executor executor_;
  std::shared_ptr<CallbackHandler> handler_;
  std::string name_;
  std::shared_ptr<std::atomic<std::uint32_t>> tells_ =
      std::make_shared<std::atomic<std::uint32_t>>(0);
};

}  // namespace kameo::actor
