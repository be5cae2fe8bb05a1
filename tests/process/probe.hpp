#pragma once

// The actor that the tests start: written by hand as kameo-gen would write it, so that these tests
// need no generator.

#include <kameo/kameo.hpp>
#include <kameo/schema/package.hpp>

#include <memory>
#include <string>
#include <utility>

namespace probe {

/// A request: do `what` with `argument`.
struct Command {
  std::string what;
  std::string argument;

  Command() = default;
  Command(std::string to_do, std::string with)
      : what(std::move(to_do)), argument(std::move(with)) {}
};
inline std::size_t encoded_end(std::size_t at, const Command& value) {
  return kameo::fields_end(at, value.what, value.argument);
}
inline void encode(kameo::Encoder& out, const Command& value) {
  kameo::encode_fields(out, value.what, value.argument);
}
inline void decode(kameo::Decoder& in, Command& value) {
  kameo::decode_fields(in, value.what, value.argument);
}

struct Config {
  std::string greeting;

  Config() = default;
  explicit Config(std::string text) : greeting(std::move(text)) {}
};
inline std::size_t encoded_end(std::size_t at, const Config& value) {
  return kameo::fields_end(at, value.greeting);
}
inline void encode(kameo::Encoder& out, const Config& value) {
  kameo::encode_fields(out, value.greeting);
}
inline void decode(kameo::Decoder& in, Config& value) {
  kameo::decode_fields(in, value.greeting);
}

/// Actors `probe.Probe` and `probe.Narrow` (use module `market`) and `probe.Other`; callback
/// `market.Price`.
[[nodiscard]] std::shared_ptr<const kameo::schema::Package> package();

namespace routes {
inline constexpr kameo::actor::RouteNumber run = 1;
inline constexpr kameo::actor::RouteNumber note = 2;
inline constexpr kameo::actor::RouteNumber stream = 3;
inline constexpr kameo::actor::RouteNumber join = 4;
inline constexpr kameo::actor::RouteNumber shout = 5;
inline constexpr kameo::actor::RouteNumber price = 1;
inline constexpr kameo::actor::RouteNumber ticks = 2;
inline constexpr kameo::actor::RouteNumber market_join = 3;
}  // namespace routes

class MarketRef : public kameo::ActorRef {
 public:
  static constexpr std::string_view module_name = "market";
  using kameo::ActorRef::ActorRef;

  template <class Token = kameo::default_token>
  auto price(const Command& request, kameo::AskOptions options = {}, Token&& token = {}) const {
    return ask<std::string>(routes::price, request, options, std::forward<Token>(token));
  }
  kameo::Stream<std::string> ticks(const Command& request,
                                   kameo::StreamOptions options = {}) const {
    return stream<std::string>(routes::ticks, request, options);
  }
  kameo::Upload<std::string, std::string> join(const Command& request) const {
    return upload<std::string, std::string>(routes::market_join, request, {});
  }
};

class MarketCallbacks : public kameo::CallbackHandler {
 public:
  virtual kameo::Reply<std::string> price(Command request) = 0;
  [[nodiscard]] std::string_view module() const noexcept final { return "market"; }
  // Those that stream are for tests of streams; others need not have them.
  virtual kameo::Reply<void> ticks(Command request, kameo::Sink<std::string> output);
  virtual kameo::Reply<std::string> join(Command request, kameo::Stream<std::string> input);
  kameo::Reply<kameo::actor::Message> dispatch(std::uint16_t route, kameo::actor::Message request,
                                               kameo::actor::Streams streams) final;
};

class ProbeRef : public kameo::ActorRef {
 public:
  using kameo::ActorRef::ActorRef;
  template <class Token = kameo::default_token>
  auto run(const Command& request, kameo::AskOptions options = {}, Token&& token = {}) const {
    return ask<std::string>(routes::run, request, options, std::forward<Token>(token));
  }
  /// Streams what `request.what` says, see probe.cpp.
  kameo::Stream<std::string> stream(const Command& request,
                                    kameo::StreamOptions options = {}) const {
    return ActorRef::stream<std::string>(routes::stream, request, options);
  }
  kameo::Upload<std::string, std::string> join(const Command& request) const {
    return upload<std::string, std::string>(routes::join, request, {});
  }
  kameo::Exchange<std::string, std::string> shout(const Command& request) const {
    return exchange<std::string, std::string>(routes::shout, request, {});
  }
  kameo::Result<void> note(const Command& request) const { return tell(routes::note, request); }

  /// For tests: waits.
  kameo::Result<std::string> operator()(std::string what, std::string argument = {}) const {
    return run({std::move(what), std::move(argument)}, {}, kameo::blocking);
  }
};

struct Probe {
  using Ref = ProbeRef;
  using Config = probe::Config;
  [[nodiscard]] static const kameo::ActorType& type();
};
/// The same handlers, one message at a time: but `run` is reentrant, and two calls of `stream` may
/// run at once.
struct Narrow {
  using Ref = ProbeRef;
  using Config = probe::Config;
  [[nodiscard]] static const kameo::ActorType& type();
};
struct Other {
  using Ref = ProbeRef;
  using Config = probe::Config;
  [[nodiscard]] static const kameo::ActorType& type();
};

/// For the start of a child: a sanitizer's own handlers would make an exit of a fatal signal.
void reset_fatal_signals();

/// The handler: `what` is one of the words in probe.cpp.
[[nodiscard]] std::unique_ptr<kameo::Handler> make_probe(const kameo::ActorContext& context);
[[nodiscard]] std::unique_ptr<kameo::Handler> make_other(const kameo::ActorContext& context);

}  // namespace probe
