// Every ask that a test run made has ended exactly once.

#include <kameo/actor/ledger.hpp>

#include <run_tests.hpp>

#include <cstdio>

bool holds_at_the_end() {
  using kameo::actor::Ledger;
  const auto asked = Ledger::count_asked();
  const auto ended = Ledger::count_ended();
  if (asked == ended) return true;
  std::fprintf(stderr, "%llu asks were made and %llu ended:\n",
               static_cast<unsigned long long>(asked), static_cast<unsigned long long>(ended));
  for (unsigned short code = 0; code < 64; ++code) {
    const auto outcome = static_cast<kameo::errc>(code);
    const auto count = Ledger::count_ended(outcome);
    if (count == 0) continue;
    const auto name = code == 0 ? std::string_view("reply") : kameo::to_string(outcome);
    std::fprintf(stderr, "  %.*s: %llu\n", static_cast<int>(name.size()), name.data(),
                 static_cast<unsigned long long>(count));
  }
  return false;
}
