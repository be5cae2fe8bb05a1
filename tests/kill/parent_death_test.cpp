#include "parent.hpp"
#include "process_fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include <cstdio>
#include <future>
#include <sstream>
#include <string>

namespace {

class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command) override {
    asio::steady_timer never(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    entered.set_value();
    co_await never.async_wait(asio::use_awaitable);
    co_return std::string();
  }

  std::promise<void> entered;
};

/// Everything that the other program writes until its line `ready`, as numbers of processes.
std::vector<int> read_numbers(int fd) {
  std::string text;
  char byte = 0;
  while (text.find("ready\n") == std::string::npos && read(fd, &byte, 1) == 1) text += byte;
  std::vector<int> numbers;
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    if (word.find_first_not_of("0123456789") == std::string::npos)
      numbers.push_back(std::stoi(word));
  }
  return numbers;
}

}  // namespace

int doomed_parent(std::string_view state) {
  ProcessFixture fixture;
  const auto market = std::make_shared<Market>();
  fixture.runtime.provide(market).value();
  const auto actor = fixture.spawn().value();
  const auto helper = fixture.spawn().value();
  std::printf("%s %s %s %d\n", actor("pid").value().c_str(), helper("pid").value().c_str(),
              helper("fork_away").value().c_str(), fixture.runtime.keeper_pid());
  std::fflush(stdout);
  const auto start = [&](std::string what) {
    actor.run({std::move(what), "x"}, {}, [](const kameo::Result<std::string>&) {});
  };
  if (state == "held") {
    start("held");
    fixture.logs.wait_for("held");
  } else if (state == "busy") {
    start("spin");
    fixture.logs.wait_for("spinning");
  } else if (state == "callback") {
    start("price");
    market->entered.get_future().wait();
  } else if (state == "draining") {
    start("held");
    fixture.logs.wait_for("held");
    fixture.runtime.stop(actor, [](const kameo::Result<void>&) {});
  }
  std::puts("ready");
  std::fflush(stdout);
  for (;;) pause();
}

namespace {

void check_nothing_is_left(const std::string& state, int fault) {
  CAPTURE(state, fault);
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = "/proc/self/exe";
  std::string flag = "--parent";
  std::string argument = state;
  char* arguments[] = {program.data(), flag.data(), argument.data(), nullptr};
  pid_t parent = 0;
  REQUIRE(posix_spawn(&parent, program.c_str(), &actions, nullptr, arguments, environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  const auto numbers = read_numbers(ends[0]);
  close(ends[0]);
  REQUIRE(numbers.size() == 4);  // child, child, its forked-away one, keeper
  for (const auto number : numbers) CHECK(is_running(number));

  kill(parent, fault);
  waitpid(parent, nullptr, 0);

  for (const auto number : numbers) wait_until_gone(number);
}

}  // namespace

TEST_CASE("when a parent is killed, nothing of it is left", "[kill]") {
  const std::string state = GENERATE("idle", "held", "busy", "callback", "draining");
  check_nothing_is_left(state, GENERATE(SIGKILL, SIGSEGV, SIGABRT, SIGTERM));
}

TEST_CASE("C12 when the parent goes away with a callback open, the child ends", "[kill]") {
  check_nothing_is_left("callback", SIGKILL);
}
