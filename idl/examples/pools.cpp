#include "examples/examples.hpp"

#include <array>

namespace kameo::idl::examples {
namespace {

constexpr std::string_view sound_pool =
    R"(  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"})";

constexpr auto all = std::to_array<Example>({
    {Code::unknown_actor, Frame::pool,
     R"(  till: {actor: Tlil, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"})",
     sound_pool},
    {Code::module_not_provided, Frame::pool,
     R"(  till: {actor: Till, handler: "till:Till", config: {drawer: 1}})", sound_pool},
    {Code::two_providers, Frame::pool,
     R"(  till: {actor: Till, handler: "till:Till", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"}
  euro: {provides: rates, handler: "rates:Euro"})",
     sound_pool},
    {Code::nothing_to_run, Frame::pool, R"(  till: {actor: Till, config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"})",
     sound_pool},
    {Code::bad_handler, Frame::pool,
     R"(  till: {actor: Till, handler: "src/till.py", config: {drawer: 1}}
  rates: {provides: rates, handler: "rates:Rates"})",
     sound_pool},
    {Code::bad_config, Frame::pool,
     R"(  till: {actor: Till, handler: "till:Till", config: {drawer: 1000}}
  rates: {provides: rates, handler: "rates:Rates"})",
     sound_pool},
    {Code::missing_config, Frame::pool, R"(  till: {actor: Till, handler: "till:Till"}
  rates: {provides: rates, handler: "rates:Rates"})",
     sound_pool},
});

}  // namespace

std::span<const Example> of_pools() noexcept {
  return all;
}

}  // namespace kameo::idl::examples
