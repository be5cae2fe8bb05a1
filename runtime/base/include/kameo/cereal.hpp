#pragma once

#include <kameo/box.hpp>
#include <kameo/bytes.hpp>
#include <kameo/decimal.hpp>
#include <kameo/numeric_array.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

#include <utility>
#include <vector>

/// What cereal's archives need to know of kameo's value types; generated `cereal.hpp` headers
/// include it. Needs cereal's own headers, which nothing else of kameo does.
/// Not for bytes that strangers wrote: cereal takes memory as its input claims.
namespace kameo {

template <class Archive>
void serialize(Archive& archive, Uuid& value) {
  archive(cereal::make_nvp("bytes", value.bytes));
}

template <class Archive>
void serialize(Archive& archive, Decimal& value) {
  archive(cereal::make_nvp("high", value.high), cereal::make_nvp("low", value.low),
          cereal::make_nvp("exponent", value.exponent),
          cereal::make_nvp("negative", value.negative));
}

template <class Archive, class T>
void serialize(Archive& archive, Box<T>& value) {
  archive(cereal::make_nvp("value", *value));
}

template <class Archive, class T, std::uint32_t... Dims>
void save(Archive& archive, const NumericArray<T, Dims...>& value) {
  archive(cereal::make_nvp("shape", value.shape()),
          cereal::make_nvp("values", std::vector<T>(value.values().begin(), value.values().end())));
}
template <class Archive, class T, std::uint32_t... Dims>
void load(Archive& archive, NumericArray<T, Dims...>& value) {
  typename NumericArray<T, Dims...>::Shape shape{};
  std::vector<T> values;
  archive(cereal::make_nvp("shape", shape), cereal::make_nvp("values", values));
  value = NumericArray<T, Dims...>(shape, std::move(values));
}

}  // namespace kameo
