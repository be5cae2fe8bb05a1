#include <desk/desk.hpp>
#include <kameo/kameo.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <semaphore>
#include <string>

namespace {

/// Makes up trades, the same in each run. Most shares are traded for ever.
class Market final : public desk::MarketCallbacks {
 public:
  kameo::Reply<void> data_fetch(desk::MarketDataFetch request,
                                kameo::Sink<desk::Tick> ticks) override {
    const auto share = shares_.find(request.symbol);
    if (share == shares_.end()) {
      co_return kameo::fail(kameo::errc::not_found, "no share is called ", request.symbol);
    }
    auto [state, cents, last] = share->second;
    for (std::uint32_t number = 1; number <= last; ++number) {
      state = (state * 1103515245 + 12345) % 2147483648;
      cents += static_cast<std::uint32_t>(state / 65536 % 41) - 20;
      // Waits where the strategy is slower than the market; fails once it reads no more.
      if (!co_await ticks.send(desk::Tick(number, cents))) {
        left.release();
        break;
      }
    }
    co_return kameo::Result<void>();
  }

  std::counting_semaphore<> left{0};  ///< streams whose reader went before their end

 private:
  struct Share {
    std::uint64_t state;
    std::uint32_t cents;
    std::uint32_t last;  ///< trade before the market closes
  };
  const std::map<std::string, Share, std::less<>> shares_ = {
      {"ACME", {1, 10000, 4000000000}}, {"INIT", {7, 5000, 4000000000}}, {"FLAT", {3, 100, 5}}};
};

std::string text_of(const desk::Signal& signal) {
  return std::string(signal.side == desk::Side::buy ? "buy" : "sell") + " at " +
         std::to_string(signal.tick.cents) + " cents, trade " + std::to_string(signal.tick.number);
}

}  // namespace

int main() {
  kameo::Runtime runtime;
  const auto market = std::make_shared<Market>();
  runtime.provide(market).value();
  const auto where = kameo::python("strategy:Strategy").path(HANDLERS);
  const auto strategy = runtime.spawn<desk::Strategy>(where, {}, {}, kameo::blocking).value();

  for (const auto* symbol : {"ACME", "INIT", "FLAT", "NONE"}) {
    std::cout << symbol << ": ";
    const auto signal = strategy.watch({symbol}, {}, kameo::blocking);
    if (!signal) {
      std::cout << signal.error().message() << '\n';
    } else if (!*signal) {
      std::cout << "no signal before the market closed\n";
    } else {
      market->left.acquire();  // the strategy returned from within its loop
      std::cout << text_of(**signal) << "; the market has stopped sending\n";
    }
  }

  // The other way round as well: what the strategy finds is a stream, which is left after three.
  {
    auto signals = strategy.signals({"ACME", 1000});
    for (int count = 0; count < 3; ++count) {
      const auto signal = signals.next(kameo::blocking);
      if (!signal) break;
      std::cout << "ACME: " << text_of(*signal) << '\n';
    }
  }
  market->left.acquire();  // from here to the strategy, and from there to the market
  std::cout << "ACME: the market has stopped sending\n";
  static_cast<void>(runtime.stop(kameo::blocking));
}
