// kameo-simulation [--seeds N] [--first S] [--threads T] [--least N]   many seeds; exit 1 at a
// violation kameo-simulation --seed S                                            one seed, with its
// trace

#include "run.hpp"

#include "ledger.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

using namespace kameo::simulation;

namespace {

int replay(std::uint64_t seed) {
  try {
    run_seed(seed, [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  } catch (const std::exception& violation) {
    std::printf("violation: %s\n", violation.what());
    return 1;
  }
  std::puts("no violation");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Two sessions, a pipe that splits, delays and cuts, and chance");
  std::uint64_t seeds = 100'000;
  std::uint64_t first = 1;
  std::uint64_t one = 0;
  std::uint64_t least = 0;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--seeds", seeds, "how many");
  app.add_option("--first", first, "the first seed");
  app.add_option("--threads", threads, "how many seeds at a time");
  app.add_option("--least", least, "how often each frame type and outcome must come");
  const auto* only = app.add_option("--seed", one, "this one, with its trace");
  CLI11_PARSE(app, argc, argv);
  if (*only) return replay(one);

  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  Coverage coverage;  // guarded by mutex
  const auto work = [&] {
    Coverage own;
    for (auto i = next++; i < seeds && !failed; i = next++) {
      try {
        own.add(run_seed(first + i));
      } catch (const std::exception& violation) {
        failed = true;
        std::printf("seed %llu: %s\nreplay: %s --seed %llu\n",
                    static_cast<unsigned long long>(first + i), violation.what(), argv[0],
                    static_cast<unsigned long long>(first + i));
      }
    }
    const std::lock_guard lock(mutex);
    coverage.add(own);
  };
  std::vector<std::thread> pool;
  for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work);
  for (auto& thread : pool) thread.join();
  if (failed) return 1;

  const auto missing = coverage.missing(least);
  for (const auto& line : missing) std::printf("too few %s\n", line.c_str());
  std::printf("%llu seeds, %llu steps, %llu calls\n", static_cast<unsigned long long>(seeds),
              static_cast<unsigned long long>(coverage.steps),
              static_cast<unsigned long long>(coverage.calls));
  return missing.empty() ? 0 : 1;
}
