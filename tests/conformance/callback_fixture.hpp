#pragma once

#include "fixture.hpp"

#include <asio/associated_executor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <atomic>
#include <cmath>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// Module `test`: five items of what was asked; without labels an error.
class Test final : public conformance::TestCallbacks {
 public:
  kameo::Reply<void> streaming_callback(conformance::TestStreamingCallback request,
                                        kameo::Sink<conformance::Computed> output) override {
    if (request.labels.empty()) co_return kameo::fail(kameo::errc::handler_failed, "no labels");
    for (std::uint32_t i = 0; i < 5; ++i) {
      const auto& tag = request.labels[i % request.labels.size()];
      conformance::Computed item;
      item.computed_sum = request.value + i + static_cast<std::uint32_t>(tag.size());
      item.tag = tag;
      item.meta_count = static_cast<std::uint32_t>(request.metadata.size());
      if (request.dimensions) item.area = request.dimensions->width * request.dimensions->height;
      item.last_event = request.events.back().name;
      if (auto sent = co_await output.send(std::move(item)); !sent) co_return sent.error();
    }
    co_return kameo::Result<void>();
  }
  kameo::Reply<std::uint32_t> test_callback(conformance::TestTestCallback request) override {
    co_return request.value + 2;
  }
  kameo::Reply<void> items(conformance::TestItems request,
                           kameo::Sink<std::uint32_t> output) override {
    for (std::uint32_t i = 0; i < request.count; ++i) {
      if (auto sent = co_await output.send(i); !sent) co_return sent.error();
    }
    co_return kameo::Result<void>();
  }
  kameo::Reply<double> compute(conformance::TestCompute request) override {
    if (request.operation == "square") co_return request.value* request.value;
    if (request.operation == "sqrt") co_return std::sqrt(request.value);
    co_return 2 * request.value;
  }
  kameo::Reply<std::uint32_t> hold(conformance::TestHold request) override {
    default_token token;
    auto begin = [this, &request](auto handler) {
      // std::function wants to copy what it holds.
      auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
      held(
          [waiting] {
            asio::post(asio::get_associated_executor(*waiting),
                       [waiting] { std::move (*waiting)(); });
          },
          request.of);
    };
    co_await asio::async_initiate<default_token, void()>(begin, token);
    co_return 2 * request.index;
  }
  kameo::Reply<std::uint32_t> nap(conformance::TestNap request) override {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(10));
    co_await timer.async_wait(asio::use_awaitable);
    ++naps;
    co_return request.value;
  }

  std::atomic<int> naps = 0;

 private:
  using default_token = kameo::default_token;

  /// Lets all go when the last has come: the even ones first, then the odd ones backwards.
  void held(std::function<void()> go_on, std::uint32_t of) {
    std::vector<std::function<void()>> all;
    {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(go_on));
      if (held_.size() < of) return;
      all.swap(held_);
    }
    for (std::size_t i = 0; i < all.size(); i += 2) all[i]();
    for (std::size_t i = all.size(); i-- > 0;) {
      if (i % 2 == 1) all[i]();
    }
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> held_;  // guarded by mutex_
};

class Trader final : public conformance::TraderCallbacks {
 public:
  kameo::Reply<std::string> trader_callback(conformance::TraderTraderCallback request) override {
    co_return "Order processed with value " + std::to_string(request.value);
  }
};

/// A runtime that answers all callbacks of the conformance schema.
class CallbackFixture {
 public:
  CallbackFixture() : test(provide(runtime)) {}
  CallbackFixture(const CallbackFixture&) = delete;
  CallbackFixture& operator=(const CallbackFixture&) = delete;
  ~CallbackFixture() { static_cast<void>(runtime.stop(kameo::blocking)); }

  static std::shared_ptr<Test> provide(kameo::Runtime& runtime) {
    auto test = std::make_shared<Test>();
    runtime.provide(std::make_shared<Basic>()).value();
    runtime.provide(test).value();
    runtime.provide(std::make_shared<Trader>()).value();
    return test;
  }

  kameo::Runtime runtime;
  std::shared_ptr<Test> test;
};
