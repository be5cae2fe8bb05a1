#include "process_fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <sstream>

namespace {

std::set<std::string> names(const std::string& environment) {
  std::set<std::string> out;
  std::istringstream lines(environment);
  std::string line;
  while (std::getline(lines, line)) out.insert(line.substr(0, line.find('=')));
  return out;
}

// The kernel's struct sigaction: handler, flags, restorer and mask. libc's own call refuses the
// signals that it keeps for itself.
using KernelAction = std::array<unsigned long, 8>;

KernelAction set_kernel_action(int signal, KernelAction action) {
  KernelAction old{};
  REQUIRE(syscall(SYS_rt_sigaction, signal, action.data(), old.data(), 8) == 0);
  return old;
}

}  // namespace

TEST_CASE("D6 a variable set for one actor is seen by no other, nor by the parent",
          "[process][environment]") {
  ProcessFixture fixture;
  const auto one = fixture.spawn(kameo::SpawnOptions().env("KAMEO_TEST_SECRET", "42")).value();
  const auto other = fixture.spawn().value();
  CHECK(one("env", "KAMEO_TEST_SECRET").value() == "42");
  CHECK(other("env", "KAMEO_TEST_SECRET").value() == "(unset)");
  CHECK(std::getenv("KAMEO_TEST_SECRET") == nullptr);
}

TEST_CASE("D6 what was not given to a child is not there", "[process][environment]") {
  setenv("KAMEO_TEST_PARENTS", "mine", 1);
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  auto seen = names(actor("environ").value());
  for (const auto* allowed : {"PATH", "HOME", "LANG", "KAMEO_TEST_HOOK"}) seen.erase(allowed);
  CHECK(seen.empty());

  const auto heir = fixture.spawn(kameo::SpawnOptions().inherit_env("KAMEO_TEST_PARENTS")).value();
  CHECK(heir("env", "KAMEO_TEST_PARENTS").value() == "mine");
  unsetenv("KAMEO_TEST_PARENTS");
}

TEST_CASE("an environment beyond a packet of the keeper's reaches its child whole",
          "[process][environment]") {
  ProcessFixture fixture;
  const std::string large(100'000, 'v');
  kameo::SpawnOptions options;
  for (int i = 0; i < 5; ++i) options.env("KAMEO_TEST_LARGE_" + std::to_string(i), large);
  const auto actor = fixture.spawn(options).value();
  CHECK(actor("env", "KAMEO_TEST_LARGE_4").value() == large);
}

TEST_CASE("a child has its standard streams and its connection, and no other descriptor",
          "[process][environment]") {
  const int leaky = open("/etc/hostname", O_RDONLY);  // without O_CLOEXEC
  REQUIRE(leaky > 2);
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  // 3 is the socket; its copy above it is the watchdog's.
  std::istringstream seen(actor("fds").value());
  std::multiset<std::string> kinds;
  std::string one;
  while (seen >> one) kinds.insert(one.substr(one.find('=') + 1));
  CHECK(kinds == std::multiset<std::string>{"/dev/null", "pipe", "pipe", "socket", "socket"});
  close(leaky);
}

TEST_CASE("a child starts with no signal blocked or ignored, whatever its parent does",
          "[process][environment]") {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = signal(SIGUSR2, SIG_IGN);
  const auto old_32 = set_kernel_action(32, {reinterpret_cast<unsigned long>(SIG_IGN)});
  {
    ProcessFixture fixture;
    const auto actor = fixture.spawn().value();
    CHECK(actor("status", "SigBlk").value() == "0000000000000000");
    CHECK(actor("status", "SigIgn").value() == "0000000000000000");
  }
  signal(SIGUSR2, old);
  set_kernel_action(32, old_32);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("directory, niceness and limits of a child are as asked for", "[process][environment]") {
  ProcessFixture fixture;
  const auto actor = fixture
                         .spawn(kameo::SpawnOptions()
                                    .directory("/usr/share")
                                    .niceness(3)
                                    .limit(RLIMIT_NOFILE, 123, 456))
                         .value();
  CHECK(actor("cwd").value() == "/usr/share");
  CHECK(actor("nice").value() ==
        std::to_string(std::min(getpriority(PRIO_PROCESS, 0) + 3, 19)));  // 19 is the last there is
  CHECK(actor("limits", "Max open files").value() == "123 456");
}

TEST_CASE("a limit that cannot be set is told", "[process][environment]") {
  ProcessFixture fixture;
  const auto spawned = fixture.spawn(kameo::SpawnOptions().limit(RLIMIT_NOFILE, 10, 5));
  REQUIRE(!spawned);
  CHECK(spawned.error().message().find("its resource limits") != std::string::npos);
}
