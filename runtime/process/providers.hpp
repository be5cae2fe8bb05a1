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

/// One callback: its module, its path `market.Price`, and its place in the module, from 1.
struct CallbackRoute {
  std::string module;
  std::string path;
  actor::RouteNumber place = 0;
};

/// Who answers the callbacks of a module.
struct Provider {
  std::shared_ptr<actor::Receiver> receiver;
  /// By the callback's place in its module, from 1 at index 0: the receiver's route. Empty: the
  /// place itself.
  std::vector<actor::RouteNumber> routes;
};

/// Who answers which callbacks in one runtime: whole modules, and single callbacks by their path.
/// Thread-safety: every function from any thread.
class Providers {
 public:
  Providers(std::shared_ptr<actor::Clock> clock,
            std::shared_ptr<actor::DeadlineQueue> default_deadline,
            std::function<void(const Error&)> report)
      : clock_(std::move(clock)),
        default_deadline_(std::move(default_deadline)),
        report_(std::move(report)) {}

  /// Fails with `already_provided`, also where a callback of the module is.
  Result<void> add(std::string module, Provider provider);
  /// One callback by its path. Fails with `already_provided`, also where its module is;
  /// `invalid_argument` where it is no path.
  Result<void> add_callback(std::string path, std::shared_ptr<actor::Receiver> receiver);
  /// Sends `envelope` to who provides that callback; answers it with `not_provided` where nobody
  /// does.
  Result<void> deliver(const CallbackRoute& route, actor::Envelope envelope) const;
  [[nodiscard]] bool wants_payload(std::string_view module) const;
  /// No more callbacks: answers them with `stopped`. Lets go of the providers.
  void close();
  [[nodiscard]] const std::shared_ptr<actor::Clock>& clock() const noexcept { return clock_; }
  /// Of what actors in this process ask.
  [[nodiscard]] const std::shared_ptr<actor::DeadlineQueue>& default_deadline() const noexcept {
    return default_deadline_;
  }
  /// actor::Receiver::report.
  void report(const Error& lost) const { report_(lost); }

 private:
  [[nodiscard]] std::optional<Provider> find(std::string_view module) const;
  [[nodiscard]] Error nobody_provides(const CallbackRoute& route) const;

  const std::shared_ptr<actor::Clock> clock_;
  const std::shared_ptr<actor::DeadlineQueue> default_deadline_;
  const std::function<void(const Error&)> report_;
  mutable std::mutex mutex_;
  std::map<std::string, Provider, std::less<>> modules_;  // guarded by mutex_
  // By path. Guarded by mutex_.
  std::map<std::string, std::shared_ptr<actor::Receiver>, std::less<>> callbacks_;
  bool closed_ = false;  // guarded by mutex_
};

/// A module as a receiver, for handlers in this process.
class ModuleReceiver final : public actor::Receiver {
 public:
  /// `paths`: of the module's callbacks, by their places.
  ModuleReceiver(asio::any_io_executor executor, std::shared_ptr<const Providers> providers,
                 std::string module, std::vector<std::string> paths)
      : executor_(std::move(executor)),
        providers_(std::move(providers)),
        module_(std::move(module)),
        paths_(std::move(paths)) {}

  Result<void> deliver(actor::Envelope envelope) override {
    const auto index = std::size_t{envelope.route} - 1;
    const CallbackRoute route{module_, index < paths_.size() ? paths_[index] : std::string(),
                              envelope.route};
    return providers_->deliver(route, std::move(envelope));
  }
  [[nodiscard]] bool wants_payload() const noexcept override {
    return providers_->wants_payload(module_);
  }
  [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] std::string_view name() const noexcept override { return module_; }
  [[nodiscard]] std::shared_ptr<actor::Clock> clock() const override { return providers_->clock(); }
  [[nodiscard]] std::shared_ptr<actor::DeadlineQueue> default_deadline() const override {
    return providers_->default_deadline();
  }
  void report(const Error& lost) const override { providers_->report(lost.with_context(module_)); }

 private:
  asio::any_io_executor executor_;
  std::shared_ptr<const Providers> providers_;
  std::string module_;
  std::vector<std::string> paths_;
};

}  // namespace kameo::process
