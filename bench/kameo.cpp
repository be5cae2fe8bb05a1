#include "peer.hpp"

#include <kameo/kameo.hpp>
#include <orders/orders.hpp>

#include <asio/use_future.hpp>

#include <future>
#include <stdexcept>

namespace bench {
namespace {

orders::DeskPrice request_of(std::int64_t id) {
  auto from = order(id);
  return {from.id, from.price, std::move(from.symbol), std::move(from.sizes), std::move(from.note)};
}

class Kameo final : public Peer {
 public:
  Kameo() {
    const auto where = kameo::python("desk:Desk").path(BENCH_HANDLER_DIR).path(BENCH_GENERATED_DIR);
    desk_ = runtime_.spawn<orders::Desk>(where, {}, {}, kameo::blocking).value();
  }

  ~Kameo() override { static_cast<void>(runtime_.stop(kameo::blocking)); }

  [[nodiscard]] std::string_view name() const override { return "kameo"; }

  Seconds ask(int count, int in_flight) override {
    next_ = 0;
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::future<void>> askers;
    for (int i = 0; i < in_flight; ++i) {
      askers.push_back(asio::co_spawn(runtime_.executor(), ask_on(count), asio::use_future));
    }
    for (auto& asker : askers) asker.get();
    return std::chrono::steady_clock::now() - start;
  }

 private:
  // The runtime has one thread, so the askers take their numbers without a lock.
  asio::awaitable<void> ask_on(int count) {
    while (next_ < count) {
      const auto id = next_++;
      const auto request = request_of(id);
      const auto total = co_await desk_.price(request);
      if (total.value() != expected_total(id)) throw std::runtime_error("kameo: a wrong answer");
    }
  }

  kameo::Runtime runtime_;
  orders::DeskRef desk_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_kameo() {
  return std::make_unique<Kameo>();
}

}  // namespace bench
