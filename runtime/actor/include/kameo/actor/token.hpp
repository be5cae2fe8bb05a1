#pragma once

#include <asio/use_awaitable.hpp>

#include <type_traits>

namespace kameo {

/// What an asynchronous call of kameo uses where no completion token is given: `co_await` it.
using default_token = asio::use_awaitable_t<>;

namespace detail {

template <class Token>
inline constexpr bool is_default_token = std::is_same_v<std::decay_t<Token>, default_token>;

}  // namespace detail
}  // namespace kameo
