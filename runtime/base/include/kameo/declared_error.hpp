#pragma once

#include <kameo/codec.hpp>
#include <kameo/error.hpp>

#include <concepts>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace kameo {

/// A generated struct that the IDL declares as the error of some handler or callback.
template <class T>
concept DeclaredError = requires {
  { T::error_name } -> std::convertible_to<std::string_view>;
};

/// The value as what a handler returns for it: `co_return
/// kameo::declared_error(MarketClosed(now))`. A value that cannot travel gives the error that says
/// so.
template <DeclaredError T>
[[nodiscard]] Error declared_error(const T& value) {
  auto payload = encode_payload(value);
  if (!payload) return payload.error();
  std::ostringstream text;
  text << value;
  ErrorData data;
  data.code = errc::declared;
  data.message = text.str();
  data.declared = std::string(T::error_name);
  data.payload = std::move(*payload);
  return Error(std::move(data));
}

/// The declared error that a call ended with, if it is a T: the way back from `declared_error`.
template <DeclaredError T>
[[nodiscard]] std::optional<T> declared_as(const Error& error) {
  if (error.code() != errc::declared || error.data().declared != T::error_name) return {};
  auto value = decode_payload<T>(error.data().payload);
  if (!value) return {};  // the other side has a T of another shape: not one that we know
  return std::move(*value);
}

}  // namespace kameo
