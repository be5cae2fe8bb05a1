#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace kameo {

/// How many elements an array of these dimensions has; the largest uint64 where the product does
/// not fit, so that dimensions from elsewhere cannot wrap it to something small.
[[nodiscard]] constexpr std::uint64_t element_count(std::span<const std::uint32_t> shape) noexcept {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t product = 1;
  for (const auto dim : shape) {
    if (dim == 0) return 0;
    product = product > most / dim ? most : product * dim;
  }
  return product;
}

/// Numbers side by side; the C++ type of the IDL's `array<T>` and `array<T; 3x5>`. `Dims` are the
/// declared dimensions, row-major, 0 where any length goes; none declared is one of any length.
/// Travels as one block, without work per element.
template <class T, std::uint32_t... Dims>
class NumericArray {
 public:
  static constexpr std::size_t rank = sizeof...(Dims) == 0 ? 1 : sizeof...(Dims);
  using Shape = std::array<std::uint32_t, rank>;

  /// Every dimension as declared, those of any length 0.
  NumericArray() : shape_(declared()), values_(element_count(shape_)) {}
  /// One dimension of any length.
  NumericArray(std::vector<T> values)  // NOLINT(google-explicit-constructor)
    requires(sizeof...(Dims) == 0)
      : shape_{static_cast<std::uint32_t>(values.size())}, values_(std::move(values)) {}
  /// `shape` must agree with the declared dimensions and `values` must have their product of
  /// elements; `is_valid` says whether that is so, and nothing is sent where it is not.
  NumericArray(Shape shape, std::vector<T> values) : shape_(shape), values_(std::move(values)) {}

  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::span<const T> values() const noexcept { return values_; }
  [[nodiscard]] std::span<T> values() noexcept { return values_; }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

  /// The declared dimensions.
  [[nodiscard]] static constexpr Shape declared() noexcept {
    if constexpr (sizeof...(Dims) == 0) {
      return Shape{0};
    } else {
      return Shape{Dims...};
    }
  }
  [[nodiscard]] bool is_valid() const noexcept {
    for (std::size_t i = 0; i < rank; ++i) {
      if (declared()[i] != 0 && declared()[i] != shape_[i]) return false;
    }
    return element_count(shape_) == values_.size();
  }

  friend bool operator==(const NumericArray&, const NumericArray&) = default;

 private:
  Shape shape_;
  std::vector<T> values_;
};

}  // namespace kameo
