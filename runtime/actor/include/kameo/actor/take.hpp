#pragma once

#include <kameo/actor/clock.hpp>
#include <kameo/actor/message.hpp>
#include <kameo/result.hpp>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

namespace kameo::actor {

/// The T in a reply or an item; `bad_reply` where it is none. T may be Payload.
template <class T>
[[nodiscard]] Result<T> take_reply(Message message) {
  if constexpr (std::is_same_v<T, Payload>) {
    auto payload = std::move(message).payload();
    if (!payload) return payload.error();
    return Payload(std::move(*payload));
  } else {
    auto value = std::move(message).template take<T>();
    if (value) return value;
    auto data = value.error().data();
    data.code = errc::bad_reply;
    return Error(std::move(data));
  }
}

template <class T>
[[nodiscard]] Result<T> take_answer(Result<Message> answer) {
  if (!answer) return answer.error();
  return take_reply<T>(std::move(*answer));
}

/// What is left until then, for a Timer.
[[nodiscard]] inline std::chrono::milliseconds time_left(
    const Clock& clock, std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock.now());
  return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace kameo::actor
