#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::missing_doc, Frame::types, R"(  Item: {struct: {name: string}})",
     R"(  Item: {doc: A thing to buy., struct: {name: string}})"},
    {Code::unused_type, Frame::types, R"(  Item: {doc: A thing., struct: {name: string}}
actors:
  Till: {doc: Takes money., handlers: {close: {}}})",
     R"(  Item: {doc: A thing., struct: {name: string}}
actors:
  Till: {doc: Takes money., handlers: {sell: {request: Item}}})"},
    {Code::wide_integer, Frame::types, R"(  Item: {doc: A thing., struct: {cents: u64}})",
     R"(  Item: {doc: A thing., struct: {cents: {type: u64, max: 1000000}}})"},
    {Code::repeated_name, Frame::types, R"(  Side: {doc: Which., enum: [side_buy, side_sell]})",
     R"(  Side: {doc: Which., enum: [buy, sell]})"},
    {Code::unused_import, Frame::file, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money)",
     R"(# example.yaml
kameo: 1
package: shop)"},
    {Code::unused_module, Frame::package, R"(callbacks:
  rates: {doc: Prices., Rate: {reply: f64}}
actors:
  Till: {doc: Takes money., handlers: {}})",
     R"(callbacks:
  rates: {doc: Prices., Rate: {reply: f64}}
actors:
  Till: {doc: Takes money., uses: [rates]})"},
    {Code::deprecated_use, Frame::types,
     R"(  Cents: {doc: Money., deprecated: use decimal, alias: u32}
  Item: {doc: A thing., struct: {price: Cents}})",
     R"(  Cents: {doc: Money., deprecated: use decimal, alias: u32}
  Item: {doc: A thing., struct: {price: decimal}})"},
    {Code::number_as_time, Frame::types, R"(  Item: {doc: A thing., struct: {lasts_days: u32}})",
     R"(  Item: {doc: A thing., struct: {lasts: duration}})"},
});

}  // namespace

std::span<const Example> of_style() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
