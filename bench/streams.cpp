// What a stream gives by the size of its window, as ratios to a bare socket in the same run: from
// a child to its parent and the other way, in C++ and in Python.
#include <kameo/kameo.hpp>
#include <ticks/ticks.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

using Seconds = std::chrono::duration<double>;

constexpr int rounds = 7;
constexpr Seconds round_time{0.1};

/// Items of so many bytes of text, read with that window.
struct Load {
  std::uint32_t size;
  kameo::StreamWindow window;
};

/// Streams `count` items; throws where one is wrong or missing.
using Way = std::function<void(std::int64_t count)>;

void check(bool ok, const char* what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

// The limit ---------------------------------------------------------------------------------------

/// A forked child that writes items of the size of kameo's frames, 64 KiB or one item at a time.
class Socketpair {
 public:
  explicit Socketpair(std::uint32_t size) : frame_((16 + 20 + size + 7) & ~std::size_t{7}) {
    std::array<int, 2> ends{};
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
    child_ = fork();
    check(child_ >= 0, "fork");
    if (child_ == 0) {
      close(ends[0]);
      serve(ends[1]);
    }
    close(ends[1]);
    fd_ = ends[0];
  }
  Socketpair(const Socketpair&) = delete;
  Socketpair& operator=(const Socketpair&) = delete;
  ~Socketpair() {
    close(fd_);
    waitpid(child_, nullptr, 0);
  }

  void stream(std::int64_t count) {
    check(write(fd_, &count, sizeof count) == sizeof count, "write");
    std::vector<char> buffer(std::max<std::size_t>(65536, frame_) * 2);
    std::size_t have = 0;
    for (std::int64_t number = 0; number < count;) {
      const auto got = read(fd_, buffer.data() + have, buffer.size() - have);
      check(got > 0, "read");
      have += static_cast<std::size_t>(got);
      std::size_t at = 0;
      for (; have - at >= frame_; at += frame_, ++number) {
        std::int64_t said = 0;
        std::memcpy(&said, buffer.data() + at, sizeof said);
        if (said != number) throw std::runtime_error("socketpair: a wrong item");
      }
      have -= at;
      std::memmove(buffer.data(), buffer.data() + at, have);
    }
  }

 private:
  [[noreturn]] void serve(int fd) const {
    const auto batch = std::max<std::size_t>(65536 / frame_, 1);
    std::vector<char> out(batch * frame_);
    std::int64_t count = 0;
    while (read(fd, &count, sizeof count) == sizeof count) {
      for (std::int64_t number = 0; number < count;) {
        const auto now = std::min<std::int64_t>(static_cast<std::int64_t>(batch), count - number);
        for (std::int64_t i = 0; i < now; ++i, ++number) {
          std::memcpy(out.data() + static_cast<std::size_t>(i) * frame_, &number, sizeof number);
        }
        const auto bytes = static_cast<std::size_t>(now) * frame_;
        if (write(fd, out.data(), bytes) != static_cast<ssize_t>(bytes)) _exit(1);
      }
    }
    _exit(0);
  }

  const std::size_t frame_;
  int fd_ = -1;
  pid_t child_ = -1;
};

// kameo -------------------------------------------------------------------------------------------

kameo::Reply<void> write_ticks(std::int64_t count, std::uint32_t size,
                               kameo::Sink<ticks::Tick> output) {
  const std::string symbol(size, 'A');
  for (std::int64_t number = 0; number < count; ++number) {
    ticks::Tick tick(number, 101.25, symbol);
    if (auto sent = co_await output.send(std::move(tick)); !sent) co_return sent.error();
  }
  co_return kameo::Result<void>();
}

kameo::Reply<std::int64_t> read_ticks(kameo::Stream<ticks::Tick> stream) {
  std::int64_t count = 0;
  while (auto tick = co_await stream.next()) {
    if (tick->number != count++) co_return kameo::fail(kameo::errc::internal, "a wrong item");
  }
  if (auto result = stream.result(); !result) co_return result.error();
  co_return count;
}

kameo::StreamOptions reading(kameo::StreamWindow window) {
  kameo::StreamOptions options;
  options.window = window;
  return options;
}

/// The C++ child.
class Feeder final : public ticks::FeederHandler {
 public:
  explicit Feeder(const kameo::ActorContext& context)
      : feed_(context.callbacks<ticks::FeedRef>()) {}

  kameo::Reply<void> give(ticks::FeederGive request, kameo::Sink<ticks::Tick> output) override {
    return write_ticks(request.count, request.size, std::move(output));
  }
  kameo::Reply<std::int64_t> take(ticks::FeederTake request) override {
    ticks::FeedTicks wanted(request.count, request.size);
    return read_ticks(feed_.ticks(wanted, reading({request.items, request.bytes})));
  }

 private:
  ticks::FeedRef feed_;
};

/// The parent's side.
class Feed final : public ticks::FeedCallbacks {
 public:
  kameo::Reply<void> ticks(ticks::FeedTicks request, kameo::Sink<ticks::Tick> output) override {
    return write_ticks(request.count, request.size, std::move(output));
  }
};

Way from_child(kameo::Runtime& runtime, const ticks::FeederRef& feeder, const Load& load) {
  return [&runtime, feeder, load](std::int64_t count) {
    auto stream = feeder.give({count, load.size}, reading(load.window));
    if (runtime.run(read_ticks(std::move(stream))).value() != count) {
      throw std::runtime_error("items are missing");
    }
  };
}

Way to_child(const ticks::FeederRef& feeder, const Load& load) {
  return [feeder, load](std::int64_t count) {
    const ticks::FeederTake request(count, load.size, load.window.items, load.window.bytes);
    if (feeder.take(request, {}, kameo::blocking).value() != count) {
      throw std::runtime_error("items are missing");
    }
  };
}

// Measuring ---------------------------------------------------------------------------------------

double time(const Way& way, std::int64_t count) {
  const auto start = std::chrono::steady_clock::now();
  way(count);
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

/// Items per second of each: the median over rounds in which they take turns, so that a busy moment
/// of the machine hits all of them.
std::vector<double> rates(const std::vector<Way>& ways) {
  std::vector<std::int64_t> counts;
  for (const auto& way : ways) {
    std::int64_t count = 256;
    for (double took = 0; (took = time(way, count)) < round_time.count() / 4;) count *= 2;
    counts.push_back(count * 2);
  }
  std::vector<std::vector<double>> all(ways.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      all[i].push_back(static_cast<double>(counts[i]) / time(ways[i], counts[i]));
    }
  }
  std::vector<double> medians;
  for (auto& values : all) {
    std::nth_element(values.begin(), values.begin() + rounds / 2, values.end());
    medians.push_back(values[rounds / 2]);
  }
  return medians;
}

struct Feeders {
  ticks::FeederRef cpp;
  ticks::FeederRef python;
};

void report(kameo::Runtime& runtime, const Feeders& feeders, Socketpair& limit, const char* title,
            const std::vector<Load>& loads) {
  std::vector<Way> ways{[&](std::int64_t count) { limit.stream(count); }};
  for (const auto& load : loads) {
    for (const auto& feeder : {feeders.cpp, feeders.python}) {
      ways.push_back(from_child(runtime, feeder, load));
      ways.push_back(to_child(feeder, load));
    }
  }
  const auto rate = rates(ways);
  std::printf("%s; socketpair: %.0f items/s\n", title, rate[0]);
  std::printf("  %8s %10s   %30s   %30s\n", "items", "bytes", "C++ from / to child",
              "Python from / to child");
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const auto& window = loads[i].window;
    std::printf("  %8u %10llu ", window.items, static_cast<unsigned long long>(window.bytes));
    for (std::size_t k = 1; k <= 4; ++k) {
      const auto each = rate[4 * i + k];
      std::printf(" %9.0f (%.3f)", each, each / rate[0]);
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

}  // namespace

int main() try {
  kameo::ChildMain child;
  child.add<ticks::Feeder>(
      [](const kameo::ActorContext& context) { return std::make_unique<Feeder>(context); });
  if (const auto code = child.run()) return *code;

  constexpr std::uint32_t small = 7;
  constexpr std::uint32_t large = 16384;
  constexpr std::uint64_t any_bytes = std::uint64_t{1} << 40U;
  constexpr std::uint32_t any_items = 1U << 20U;
  // Before anything has made a thread.
  Socketpair small_limit(small);
  Socketpair large_limit(large);

  kameo::Runtime runtime;
  if (auto provided = runtime.provide(std::make_shared<Feed>()); !provided) {
    throw provided.error();
  }
  const auto where =
      kameo::python("feeder:Feeder").path(BENCH_HANDLER_DIR).path(BENCH_GENERATED_DIR);
  Feeders feeders;
  feeders.cpp = runtime.spawn<ticks::Feeder>(kameo::child(), {}, {}, kameo::blocking).value();
  feeders.python = runtime.spawn<ticks::Feeder>(where, {}, {}, kameo::blocking).value();

  std::printf("Streams, by the window of their reader; items per second, of the limit.\n");
  std::vector<Load> loads;
  for (const std::uint32_t items : {16U, 64U, 256U, 1024U}) {
    loads.push_back({small, {items, any_bytes}});
  }
  report(runtime, feeders, small_limit, "items of 27 bytes", loads);
  loads.clear();
  for (const std::uint64_t bytes : {65536U, 262144U, 1048576U, 4194304U}) {
    loads.push_back({large, {any_items, bytes}});
  }
  report(runtime, feeders, large_limit, "items of 16 KiB", loads);
  static_cast<void>(runtime.stop(kameo::blocking));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench: %s\n", error.what());
  return 1;
}
