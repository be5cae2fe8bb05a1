#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::bad_version, Frame::file, R"(kameo: 2
package: shop)",
     R"(kameo: 1
package: shop)"},
    {Code::missing_key, Frame::file, R"(kameo: 1
types:
  Item: {struct: {name: string}})",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}})"},
    {Code::unknown_key, Frame::types, R"(  Item: {struct: {name: {type: string, defualt: pen}}})",
     R"(  Item: {struct: {name: {type: string, default: pen}}})"},
    {Code::wrong_kind, Frame::types, R"(  Item: {struct: [name, price]})",
     R"(  Item: {struct: {name: string, price: f64}})"},
    {Code::several_forms, Frame::package, R"(actors:
  Till: {handlers: {pay: {reply: bool, stream: bool}}})",
     R"(actors:
  Till: {handlers: {pay: {stream: bool}}})"},
    {Code::nothing_declared, Frame::types, R"(  Side: {enum: []})",
     R"(  Side: {enum: [buy, sell]})"},
    {Code::bad_setting, Frame::package, R"(actors:
  Till: {handlers: {pay: {budget: 5}}})",
     R"(actors:
  Till: {handlers: {pay: {budget: 5s}}})"},
    {Code::listed_twice, Frame::package, R"(callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates, rates]})",
     R"(callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates]})"},
});

}  // namespace

std::span<const Example> of_keys() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
