#include <kameo/idl/explain.hpp>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

// In order of the codes. Those that are missing cannot be shown: a file that is not there, bytes
// that no terminal shows, 65,537 enum values.
constexpr std::array examples = std::to_array<CodeExample>({
    {Code::tab_indentation, R"(kameo: 1
package: shop
types:
	Item: {struct: {name: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
)"},
    {Code::yaml_syntax, R"(kameo: 1
package: shop
doc: Prices: what things cost.
)",
     R"(kameo: 1
package: shop
doc: "Prices: what things cost."
)"},
    {Code::several_documents, R"(kameo: 1
package: shop
---
kameo: 1
package: other
)",
     R"(kameo: 1
package: shop
# the other package has a file of its own
)"},
    {Code::duplicate_key, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string, name: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string, brand: string}}
)"},
    {Code::alias_or_anchor, R"(kameo: 1
package: shop
types:
  Item: &item {struct: {name: string}}
  Gift: *item
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
  Gift: {alias: Item}
)"},
    {Code::yaml_tag, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: !text string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
)"},
    {Code::unquoted_word, R"(kameo: 1
package: shop
types:
  Country: {enum: [se, dk, no]}
)",
     R"(kameo: 1
package: shop
types:
  Country: {enum: [se, dk, "no"]}
)"},
    {Code::number_as_text, R"(kameo: 1
package: shop
types:
  Item: {struct: {version: {type: string, default: 1.10}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {version: {type: string, default: "1.10"}}}
)"},
    {Code::comma_in_type, R"(kameo: 1
package: shop
types:
  Item: {struct: {prices: map<string, u32>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {prices: map<string; u32>}}
)"},
    {Code::empty_file, R"(# nothing but a comment
)",
     R"(kameo: 1
package: shop
)"},
    {Code::key_not_a_word, R"(kameo: 1
package: shop
types:
  Item: {struct: {[a, b]: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {a: string, b: string}}
)"},
    {Code::bad_name, R"(kameo: 1
package: shop
types:
  item: {struct: {unitPrice: f64}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {unit_price: f64}}
)"},
    {Code::reserved_word, R"(kameo: 1
package: shop
types:
  Item: {struct: {class: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {category: string}}
)"},
    {Code::name_taken, R"(kameo: 1
package: shop
types:
  Till: {struct: {number: u32}}
actors:
  Till: {handlers: {}}
)",
     R"(kameo: 1
package: shop
types:
  TillInfo: {struct: {number: u32}}
actors:
  Till: {handlers: {}}
)"},
    {Code::unknown_type, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
  Cart: {struct: {items: list<Itme>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
  Cart: {struct: {items: list<Item>}}
)"},
    {Code::bad_type, R"(kameo: 1
package: shop
types:
  Item: {struct: {sizes: list<u32>>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {sizes: list<u32>}}
)"},
    {Code::wrong_arguments, R"(kameo: 1
package: shop
types:
  Item: {struct: {prices: map<string>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {prices: map<string; f64>}}
)"},
    {Code::optional_of_optional, R"(kameo: 1
package: shop
types:
  Item: {struct: {note: optional<optional<string>>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {note: optional<string>}}
)"},
    {Code::bad_key_type, R"(kameo: 1
package: shop
types:
  Item: {struct: {by_price: map<f64; string>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {by_cents: map<u32; string>}}
)"},
    {Code::carries_nothing, R"(kameo: 1
package: shop
types:
  Nothing: {struct: {}}
  Item: {struct: {many: list<Nothing>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {many: u32}}
)"},
    {Code::infinite_type, R"(kameo: 1
package: shop
types:
  Box: {struct: {inside: Box}}
)",
     R"(kameo: 1
package: shop
types:
  Box: {struct: {inside: optional<Box>}}
)"},
    {Code::alias_cycle, R"(kameo: 1
package: shop
types:
  Price: {alias: Cost}
  Cost: {alias: Price}
)",
     R"(kameo: 1
package: shop
types:
  Price: {alias: decimal}
  Cost: {alias: Price}
)"},
    {Code::bad_dimensions, R"(kameo: 1
package: shop
types:
  Item: {struct: {corners: fixed<f64; 0>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {corners: fixed<f64; 4>}}
)"},
    {Code::bad_array_element, R"(kameo: 1
package: shop
types:
  Item: {struct: {names: array<string>}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {names: list<string>}}
)"},
    {Code::not_a_struct, R"(kameo: 1
package: shop
types:
  Side: {enum: [buy, sell]}
actors:
  Till: {handlers: {pay: {request: Side}}}
)",
     R"(kameo: 1
package: shop
types:
  Side: {enum: [buy, sell]}
actors:
  Till: {handlers: {pay: {request: {side: Side}}}}
)"},
    {Code::unknown_module, R"(kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rate]}
)",
     R"(kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates]}
)"},
    {Code::generated_name, R"(kameo: 1
package: shop
actors:
  Till: {handlers: {on_start: {request: {drawer: u32}}}}
)",
     R"(kameo: 1
package: shop
actors:
  Till: {config: {drawer: u32}}
)"},
    {Code::module_clash, R"(kameo: 1
package: shop
callbacks:
  shop: {Rate: {reply: f64}}
)",
     R"(kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
)"},
    {Code::made_name_clash, R"(kameo: 1
package: shop
types:
  TillPay: {struct: {amount: decimal}}
actors:
  Till: {handlers: {pay: {request: {amount: decimal}}}}
)",
     R"(kameo: 1
package: shop
types:
  Payment: {struct: {amount: decimal}}
actors:
  Till: {handlers: {pay: {request: {amount: decimal}}}}
)"},
    {Code::type_too_large, R"(kameo: 1
package: shop
types:
  Image: {struct: {pixels: fixed<u64; 4000000>}}
)",
     R"(kameo: 1
package: shop
types:
  Image: {struct: {pixels: array<u64>}}
)"},
    {Code::not_imported, R"(# example.yaml
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
  Money: {struct: {amount: decimal}}
)",
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
  Money: {struct: {amount: decimal}}
)"},
    {Code::bad_version, R"(kameo: 2
package: shop
)",
     R"(kameo: 1
package: shop
)"},
    {Code::missing_key, R"(kameo: 1
types:
  Item: {struct: {name: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
)"},
    {Code::unknown_key, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: {type: string, defualt: pen}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: {type: string, default: pen}}}
)"},
    {Code::wrong_kind, R"(kameo: 1
package: shop
types:
  Item: {struct: [name, price]}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string, price: f64}}
)"},
    {Code::several_forms, R"(kameo: 1
package: shop
actors:
  Till: {handlers: {pay: {reply: bool, stream: bool}}}
)",
     R"(kameo: 1
