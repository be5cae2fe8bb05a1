#include <iostream>
#include <kameo/kameo.hpp>
#include <shop/shop.hpp>

asio::awaitable<void> sell(kameo::Runtime& runtime) {
  const auto where = kameo::python("pricer:Pricer").path(".");
  const auto pricer = (co_await runtime.spawn<shop::Pricer>(where)).value();
  const shop::PricerTotal tea({{"leaves", 450}, {"pot", 2000}}), nothing;

  for (const auto& basket : {tea, nothing, tea}) {
    const auto cents = co_await pricer.total(basket);
    std::cout << (cents ? std::to_string(*cents) : cents.error().message()) << '\n';
  }
  co_await runtime.stop();
}

int main() {
  kameo::Runtime runtime;
  runtime.run(sell(runtime));
}
