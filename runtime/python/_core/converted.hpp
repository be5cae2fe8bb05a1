#pragma once

#include "codec.hpp"

#include <kameo/schema/conversion.hpp>

/// Payloads of a parent whose schema is not ours. `with` is null where both write them alike.
namespace kameo::python {

/// The value of a payload that came. Empty with a ValueError set, too, where it can't be ours.
[[nodiscard]] Ref decode_converted(const Node& node, const schema::Conversion* with,
                                   ByteView payload, const CodecLimits& limits);

/// Makes `payload`, which is ours, the parent's; it stands in `memory` then. False with a
/// ValidationError set.
[[nodiscard]] bool convert_for_parent(const schema::Conversion* with, ByteView& payload,
                                      Bytes& memory, const CodecLimits& limits);

}  // namespace kameo::python
