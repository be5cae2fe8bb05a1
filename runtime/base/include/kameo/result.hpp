#pragma once

#include <kameo/concat.hpp>
#include <kameo/error.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace kameo {

/// A T, or why there is none. What `co_await` on a call gives: a child that died is an expected
/// outcome, not an exception. `value()` throws the Error for those who like that better.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  /// Neither yet: the error `internal`. For what makes its results before it has them, as asio's
  /// co_spawn does.
  Result() : Result(Error(errc::internal, "there is no result yet")) {}
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Undefined without a value: ask first.
  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// The value; throws the Error where there is none.
  T& value() & {
    if (!has_value()) throw error();
    return **this;
  }
  const T& value() const& {
    if (!has_value()) throw error();
    return **this;
  }
  T&& value() && {
    if (!has_value()) throw error();
    return std::move(**this);
  }
  template <class U>
  [[nodiscard]] T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

  /// Undefined with a value: ask first.
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (!has_value()) throw error();
  }
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<std::monostate, Error> state_;
};

/// An Error whose message is its parts put together: `fail(errc::over_limit, "frame of ", n)`.
template <class... Parts>
[[nodiscard]] Error fail(errc code, const Parts&... parts) {
  return Error(code, concat(parts...));
}

}  // namespace kameo
