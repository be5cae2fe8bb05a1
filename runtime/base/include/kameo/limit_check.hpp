#pragma once

#include <kameo/box.hpp>
#include <kameo/error.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// The IDL's limits (`min`, `length`, `pattern` …) of values of generated types. A type that has
/// some, or holds another that does, has beside it
///
///     void check_limits(kameo::LimitCheck& check, const Order& value);
///
/// and what encodes and decodes calls it: `encode_payload`, `decode_payload`, a ref to an actor in
/// this process. Types without limits cost nothing.
namespace kameo {

/// Walks one value and collects what breaks a limit, each with its path:
/// `Order.lines[2].size: expected u32 in 1..10000, got 0`.
/// Thread-safety: none.
class LimitCheck {
 public:
  /// One step into the value, for as long as it lives: into a field or variant, an element, or the
  /// value of a map's key. Nothing of what is inside a secret field is ever shown.
  class Step {
   public:
    Step(LimitCheck& check, std::string_view field, bool secret = false) noexcept
        : Step(check, field, 0, secret) {}
    Step(LimitCheck& check, std::size_t index) noexcept : Step(check, {}, index, false) {}
    Step(LimitCheck& check, const void* key, std::string (*show)(const void*)) noexcept
        : Step(check, {}, 0, false) {
      key_ = key;
      show_ = show;
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { check_.at_ = up_; }

   private:
    friend class LimitCheck;
    Step(LimitCheck& check, std::string_view field, std::size_t index, bool secret) noexcept
        : check_(check), up_(check.at_), field_(field), index_(index), secret_(secret) {
      check.at_ = this;
    }

    LimitCheck& check_;
    const Step* up_;
    std::string_view field_;
    std::size_t index_;
    bool secret_;
    const void* key_ = nullptr;
    std::string (*show_)(const void*) = nullptr;
  };

  /// What a message calls the value that the walk started with: its type, or `value` where the walk
  /// started at a list of them. Later names are of inner values.
  void name(std::string_view type) noexcept {
    if (name_.empty()) name_ = at_ == nullptr ? type : "value";
  }
  /// Whether where we are now lies within a secret field.
  [[nodiscard]] bool in_secret() const noexcept;
  /// Notes that what is here is not `expected`. `got` is left out within a secret field.
  void violate(std::string_view expected, std::string_view got);

  /// All that was found; of more than a hundred the first hundred.
  [[nodiscard]] const std::vector<std::string>& violations() const noexcept { return violations_; }
  /// The first one, and how many more there are, as `code`; none where all limits are kept.
  [[nodiscard]] std::optional<Error> error(errc code) const;

 private:
  void append_path(std::string& out, const Step* step) const;

  std::string_view name_;
  const Step* at_ = nullptr;
  std::vector<std::string> violations_;
};

namespace detail {

/// A map's key for a path: `[7]`, `["AAPL"]`.
[[nodiscard]] std::string key_text(std::string_view key);
template <class Key>
std::string show_key(const void* key) {
  const auto& value = *static_cast<const Key*>(key);
  if constexpr (std::is_same_v<Key, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<Key>) {
    return std::to_string(value);
  } else if constexpr (std::is_convertible_v<const Key&, std::string_view>) {
    return key_text(value);
  } else if constexpr (requires { std::string(to_string(value)); }) {
    return std::string(to_string(value));
  } else {
    return "…";  // bytes
  }
}

/// How to find the limits within a T. `any` is known where T is complete.
template <class T>
struct LimitsOf {
  static constexpr bool any =
      requires(LimitCheck& check, const T& value) { check_limits(check, value); };
  static void walk(LimitCheck& check, const T& value) {
    if constexpr (any) check_limits(check, value);
  }
};

template <class Sequence>
void walk_elements(LimitCheck& check, const Sequence& elements) {
  std::size_t index = 0;
  for (const auto& element : elements) {
    const LimitCheck::Step step(check, index++);
    LimitsOf<typename Sequence::value_type>::walk(check, element);
  }
}

template <class T>
struct LimitsOf<std::optional<T>> {
  static constexpr bool any = LimitsOf<T>::any;
  static void walk(LimitCheck& check, const std::optional<T>& value) {
    if (value) LimitsOf<T>::walk(check, *value);
  }
};
template <class T>
struct LimitsOf<Box<T>> {
  static constexpr bool any = LimitsOf<T>::any;
  static void walk(LimitCheck& check, const Box<T>& value) { LimitsOf<T>::walk(check, *value); }
};
template <class T>
struct LimitsOf<std::vector<T>> {
  static constexpr bool any = LimitsOf<T>::any;
  static void walk(LimitCheck& check, const std::vector<T>& value) {
    if constexpr (any) walk_elements(check, value);
  }
};
template <class T, std::size_t N>
struct LimitsOf<std::array<T, N>> {
  static constexpr bool any = LimitsOf<T>::any;
  static void walk(LimitCheck& check, const std::array<T, N>& value) {
    if constexpr (any) walk_elements(check, value);
  }
};
template <class K, class V>
struct LimitsOf<std::map<K, V>> {
  static constexpr bool any = LimitsOf<V>::any;
  static void walk(LimitCheck& check, const std::map<K, V>& value) {
    if constexpr (any) {
      for (const auto& [key, mapped] : value) {
        const LimitCheck::Step step(check, &key, &show_key<K>);
        LimitsOf<V>::walk(check, mapped);
      }
    }
  }
};
template <class... Ts>
struct LimitsOf<std::tuple<Ts...>> {
  static constexpr bool any = (LimitsOf<Ts>::any || ...);
  static void walk(LimitCheck& check, const std::tuple<Ts...>& value) {
    std::size_t index = 0;
    const auto part = [&check, &index]<class T>(const T& each) {
      const LimitCheck::Step step(check, index++);
      LimitsOf<T>::walk(check, each);
    };
    std::apply([&part](const Ts&... parts) { (part(parts), ...); }, value);
  }
};

}  // namespace detail

/// The limits within what a field holds; for generated code.
template <class T>
void check_inside(LimitCheck& check, std::string_view field, const T& value, bool secret = false) {
  const LimitCheck::Step step(check, field, secret);
  detail::LimitsOf<T>::walk(check, value);
}

/// What `value` breaks of its type's limits, as an error with `code`; none for types without.
template <class T>
[[nodiscard]] std::optional<Error> broken_limits(const T& value, errc code) {
  if constexpr (detail::LimitsOf<T>::any) {
    LimitCheck check;
    detail::LimitsOf<T>::walk(check, value);
    return check.error(code);
  } else {
    return std::nullopt;
  }
}

}  // namespace kameo
