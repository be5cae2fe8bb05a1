#include "process_fixture.hpp"

#include <kameo/process/keeper_client.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>

using kameo::errc;
using kameo::process::ExitReport;
using kameo::process::KeeperClient;
using kameo::process::Process;
using kameo::process::ProcessSpec;

namespace {

ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.program = "/bin/sh";
  spec.arguments = {"sh", "-c", script};
  spec.directory = "/";
  return spec;
}

/// A keeper and one process under it.
class KeeperFixture {
 public:
  void spawn(ProcessSpec spec) {
    keeper->spawn(
        std::move(spec), context.get_executor(),
        [this](kameo::Result<std::shared_ptr<Process>> result) { spawned = std::move(result); },
        [this](const ExitReport& report) { exited = report; });
  }
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      context.restart();
      context.run_one();
    }
  }
  ~KeeperFixture() {
    keeper->close();
    context.restart();
    context.run();
  }

  asio::io_context context;
  std::shared_ptr<KeeperClient> keeper =
      std::make_shared<KeeperClient>(context.get_executor(), std::string());
  std::optional<kameo::Result<std::shared_ptr<Process>>> spawned;
  std::optional<ExitReport> exited;
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

std::size_t threads() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    ++count;
  }
  return count;
}

std::atomic<int> child_signals = 0;

}  // namespace

TEST_CASE("the keeper reports how a process ended and what it took", "[process][keeper]") {
  KeeperFixture fixture;
  fixture.spawn(shell("exit 41"));
  fixture.run_until([&] { return fixture.exited.has_value(); });
  REQUIRE(fixture.spawned);
  REQUIRE(*fixture.spawned);
  CHECK(fixture.exited->known);
  CHECK(WIFEXITED(fixture.exited->status));
  CHECK(WEXITSTATUS(fixture.exited->status) == 41);
  CHECK(fixture.exited->peak_rss_bytes > 0);
}

TEST_CASE("a signal reaches its process, and none once it has ended", "[process][keeper]") {
  KeeperFixture fixture;
  fixture.spawn(shell("while :; do read x; done < /dev/zero"));
  fixture.run_until([&] { return fixture.spawned.has_value(); });
  (*fixture.spawned).value()->signal(SIGUSR1);
  fixture.run_until([&] { return fixture.exited.has_value(); });
  CHECK(WTERMSIG(fixture.exited->status) == SIGUSR1);
  (*fixture.spawned).value()->signal(SIGKILL);
}

TEST_CASE("what keeps a program from running is told with its stage", "[process][keeper]") {
  struct Row {
    std::string program;
    std::string directory;
    std::string text;
    errc code;
  };
  const auto row = GENERATE(
      Row{"/no/such", "/", "cannot run /no/such: No such file or directory (running it)",
          errc::start_failed},
      Row{"/etc/passwd", "/", "cannot run /etc/passwd: Permission denied (running it)",
          errc::start_failed},
      Row{"/bin/sh", "/no/such", "cannot run /no/such: No such file or directory (its directory)",
          errc::start_failed});
  KeeperFixture fixture;
  auto spec = shell("true");
  spec.program = row.program;
  spec.directory = row.directory;
  fixture.spawn(std::move(spec));
  fixture.run_until([&] { return fixture.spawned.has_value(); });
  REQUIRE(!*fixture.spawned);
  CHECK(fixture.spawned->error().message() == row.text);
  CHECK(fixture.spawned->error().code() == row.code);
}

TEST_CASE("the user's SIGCHLD and wait() see nothing of our processes", "[process][keeper]") {
  child_signals = 0;
  const auto before = signal(SIGCHLD, [](int) { ++child_signals; });
  {
    ProcessFixture fixture;
    const auto actor = fixture.spawn(once()).value();
    CHECK(!actor("exit", "3"));
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
  }
  CHECK(child_signals == 0);
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  signal(SIGCHLD, before);
}

