// kameo-simulation [--seeds N] [--first S] [--threads T] [--least N]   many seeds; stops at the
//                                                                      first violation, exit code 1
// kameo-simulation --seed S                                            one seed, with its trace

#include "crash_report.hpp"
#include "ledger.hpp"
#include "run.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace kameo::simulation;

namespace {

int replay(std::uint64_t seed) {
  set_current_seed(seed);
  try {
    run_seed(seed, [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  } catch (const std::exception& violation) {
    std::printf("violation: %s\n", violation.what());
    return 1;
  }
  std::puts("no violation");
  return 0;
}

/// Many seeds on many threads, up to the first that goes wrong.
class Runs {
 public:
  Runs(const char* program, std::uint64_t first, std::uint64_t seeds)
      : program_(program), first_(first), seeds_(seeds) {}

  void work() {
    Coverage own;
    for (auto i = next_++; i < seeds_ && !failed_; i = next_++) {
      set_current_seed(first_ + i);
      try {
        own.add(run_seed(first_ + i));
      } catch (const std::exception& violation) {
        tell(first_ + i, violation.what());
      }
    }
    const std::lock_guard lock(mutex_);
    coverage_.add(own);
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// When all threads are done.
  [[nodiscard]] const Coverage& coverage() const noexcept { return coverage_; }

 private:
  void tell(std::uint64_t seed, const char* what) {
    const std::lock_guard lock(mutex_);
    if (failed_.exchange(true)) return;  // the other threads' first violation is one too many
    const auto number = std::to_string(seed);
    std::printf("seed %s: %s\nreplay: %s --seed %s\n", number.c_str(), what, program_,
                number.c_str());
  }

  const char* program_;
  std::uint64_t first_;
  std::uint64_t seeds_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // guards the output and coverage_
  Coverage coverage_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Two sessions, a pipe that splits, delays and cuts, and chance");
  std::uint64_t seeds = 100'000;
  std::uint64_t first = 1;
  std::uint64_t one = 0;
  std::uint64_t least = 1000;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--seeds", seeds, "how many")->capture_default_str();
  app.add_option("--first", first, "the first seed")->capture_default_str();
  app.add_option("--threads", threads, "how many seeds at a time")->capture_default_str();
  app.add_option("--least", least, "how often each frame type of a side and each outcome must come")
      ->capture_default_str();
  const auto* only = app.add_option("--seed", one, "this one, with its trace");
  CLI11_PARSE(app, argc, argv);
  report_crashes_of(argv[0]);
  if (*only) return replay(one);

  const auto start = std::chrono::steady_clock::now();
  Runs runs(argv[0], first, seeds);
  std::vector<std::thread> pool;
  for (unsigned i = 0; i < threads; ++i) pool.emplace_back([&] { runs.work(); });
  for (auto& thread : pool) thread.join();
  if (runs.failed()) return 1;

  const auto& coverage = runs.coverage();
  for (const auto& line : coverage.lines()) std::printf("%s\n", line.c_str());
  const auto missing = coverage.lines_below(least);
  for (const auto& line : missing) std::printf("too few %s\n", line.c_str());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%llu seeds, %llu steps, %llu calls, %.1f s\n",
              static_cast<unsigned long long>(seeds),
              static_cast<unsigned long long>(coverage.steps),
              static_cast<unsigned long long>(coverage.calls), took.count());
  return missing.empty() ? 0 : 1;
}
