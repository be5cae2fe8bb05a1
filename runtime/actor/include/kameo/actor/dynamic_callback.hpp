#pragma once

#include <kameo/actor/handler.hpp>
#include <kameo/actor/stream.hpp>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace kameo {

/// What answers one callback, chosen at run time: see Runtime::provide. Calls run concurrently on
/// the runtime's executor, so it guards its own state. `callback` and `stream_callback` make one of
/// a function of values.
using CallbackFunction = std::function<Reply<actor::Message>(actor::Message, actor::Streams)>;

namespace detail {

template <class Request>
[[nodiscard]] Result<Request> take_request(actor::Message message) {
  if constexpr (std::is_same_v<Request, actor::Payload>) {
    auto payload = std::move(message).payload();
    if (!payload) return payload.error();
    return actor::Payload(std::move(*payload));
  } else {
    return std::move(message).template take<Request>();
  }
}

template <class Output>
[[nodiscard]] actor::Message answer_of(Result<Output> answer) {
  if constexpr (std::is_void_v<Output>) {
    return actor::Message::from_payload({});
  } else if constexpr (std::is_same_v<Output, actor::Payload>) {
    return actor::Message::from_payload(std::move(answer->bytes));
  } else {
    return actor::Message::of(std::move(*answer));
  }
}

// Coroutines of their own, whose parameters live in their frames.
template <class Request, class Function>
Reply<actor::Message> answer_callback(std::shared_ptr<Function> handler, actor::Message message,
                                      actor::Streams streams) {
  if (auto fits = streams.fit(false, false); !fits) co_return fits.error();
  auto request = take_request<Request>(std::move(message));
  if (!request) co_return request.error();
  auto running = (*handler)(std::move(*request));
  auto answer = co_await std::move(running);
  if (!answer) co_return answer.error();
  co_return answer_of(std::move(answer));
}

template <class Request, class Item, class Function>
Reply<actor::Message> stream_from_callback(std::shared_ptr<Function> handler,
                                           actor::Message message, actor::Streams streams) {
  if (auto fits = streams.fit(true, false); !fits) co_return fits.error();
  auto request = take_request<Request>(std::move(message));
  if (!request) co_return request.error();
  auto running = (*handler)(std::move(*request), streams.template sink<Item>());
  auto ended = co_await std::move(running);
  if (!ended) co_return ended.error();
  co_return actor::Message::from_payload({});
}

}  // namespace detail

/// `handler` takes a Request and gives a `Reply<T>`. Request and T may be generated types, or
/// actor::Payload for those that are known at run time only.
///
///     runtime.provide("market.Price", kameo::callback<trading::MarketPrice>(
///         [&](trading::MarketPrice request) { return price_of(request.symbol); }));
template <class Request, class Function>
[[nodiscard]] CallbackFunction callback(Function handler) {
  auto shared = std::make_shared<Function>(std::move(handler));
  return [shared](actor::Message message, actor::Streams streams) {
    return detail::answer_callback<Request, Function>(shared, std::move(message),
                                                      std::move(streams));
  };
}

/// The same for a callback that streams: `handler` takes a Request and a `Sink<Item>` and gives a
/// `Reply<void>`.
template <class Request, class Item, class Function>
[[nodiscard]] CallbackFunction stream_callback(Function handler) {
  auto shared = std::make_shared<Function>(std::move(handler));
  return [shared](actor::Message message, actor::Streams streams) {
    return detail::stream_from_callback<Request, Item, Function>(shared, std::move(message),
                                                                 std::move(streams));
  };
}

}  // namespace kameo
