#include "examples/examples.hpp"

#include <kameo/concat.hpp>
#include <kameo/idl/explain.hpp>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

using examples::Example;
using examples::Frame;

std::string framed(Frame frame, std::string_view text) {
  constexpr std::string_view package = "kameo: 1\npackage: shop\n";
  switch (frame) {
    case Frame::file:
      return concat(text, "\n");
    case Frame::package:
      return concat(package, text, text.empty() ? "" : "\n");
    case Frame::types:
      return concat(package, "types:\n", text, "\n");
    case Frame::pool:
      break;
  }
  return concat(R"(# pool.yaml
kameo: 1
schema: shop.yaml
actors:
)",
                text, R"(
# shop.yaml
kameo: 1
package: shop
callbacks:
  rates: {Rate: {reply: f64}}
actors:
  Till: {uses: [rates], config: {drawer: u8}}
)");
}

}  // namespace

CodeExample example_of(Code code) {
  using namespace examples;
  const auto families = std::to_array(
      {of_yaml(), of_names(), of_keys(), of_values(), of_imports(), of_pools(), of_style()});
  for (const auto& family : families) {
    const auto found = std::find_if(family.begin(), family.end(),
                                    [code](const Example& each) { return each.code == code; });
    if (found == family.end()) continue;
    return {code, framed(found->frame, found->bad), framed(found->frame, found->good)};
  }
  return {code, "", ""};
}

}  // namespace kameo::idl
