#pragma once

#include "plan.hpp"

#include <kameo/bytes.hpp>
#include <kameo/coder.hpp>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::python {

/// Where in a value the encoder is; a chain on the stack, turned into text only for a message.
struct Step {
  const Step* up = nullptr;
  const FieldPlan* field = nullptr;  ///< `.size`
  PyObject* key = nullptr;           ///< of a map: `['AAPL']`
  Py_ssize_t index = -1;             ///< `[2]`
  std::string_view variant{};        ///< `.limit`
  bool secret = false;               ///< of a variant's one value
};

/// One payload being written, and what was wrong with the value. After a violation the bytes are
/// of no use, but the walk goes on to find the other ones.
struct Encoding {
  Bytes& memory;
  CodecLimits limits;
  std::string_view name;
  std::size_t at = 0;
  std::uint32_t depth = 0;
  std::vector<std::string> violations{};

  std::byte* room(std::size_t size) {
    if (memory.size() - at < size) grow(size);
    return memory.data() + at;
  }
  template <class Number>
  void put(Number number) {
    std::memcpy(room(sizeof number), &number, sizeof number);
    at += sizeof number;
  }
  void raw(const void* data, std::size_t size) {
    if (size != 0) std::memcpy(room(size), data, size);
    at += size;
  }
  void count(std::size_t n) { put(static_cast<std::uint32_t>(n)); }
  void align(std::size_t alignment);

  /// `path: expected what, got value`. Always true, so that the walk goes on; `value` null for a
  /// text of its own in `what`.
  bool violate(const Step* step, std::string_view what, PyObject* value);

 private:
  void grow(std::size_t size);
};

/// `expected u32 in 1..10000`
std::string expected(const Node& node, const Rules* rules);
/// Tells that the value is not of the type at all, or breaks a rule of its field; always true.
bool wrong(Encoding& out, const Node& node, PyObject* value, const Step* step, const Rules* rules);
/// Of text in code points, of others in bytes or elements.
bool keeps_size(const Rules* rules, Py_ssize_t size);

// Each writes one value; false with an exception set, which a violation is not. `rules` are those
// of the field that the value stands in.
bool put_scalar(Encoding& out, const Node& node, PyObject* value, const Step* step,
                const Rules* rules);
bool put_named(Encoding& out, const Node& node, PyObject* value, const Step* step);
bool put_value(Encoding& out, const Node& node, PyObject* value, const Step* step,
               const Rules* rules = nullptr);

}  // namespace kameo::python
