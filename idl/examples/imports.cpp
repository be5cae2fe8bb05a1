#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr auto all = std::to_array<Example>({
    {Code::import_not_found, Frame::file, R"(kameo: 1
package: shop
import: [moneey.yaml])",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money)"},
    {Code::import_cycle, Frame::file, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money
import: [example.yaml])",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money)"},
    {Code::imported_twice, Frame::file, R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml, ./money.yaml]
# money.yaml
kameo: 1
package: money)",
     R"(# example.yaml
kameo: 1
package: shop
import: [money.yaml]
# money.yaml
kameo: 1
package: money)"},
});

}  // namespace

std::span<const Example> of_imports() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
