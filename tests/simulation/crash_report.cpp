#include "crash_report.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

// Only where a sanitizer is linked in; it ends the process itself, without a signal.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace kameo::simulation {
namespace {

const char* g_program = "kameo-simulation";
thread_local std::uint64_t t_seed = 0;

void put(const char* text, std::size_t size) noexcept {
  if (::write(STDOUT_FILENO, text, size) < 0) return;  // nobody reads: nothing else can be done
}

/// Only what a signal handler may do.
void tell_seed() noexcept {
  static constexpr char said[] = "crashed\nreplay: ";
  static constexpr char option[] = " --seed ";
  std::array<char, 24> number;
  auto* end = std::to_chars(number.data(), number.data() + number.size() - 1, t_seed).ptr;
  *end++ = '\n';
  put(said, sizeof said - 1);
  put(g_program, std::strlen(g_program));
  put(option, sizeof option - 1);
  put(number.data(), static_cast<std::size_t>(end - number.data()));
}

extern "C" void on_crash(int signal) {
  tell_seed();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void report_crashes_of(const char* program) noexcept {
  g_program = program;
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback([] { tell_seed(); });
    return;
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(signal, on_crash);
}

void set_current_seed(std::uint64_t seed) noexcept {
  t_seed = seed;
}

}  // namespace kameo::simulation
