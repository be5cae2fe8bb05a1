#pragma once

#include <kameo/actor/receiver.hpp>
#include <kameo/result.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::process {

/// Who answers the callbacks of a module.
struct Provider {
  std::shared_ptr<actor::Receiver> receiver;
  /// By the callback's place in its module, from 1 at index 0: the receiver's route. Empty: the
  /// place itself.
  std::vector<actor::RouteNumber> routes;
};

/// The callback modules of one runtime. Thread-safety: every function from any thread.
class Providers {
 public:
  Providers(std::shared_ptr<actor::Clock> clock, std::function<void(const Error&)> report)
      : clock_(std::move(clock)), report_(std::move(report)) {}

  /// Fails with `already_provided`.
  Result<void> add(std::string module, Provider provider);
  /// Sends `envelope`, whose route is the callback's place in `module`, to the provider; answers it
  /// with `not_provided` where there is none.
  Result<void> deliver(std::string_view module, actor::Envelope envelope) const;
  [[nodiscard]] bool wants_payload(std::string_view module) const;
  /// No more callbacks: answers them with `stopped`. Lets go of the providers.
  void close();
  [[nodiscard]] const std::shared_ptr<actor::Clock>& clock() const noexcept { return clock_; }
  /// actor::Receiver::report.
  void report(const Error& lost) const { report_(lost); }

 private:
  [[nodiscard]] std::optional<Provider> find(std::string_view module) const;

  const std::shared_ptr<actor::Clock> clock_;
  const std::function<void(const Error&)> report_;
  mutable std::mutex mutex_;
  std::map<std::string, Provider, std::less<>> modules_;  // guarded by mutex_
  bool closed_ = false;                                   // guarded by mutex_
};

/// A module as a receiver, for handlers in this process.
class ModuleReceiver final : public actor::Receiver {
 public:
  ModuleReceiver(asio::any_io_executor executor, std::shared_ptr<const Providers> providers,
                 std::string module)
      : executor_(std::move(executor)),
        providers_(std::move(providers)),
        module_(std::move(module)) {}

  Result<void> deliver(actor::Envelope envelope) override {
    return providers_->deliver(module_, std::move(envelope));
  }
  [[nodiscard]] bool wants_payload() const noexcept override {
    return providers_->wants_payload(module_);
  }
  [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] std::string_view name() const noexcept override { return module_; }
  [[nodiscard]] std::shared_ptr<actor::Clock> clock() const override { return providers_->clock(); }
  void report(const Error& lost) const override { providers_->report(lost.with_context(module_)); }

 private:
  asio::any_io_executor executor_;
  std::shared_ptr<const Providers> providers_;
  std::string module_;
};

}  // namespace kameo::process