TEST_CASE("what a child forked away dies with it, a new session included", "[process][keeper]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(restarting()).value();
  const auto child = std::stoi(actor("pid").value());
  const auto grandchild = std::stoi(actor("fork_away").value());
  CHECK(is_running(grandchild));
  CHECK(actor("echo", "not disturbed").value() == "not disturbed");

  kill(child, SIGKILL);
  wait_until_gone(grandchild);
  fixture.logs.wait_for("restarting in");
  CHECK(actor("incarnation").value() == "2");
}

TEST_CASE("what a child forked away dies when it is stopped in order", "[process][keeper]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto grandchild = std::stoi(actor("fork_away").value());
  REQUIRE(fixture.runtime.stop(actor, kameo::blocking));
  wait_until_gone(grandchild);
}

TEST_CASE("when the keeper dies its children end, and the next ones have another keeper",
          "[process][keeper]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(restarting()).value();
  const auto child = std::stoi(actor("pid").value());
  const auto grandchild = std::stoi(actor("fork_away").value());
  const auto keeper = fixture.runtime.keeper_pid();
  auto outcome = std::make_shared<std::promise<kameo::Result<std::string>>>();
  auto held = outcome->get_future();
  actor.run({"held", ""}, {},
            [outcome](kameo::Result<std::string> reply) { outcome->set_value(std::move(reply)); });
  fixture.logs.wait_for("held");

  kill(keeper, SIGKILL);

  const auto reply = held.get();
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::died_may_have_run);
  CHECK(reply.error().data().death->reason.find("keeper") != std::string::npos);
  wait_until_gone(child);
  wait_until_gone(grandchild);
  CHECK(actor("incarnation").value() == "2");
  CHECK(fixture.runtime.keeper_pid() != keeper);
}

TEST_CASE("the keeper has a name, a group of its own, and ignores the terminal's signals",
          "[process][keeper]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto keeper = fixture.runtime.keeper_pid();
  std::ifstream file("/proc/" + std::to_string(keeper) + "/comm");
  std::string name;
  std::getline(file, name);
  CHECK(name == "kameo-keeper");
  CHECK(getpgid(keeper) == keeper);
  for (const auto number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) kill(keeper, number);
  CHECK(actor("echo", "still here").value() == "still here");
  CHECK(fixture.runtime.keeper_pid() == keeper);
  CHECK(is_running(keeper));
}

TEST_CASE("the keeper may be a file", "[process][keeper]") {
  kameo::Runtime runtime(kameo::RuntimeOptions().keeper(KAMEO_TEST_KEEPER).log({}));
  const auto actor = runtime.spawn<probe::Probe>(kameo::child(), {}, {}, kameo::blocking).value();
  CHECK(actor("echo", "by a file").value() == "by a file");
}

TEST_CASE("a keeper that doesn't exist is told by its path", "[process][keeper]") {
  kameo::Runtime runtime(kameo::RuntimeOptions().keeper("/no/such/keeper").log({}));
  const auto spawned = runtime.spawn<probe::Probe>(kameo::child(), {}, {}, kameo::blocking);
  REQUIRE(!spawned);
  CHECK(spawned.error().code() == errc::system);
  CHECK(spawned.error().message().find("/no/such/keeper: No such file") != std::string::npos);
}

TEST_CASE("a runtime leaves no descriptor and no thread behind", "[process][keeper]") {
  const auto use = [] {
    ProcessFixture fixture;
    const auto actor = fixture.spawn(restarting()).value();
    CHECK(!actor("exit", "3"));
    CHECK(actor("echo", "again").value() == "again");
    CHECK(!fixture.spawn_raw("exit-first"));
  };
  use();  // what the C library and the sanitizers open once is open after this
  const auto descriptors = open_descriptors();
  const auto running = threads();
  for (int i = 0; i < 5; ++i) use();
  CHECK(open_descriptors() == descriptors);
  CHECK(threads() == running);
}
