#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::limit_not_for_type, Frame::types, R"(  Item: {struct: {name: {type: string, max: 20}}})",
     R"(  Item: {struct: {name: {type: string, length: ..20}}})"},
    {Code::bad_limit, Frame::types, R"(  Item: {struct: {count: {type: u8, max: 1000}}})",
     R"(  Item: {struct: {count: {type: u16, max: 1000}}})"},
    {Code::empty_range, Frame::types, R"(  Item: {struct: {count: {type: u8, min: 9, max: 1}}})",
     R"(  Item: {struct: {count: {type: u8, min: 1, max: 9}}})"},
    {Code::bad_default, Frame::types, R"(  Side: {enum: [buy, sell]}
  Item: {struct: {side: {type: Side, default: bye}}})",
     R"(  Side: {enum: [buy, sell]}
  Item: {struct: {side: {type: Side, default: buy}}})"},
    {Code::default_breaks_limit, Frame::types,
     R"(  Item: {struct: {count: {type: u32, min: 1, default: 0}}})",
     R"(  Item: {struct: {count: {type: u32, min: 1, default: 1}}})"},
    {Code::bad_pattern, Frame::types,
     R"(  Item: {struct: {code: {type: string, pattern: '[A-Z'}}})",
     R"(  Item: {struct: {code: {type: string, pattern: '[A-Z]+'}}})"},
    {Code::default_in_itself, Frame::types, R"(  A: {struct: {b: {type: B, default: {}}}}
  B: {struct: {a: {type: optional<A>, default: {}}}})",
     R"(  A: {struct: {b: {type: B, default: {}}}}
  B: {struct: {a: optional<A>}})"},
});

}  // namespace

std::span<const Example> of_values() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
