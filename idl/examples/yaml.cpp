#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::tab_indentation, Frame::types, R"(	Item: {struct: {name: string}})",
     R"(  Item: {struct: {name: string}})"},
    {Code::yaml_syntax, Frame::package, R"(doc: Prices: what things cost.)",
     R"(doc: "Prices: what things cost.")"},
    {Code::several_documents, Frame::package, R"(---
kameo: 1
package: other)",
     R"(# the other package has a file of its own)"},
    {Code::duplicate_key, Frame::types, R"(  Item: {struct: {name: string, name: string}})",
     R"(  Item: {struct: {name: string, brand: string}})"},
    {Code::alias_or_anchor, Frame::types, R"(  Item: &item {struct: {name: string}}
  Gift: *item)",
     R"(  Item: {struct: {name: string}}
  Gift: {alias: Item})"},
    {Code::yaml_tag, Frame::types, R"(  Item: {struct: {name: !text string}})",
     R"(  Item: {struct: {name: string}})"},
    {Code::unquoted_word, Frame::types, R"(  Country: {enum: [se, dk, no]})",
     R"(  Country: {enum: [se, dk, "no"]})"},
    {Code::number_as_text, Frame::types,
     R"(  Item: {struct: {version: {type: string, default: 1.10}}})",
     R"(  Item: {struct: {version: {type: string, default: "1.10"}}})"},
    {Code::comma_in_type, Frame::types, R"(  Item: {struct: {prices: map<string, u32>}})",
     R"(  Item: {struct: {prices: map<string; u32>}})"},
    {Code::empty_file, Frame::file, R"(# nothing but a comment)", R"(kameo: 1
package: shop)"},
    {Code::key_not_a_word, Frame::types, R"(  Item: {struct: {[a, b]: string}})",
     R"(  Item: {struct: {a: string, b: string}})"},
});

}  // namespace

std::span<const Example> of_yaml() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
