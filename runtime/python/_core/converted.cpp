#include "converted.hpp"

#include "module.hpp"

namespace kameo::python {
namespace {

schema::ConversionLimits limits_of(const CodecLimits& codec) {
  schema::ConversionLimits limits;
  limits.codec = codec;
  return limits;
}

}  // namespace

Ref decode_converted(const Node& node, const schema::Conversion* with, ByteView payload,
                     const CodecLimits& limits) {
  if (with == nullptr) return decode(node, payload, limits);
  Bytes memory;
  const auto ours = with->convert(payload, memory, limits_of(limits));
  if (ours) return decode(node, *ours, limits);
  PyErr_SetString(PyExc_ValueError, ours.error().message().c_str());
  return {};
}

bool convert_for_parent(const schema::Conversion* with, ByteView& payload, Bytes& memory,
                        const CodecLimits& limits) {
  if (with == nullptr) return true;
  const auto theirs = with->convert(payload, memory, limits_of(limits));
  if (!theirs) {
    raise_violations({theirs.error().message()});
    return false;
  }
  payload = *theirs;
  return true;
}

}  // namespace kameo::python
