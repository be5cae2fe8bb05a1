#pragma once

#include <kameo/actor/actor_ref.hpp>
#include <kameo/schema/package.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kameo {

/// An ActorRef without generated code: handlers by name, messages as payloads of the schema.
class DynamicRef : public ActorRef {
 public:
  using Routes = std::map<std::string, actor::RouteNumber, std::less<>>;

  DynamicRef() = default;
  DynamicRef(std::shared_ptr<actor::Receiver> receiver, std::shared_ptr<const Routes> routes)
      : ActorRef(std::move(receiver)), routes_(std::move(routes)) {}

  /// The number of handler `evaluate`, or of callback `market.Price` that this actor provides.
  /// Fails with `unknown_route`.
  [[nodiscard]] Result<actor::RouteNumber> route(std::string_view name) const {
    if (routes_) {
      if (const auto found = routes_->find(name); found != routes_->end()) return found->second;
    }
    return fail(errc::unknown_route, this->name(), " has no handler `", name, "`");
  }

  /// The numbers of the callbacks of `module`, in order of declaration; none where this actor does
  /// not provide it.
  [[nodiscard]] std::vector<actor::RouteNumber> routes_of(std::string_view module) const {
    std::vector<actor::RouteNumber> numbers;
    if (!routes_) return numbers;
    for (const auto& [name, number] : *routes_) {
      if (name.size() > module.size() && name.starts_with(module) && name[module.size()] == '.') {
        numbers.push_back(number);
      }
    }
    std::sort(numbers.begin(), numbers.end());  // the map is by name; numbers are by declaration
    return numbers;
  }

  /// The same handlers behind another address, which hands on to actors like this one.
  [[nodiscard]] DynamicRef at(std::shared_ptr<actor::Receiver> receiver) const {
    return {std::move(receiver), routes_};
  }

  /// Gives a Result<actor::Payload>. Errors: those of every ask, and `unknown_route`.
  template <class Token = default_token>
  auto ask_payload(std::string_view handler, Bytes request, const AskOptions& options = {},
                   Token&& token = {}) const {
    const auto number = route(handler);
    return ask_message<actor::Payload>(number ? *number : actor::RouteNumber{0},
                                       message(number, std::move(request)), options,
                                       std::forward<Token>(token));
  }
  /// A Stream<actor::Payload> of what the handler gives.
  [[nodiscard]] Stream<actor::Payload> stream_payload(std::string_view handler, Bytes request,
                                                      const StreamOptions& options = {}) const {
    const auto number = route(handler);
    return stream_message<actor::Payload>(number ? *number : actor::RouteNumber{0},
                                          message(number, std::move(request)), options);
  }
  /// With an input stream, for one reply: an Upload<actor::Payload, actor::Payload>.
  [[nodiscard]] Upload<actor::Payload, actor::Payload> upload_payload(
      std::string_view handler, Bytes request, const AskOptions& options = {}) const {
    const auto number = route(handler);
    return upload_message<actor::Payload, actor::Payload>(
        number ? *number : actor::RouteNumber{0}, message(number, std::move(request)), options);
  }
  /// With an input stream, for a stream: an Exchange<actor::Payload, actor::Payload>.
  [[nodiscard]] Exchange<actor::Payload, actor::Payload> exchange_payload(
      std::string_view handler, Bytes request, const StreamOptions& options = {}) const {
    const auto number = route(handler);
    return exchange_message<actor::Payload, actor::Payload>(
        number ? *number : actor::RouteNumber{0}, message(number, std::move(request)), options);
  }
  Result<void> tell_payload(std::string_view handler, Bytes request) const {
    const auto number = route(handler);
    if (!number) return number.error();
    return tell(*number, actor::Payload(std::move(request)));
  }

 private:
  static Result<actor::Message> message(const Result<actor::RouteNumber>& number, Bytes request) {
    if (!number) return number.error();
    return actor::Message::from_payload(std::move(request));
  }

  std::shared_ptr<const Routes> routes_;
};

}  // namespace kameo