package: shop
actors:
  Till: {handlers: {pay: {stream: bool}}}
)"},
    {Code::nothing_declared, R"(kameo: 1
package: shop
types:
  Side: {enum: []}
)",
     R"(kameo: 1
package: shop
types:
  Side: {enum: [buy, sell]}
)"},
    {Code::bad_setting, R"(kameo: 1
package: shop
actors:
  Till: {handlers: {pay: {budget: 5}}}
)",
     R"(kameo: 1
package: shop
actors:
  Till: {handlers: {pay: {budget: 5s}}}
)"},
    {Code::listed_twice, R"(kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates, rates]}
)",
     R"(kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates]}
)"},
    {Code::limit_not_for_type, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: {type: string, max: 20}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {name: {type: string, length: ..20}}}
)"},
    {Code::bad_limit, R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u8, max: 1000}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u16, max: 1000}}}
)"},
    {Code::empty_range, R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u8, min: 9, max: 1}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u8, min: 1, max: 9}}}
)"},
    {Code::bad_default, R"(kameo: 1
package: shop
types:
  Side: {enum: [buy, sell]}
  Item: {struct: {side: {type: Side, default: bye}}}
)",
     R"(kameo: 1
package: shop
types:
  Side: {enum: [buy, sell]}
  Item: {struct: {side: {type: Side, default: buy}}}
)"},
    {Code::default_breaks_limit, R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u32, min: 1, default: 0}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {count: {type: u32, min: 1, default: 1}}}
)"},
    {Code::bad_pattern, R"(kameo: 1
package: shop
types:
  Item: {struct: {code: {type: string, pattern: '[A-Z'}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {struct: {code: {type: string, pattern: '[A-Z]+'}}}
)"},
    {Code::default_in_itself, R"(kameo: 1
package: shop
types:
  A: {struct: {b: {type: B, default: {}}}}
  B: {struct: {a: {type: optional<A>, default: {}}}}
)",
     R"(kameo: 1
package: shop
types:
  A: {struct: {b: {type: B, default: {}}}}
  B: {struct: {a: optional<A>}}
)"},
    {Code::import_not_found, R"(kameo: 1
package: shop
import: [moneey.yaml]
)",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
)"},
    {Code::import_cycle, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
import: [example.yaml]
)",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
)"},
    {Code::imported_twice, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml, ./money.yaml]
