#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::bad_name, Frame::types, R"(  item: {struct: {unitPrice: f64}})",
     R"(  Item: {struct: {unit_price: f64}})"},
    {Code::reserved_word, Frame::types, R"(  Item: {struct: {class: string}})",
     R"(  Item: {struct: {category: string}})"},
    {Code::name_taken, Frame::types, R"(  Till: {struct: {number: u32}}
actors:
  Till: {handlers: {}})",
     R"(  TillInfo: {struct: {number: u32}}
actors:
  Till: {handlers: {}})"},
    {Code::unknown_type, Frame::types, R"(  Item: {struct: {name: string}}
  Cart: {struct: {items: list<Itme>}})",
     R"(  Item: {struct: {name: string}}
  Cart: {struct: {items: list<Item>}})"},
    {Code::bad_type, Frame::types, R"(  Item: {struct: {sizes: list<u32>>}})",
     R"(  Item: {struct: {sizes: list<u32>}})"},
    {Code::wrong_arguments, Frame::types, R"(  Item: {struct: {prices: map<string>}})",
     R"(  Item: {struct: {prices: map<string; f64>}})"},
    {Code::optional_of_optional, Frame::types,
     R"(  Item: {struct: {note: optional<optional<string>>}})",
     R"(  Item: {struct: {note: optional<string>}})"},
    {Code::bad_key_type, Frame::types, R"(  Item: {struct: {by_price: map<f64; string>}})",
     R"(  Item: {struct: {by_cents: map<u32; string>}})"},
    {Code::carries_nothing, Frame::types, R"(  Nothing: {struct: {}}
  Item: {struct: {many: list<Nothing>}})",
     R"(  Item: {struct: {many: u32}})"},
    {Code::infinite_type, Frame::types, R"(  Box: {struct: {inside: Box}})",
     R"(  Box: {struct: {inside: optional<Box>}})"},
    {Code::alias_cycle, Frame::types, R"(  Price: {alias: Cost}
  Cost: {alias: Price})",
     R"(  Price: {alias: decimal}
  Cost: {alias: Price})"},
    {Code::bad_dimensions, Frame::types, R"(  Item: {struct: {corners: fixed<f64; 0>}})",
     R"(  Item: {struct: {corners: fixed<f64; 4>}})"},
    {Code::bad_array_element, Frame::types, R"(  Item: {struct: {names: array<string>}})",
     R"(  Item: {struct: {names: list<string>}})"},
    {Code::not_a_struct, Frame::types, R"(  Side: {enum: [buy, sell]}
actors:
  Till: {handlers: {pay: {request: Side}}})",
     R"(  Side: {enum: [buy, sell]}
actors:
  Till: {handlers: {pay: {request: {side: Side}}}})"},
    {Code::unknown_module, Frame::package, R"(callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rate]})",
     R"(callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates]})"},
    {Code::generated_name, Frame::package, R"(actors:
  Till: {handlers: {on_start: {request: {drawer: u32}}}})",
     R"(actors:
  Till: {config: {drawer: u32}})"},
    {Code::module_clash, Frame::package, R"(callbacks:
  shop: {Rate: {reply: f64}})",
     R"(callbacks:
  rates: {Rate: {reply: f64}})"},
    {Code::made_name_clash, Frame::types, R"(  TillPay: {struct: {amount: decimal}}
actors:
  Till: {handlers: {pay: {request: {amount: decimal}}}})",
     R"(  Payment: {struct: {amount: decimal}}
actors:
  Till: {handlers: {pay: {request: {amount: decimal}}}})"},
    {Code::type_too_large, Frame::types, R"(  Image: {struct: {pixels: fixed<u64; 4000000>}})",
     R"(  Image: {struct: {pixels: array<u64>}})"},
    {Code::not_imported, Frame::file, R"(# example.yaml
kameo: 1
package: shop
import: [sales.yaml]
types:
  Item: {struct: {price: money.Money}}
# sales.yaml
kameo: 1
package: sales
import: [money.yaml]
# money.yaml
kameo: 1
package: money
types:
  Money: {struct: {amount: decimal}})",
     R"(# example.yaml
kameo: 1
package: shop
import: [sales.yaml, money.yaml]
types:
  Item: {struct: {price: money.Money}}
# sales.yaml
kameo: 1
package: sales
import: [money.yaml]
# money.yaml
kameo: 1
package: money
types:
  Money: {struct: {amount: decimal}})"},
});

}  // namespace

std::span<const Example> of_names() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