# money.yaml
kameo: 1
package: money
)",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
)"},
    {Code::unknown_actor, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Tlil, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::module_not_provided, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::two_providers, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
  euro: {provides: rates, handler: "rates:Euro"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::nothing_to_run, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::bad_handler, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "src/till.py", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::bad_config, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1000}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::missing_config, R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till"}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)",
     R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)"},
    {Code::missing_doc, R"(kameo: 1
package: shop
types:
  Item: {struct: {name: string}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {doc: A thing to buy., struct: {name: string}}
)"},
    {Code::unused_type, R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {name: string}}
actors:
  Till: {doc: Takes money., handlers: {close: {}}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {name: string}}
actors:
  Till: {doc: Takes money., handlers: {sell: {request: Item}}}
)"},
    {Code::wide_integer, R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {cents: u64}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {cents: {type: u64, max: 1000000}}}
)"},
    {Code::repeated_name, R"(kameo: 1
package: shop
types:
  Side: {doc: Which., enum: [side_buy, side_sell]}
)",
     R"(kameo: 1
package: shop
types:
  Side: {doc: Which., enum: [buy, sell]}
)"},
    {Code::unused_import, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
)",
     R"(# example.yaml
kameo: 1
package: shop
)"},
    {Code::unused_module, R"(kameo: 1
package: shop
callbacks:
  rates: {doc: Prices., Rate: {reply: f64}}
actors:
  Till: {doc: Takes money., handlers: {}}
)",
     R"(kameo: 1
package: shop
callbacks:
  rates: {doc: Prices., Rate: {reply: f64}}
actors:
  Till: {doc: Takes money., uses: [rates]}
)"},
    {Code::deprecated_use, R"(kameo: 1
package: shop
types:
  Cents: {doc: Money., deprecated: use decimal, alias: u32}
  Item: {doc: A thing., struct: {price: Cents}}
)",
     R"(kameo: 1
package: shop
types:
  Cents: {doc: Money., deprecated: use decimal, alias: u32}
  Item: {doc: A thing., struct: {price: decimal}}
)"},
    {Code::number_as_time, R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {lasts_days: u32}}
)",
     R"(kameo: 1
package: shop
types:
  Item: {doc: A thing., struct: {lasts: duration}}
)"},
});

static_assert(std::is_sorted(examples.begin(), examples.end(),
                             [](const CodeExample& a, const CodeExample& b) {
                               return a.code < b.code;
                             }));

}  // namespace

CodeExample example_of(Code code) noexcept {
  const auto* const found =
      std::find_if(examples.begin(), examples.end(),
                   [code](const CodeExample& each) { return each.code == code; });
  return found == examples.end() ? CodeExample{code, "", ""} : *found;
}

}  // namespace kameo::idl
