#include "probe.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/steady_timer.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace probe {
namespace {

using kameo::schema::Answer;

kameo::schema::Type text() {
  kameo::schema::Type type;
  type.kind = kameo::schema::Kind::string;
  return type;
}

kameo::schema::TypeDef structure(std::string name, std::initializer_list<const char*> fields) {
  kameo::schema::TypeDef made;
  made.package = "probe";
  made.name = std::move(name);
  for (const auto* field : fields) {
    kameo::schema::Field one;
    one.name = field;
    one.type = text();
    made.fields.push_back(std::move(one));
  }
  return made;
}

kameo::schema::Method method(std::string name, std::uint32_t request, Answer answer) {
  kameo::schema::Method made;
  made.name = std::move(name);
  made.request = request;
  made.answer = answer;
  made.output = text();
  return made;
}

kameo::schema::Package build() {
  kameo::schema::Package package;
  package.name = "probe";
  kameo::schema::SourceFile file;
  file.package = "probe";
  file.path = "probe.kameo.yaml";
  package.files.push_back(std::move(file));
  package.types.push_back(structure("ProbeRun", {"what", "argument"}));
  package.types.push_back(structure("ProbeConfig", {"greeting"}));
  kameo::schema::CallbackModule market;
  market.package = "probe";
  market.name = "market";
  market.callbacks.push_back(method("Price", 0, Answer::reply));
  market.callbacks.push_back(method("Ticks", 0, Answer::stream));
  market.callbacks.push_back(method("Join", 0, Answer::reply));
  market.callbacks.back().input_stream = text();
  package.modules.push_back(std::move(market));
  for (const auto* name : {"Probe", "Other", "Narrow"}) {
    kameo::schema::Actor actor;
    actor.package = "probe";
    actor.name = name;
    actor.config = 1;
    actor.concurrency = 4;
    actor.handlers.push_back(method("run", 0, Answer::reply));
    actor.handlers.push_back(method("note", 0, Answer::none));
    actor.handlers.push_back(method("stream", 0, Answer::stream));
    actor.handlers.push_back(method("join", 0, Answer::reply));
    actor.handlers.back().input_stream = text();
    actor.handlers.push_back(method("shout", 0, Answer::stream));
    actor.handlers.back().input_stream = text();
    if (actor.name != "Other") actor.uses.push_back(0);
    if (actor.name == "Narrow") {
      actor.concurrency = 1;
      actor.handlers[routes::run - 1].reentrant = true;
      actor.handlers[routes::stream - 1].concurrency = 2;
    }
    package.actors.push_back(std::move(actor));
  }
  return package;
}

const kameo::Bytes& bytes() {
  static const auto made = kameo::schema::to_bytes(*package());
  return made;
}

std::string open_descriptors() {
  std::set<int> numbers;
  auto* folder = opendir("/proc/self/fd");
  while (const auto* entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != dirfd(folder)) numbers.insert(fd);
  }
  closedir(folder);
  std::string out;
  for (const auto fd : numbers) {
    char target[256] = {};
    const auto path = "/proc/self/fd/" + std::to_string(fd);
    if (readlink(path.c_str(), target, sizeof target - 1) < 0) continue;
    const std::string what = target;
    // asio's own, made after the start.
    if (what.find("anon_inode") != std::string::npos) continue;
    out += std::to_string(fd) + "=" + what.substr(0, what.find(':')) + " ";
  }
  return out;
}

/// Soft and hard limit, as /proc shows them.
std::string limit_line(const std::string& name) {
  std::ifstream limits("/proc/self/limits");
  std::string line;
  while (std::getline(limits, line)) {
    if (!line.starts_with(name)) continue;
    std::istringstream values(line.substr(name.size()));
    std::string soft;
    std::string hard;
    values >> soft >> hard;
    return soft + ' ' + hard;
  }
  return {};
}

std::string status_line(const std::string& key) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(key)) return line.substr(line.find_first_not_of(" \t", key.size() + 1));
  }
  return {};
}

/// A process that has left session, group and parent, and would live on for ever; its number.
pid_t fork_away() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  const auto first = fork();
  if (first == 0) {
    setsid();
    const auto second = fork();
    if (second == 0) {
      signal(SIGTERM, SIG_IGN);
      signal(SIGHUP, SIG_IGN);
      for (;;) pause();
    }
    if (write(ends[1], &second, sizeof second) < 0) _exit(1);
    _exit(0);
  }
  pid_t number = -1;
  if (read(ends[0], &number, sizeof number) < 0) number = -1;
  close(ends[0]);
  close(ends[1]);
  waitpid(first, nullptr, 0);
  return number;
}

class ProbeHandler final : public kameo::Handler {
 public:
  explicit ProbeHandler(const kameo::ActorContext& context)
      : name_(context.name()),
        incarnation_(context.incarnation()),
        market_(context.callbacks<MarketRef>()) {}

  kameo::Reply<void> start(kameo::actor::Message config) override {
    auto decoded = std::move(config).take<Config>();
    if (!decoded) co_return decoded.error();
    greeting_ = decoded->greeting;
    if (greeting_ == "refuse") co_return kameo::fail(kameo::errc::handler_failed, "no, thank you");
    if (greeting_ == "throw") throw std::runtime_error("thrown at the start");
    if (greeting_ == "exit") _exit(7);
    co_return kameo::Result<void>();
  }

  kameo::Reply<void> stop() override {
    std::cout << "stopped in order" << std::endl;
    co_return kameo::Result<void>();
  }

  kameo::Reply<kameo::actor::Message> dispatch(std::uint16_t route, kameo::actor::Message request,
                                               kameo::actor::Streams streams) override {
    auto command = std::move(request).take<Command>();
    if (!command) co_return command.error();
    if (route == routes::stream) {
      auto running = stream(std::move(*command), streams.sink<std::string>());
      auto result = co_await std::move(running);
      if (!result) co_return result.error();
      co_return kameo::actor::Message::from_payload({});
    }
    if (route == routes::join) {
      auto running = join(std::move(*command), streams.source<std::string>());
      auto joined = co_await std::move(running);
      if (!joined) co_return joined.error();
      co_return kameo::actor::Message::of(std::move(*joined));
    }
    if (route == routes::shout) {
      auto input = streams.source<std::string>();
      auto output = streams.sink<std::string>();
      while (auto item = co_await input.next()) {
        item->push_back('!');
        if (auto sent = co_await output.send(std::move(*item)); !sent) co_return sent.error();
      }
      co_return kameo::actor::Message::from_payload({});
    }
    if (route == routes::note) {
      noted_ += command->argument;
      co_return kameo::actor::Message::from_payload({});
    }
    if (route != routes::run) co_return kameo::fail(kameo::errc::unknown_route, "route ", route);
    if (command->what == "price") {
      Command asked("price", command->argument);
      auto answer = co_await market_.price(asked);
      if (!answer) co_return answer.error();
      co_return kameo::actor::Message::of(std::move(*answer));
    }
    if (command->what == "read_ticks") {  // the first `argument` of them, or all
      auto running = read_ticks(command->argument);
      auto read = co_await std::move(running);
      if (!read) co_return read.error();
      co_return kameo::actor::Message::of(std::move(*read));
    }
    if (command->what == "send_joined") {
      Command asked("join", command->argument);
      auto upload = market_.join(asked);
      for (int i = 1; i <= 200; ++i) {
        if (auto sent = co_await upload.send("x"); !sent) co_return sent.error();
      }
      auto answer = co_await upload.reply();
      if (!answer) co_return answer.error();
      co_return kameo::actor::Message::of(std::move(*answer));
    }
    if (command->what == "held") {  // answered when the last of them comes
      co_await hold(command->argument);
      co_return kameo::actor::Message::of(command->argument);
    }
    auto answer = run(*command);
    if (!answer) co_return answer.error();
    co_return kameo::actor::Message::of(std::move(*answer));
  }

 private:
  /// Never comes back: a handler that waits for something that does not come.
  static asio::awaitable<void> hold(const std::string& /*why*/) {
    asio::steady_timer never(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    std::cout << "held" << std::endl;
    try {
      co_await never.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) {
      std::cout << "let go" << std::endl;
      throw;
    }
  }

  /// `count`: 1 to `argument`; `fail`: the same, then an error; `forever`: until nobody reads;
  /// `hold`: one item, then nothing; `large`: one item of so many bytes; `larger`: three of them.
  static kameo::Reply<void> stream(Command command, kameo::Sink<std::string> output) {
    if (command.what == "hold") {
      if (auto sent = co_await output.send("1"); !sent) co_return sent.error();
      co_await hold(command.argument);
    }
    if (command.what == "large") {
      co_return co_await output.send(std::string(std::stoul(command.argument), 'x'));
    }
    if (command.what == "larger") {
      const std::string item(std::stoul(command.argument), 'x');
      for (int i = 0; i < 3; ++i) {
        if (auto sent = co_await output.send(item); !sent) co_return sent.error();
      }
      co_return kameo::Result<void>();
    }
    const auto last = command.what == "forever" ? 1'000'000'000 : std::stoi(command.argument);
    for (int i = 1; i <= last; ++i) {
      auto sent = co_await output.send(std::to_string(i));
      if (sent) {
        if (command.what == "die" && i == last) _exit(3);
        continue;
      }
      std::cout << "stopped: " << sent.error().message() << std::endl;
      co_return sent.error();
    }
    if (command.what == "fail") co_return kameo::fail(kameo::errc::handler_failed, "enough");
    co_return kameo::Result<void>();
  }

  static kameo::Reply<std::string> join(Command command, kameo::Stream<std::string> input) {
    std::string all = command.argument;
    if (command.what == "first") {
      if (auto item = co_await input.next()) all += *item;
      co_return all;
    }
    while (auto item = co_await input.next()) all += *item;
    if (auto result = input.result(); !result) co_return result.error();
    co_return all;
  }

  kameo::Reply<std::string> read_ticks(std::string argument) {
    Command asked("ticks", argument);
    auto ticks = market_.ticks(asked);
    std::string all;
    int left = std::stoi(argument);
    while (auto tick = co_await ticks.next()) {
      all += *tick;
      if (--left == 0) co_return all;  // and drops the stream
    }
    if (auto result = ticks.result(); !result) co_return result.error();
    co_return all;
  }

  kameo::Result<std::string> run(const Command& command) {
    const auto& [what, argument] = command;
    if (what == "echo") return argument;
    if (what == "greeting") return greeting_;
    if (what == "noted") return noted_;
    if (what == "name") return name_;
    if (what == "incarnation") return std::to_string(incarnation_);
    if (what == "pid") return std::to_string(getpid());
    if (what == "error") return kameo::fail(kameo::errc::handler_failed, argument);
    if (what == "throw") throw std::invalid_argument(argument);
    if (what == "env") {
      const char* value = std::getenv(argument.c_str());
      return std::string(value != nullptr ? value : "(unset)");
    }
    if (what == "environ") {
      std::string all;
      for (char** one = environ; *one != nullptr; ++one) all += std::string(*one) + "\n";
      return all;
    }
    if (what == "cwd") {
      char path[4096];
      return std::string(getcwd(path, sizeof path));
    }
    if (what == "fds") return open_descriptors();
    if (what == "status") return status_line(argument);
    if (what == "limits") return limit_line(argument);
    if (what == "nice") return std::to_string(nice(0));
    if (what == "print") {
      std::cout << argument << std::flush;
      return std::string();
    }
    if (what == "flood") {
      std::cout << std::string(std::stoul(argument), 'x') << std::flush;
      return std::string();
    }
    if (what == "complain") {
      std::cerr << argument << std::flush;
      return std::string();
    }
    if (what == "fork_away") return std::to_string(fork_away());
    if (what == "close") {
      // The parent's connection, from under kameo's feet; found as the one socket that there is.
      shutdown(3, SHUT_RDWR);
      for (;;) pause();
    }
    if (what == "exit") _exit(std::stoi(argument));
    if (what == "signal") {
      raise(std::stoi(argument));
      for (;;) pause();
    }
    if (what == "spin") {
      std::cout << "spinning" << std::endl;
      for (;;) std::this_thread::yield();
    }
    return kameo::fail(kameo::errc::unknown_route, "the probe cannot ", what);
  }

  std::string name_;
  std::uint32_t incarnation_;
  MarketRef market_;
  std::string greeting_;
  std::string noted_;
};

/// The other actor of this binary says who it is.
class OtherHandler final : public kameo::Handler {
 public:
  kameo::Reply<void> start(kameo::actor::Message) override { co_return kameo::Result<void>(); }
  kameo::Reply<void> stop() override { co_return kameo::Result<void>(); }
  kameo::Reply<kameo::actor::Message> dispatch(std::uint16_t, kameo::actor::Message,
                                               kameo::actor::Streams) override {
    co_return kameo::actor::Message::of(std::string("the other one"));
  }
};

}  // namespace

std::shared_ptr<const kameo::schema::Package> package() {
  static const auto made = std::make_shared<const kameo::schema::Package>(build());
  return made;
}

const kameo::ActorType& Probe::type() {
  static const kameo::ActorType type{"probe.Probe", bytes()};
  return type;
}
const kameo::ActorType& Narrow::type() {
  static const kameo::ActorType type{"probe.Narrow", bytes()};
  return type;
}
const kameo::ActorType& Other::type() {
  static const kameo::ActorType type{"probe.Other", bytes()};
  return type;
}

kameo::Reply<kameo::actor::Message> MarketCallbacks::dispatch(std::uint16_t route,
                                                              kameo::actor::Message request,
                                                              kameo::actor::Streams streams) {
  auto decoded = std::move(request).take<Command>();
  if (!decoded) co_return decoded.error();
  if (route == routes::ticks) {
    auto running = ticks(std::move(*decoded), streams.sink<std::string>());
    auto result = co_await std::move(running);
    if (!result) co_return result.error();
    co_return kameo::actor::Message::from_payload({});
  }
  if (route == routes::market_join) {
    auto running = join(std::move(*decoded), streams.source<std::string>());
    auto joined = co_await std::move(running);
    if (!joined) co_return joined.error();
    co_return kameo::actor::Message::of(std::move(*joined));
  }
  if (route != routes::price) co_return kameo::fail(kameo::errc::unknown_route, "callback ", route);
  auto running = price(std::move(*decoded));
  auto answer = co_await std::move(running);
  if (!answer) co_return answer.error();
  co_return kameo::actor::Message::of(std::move(*answer));
}

kameo::Reply<void> MarketCallbacks::ticks(Command, kameo::Sink<std::string>) {
  co_return kameo::fail(kameo::errc::handler_failed, "this market has no ticks");
}
kameo::Reply<std::string> MarketCallbacks::join(Command, kameo::Stream<std::string>) {
  co_return kameo::fail(kameo::errc::handler_failed, "this market joins nothing");
}

void reset_fatal_signals() {
  for (const auto fatal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) signal(fatal, SIG_DFL);
}

std::unique_ptr<kameo::Handler> make_probe(const kameo::ActorContext& context) {
  return std::make_unique<ProbeHandler>(context);
}
std::unique_ptr<kameo::Handler> make_other(const kameo::ActorContext&) {
  return std::make_unique<OtherHandler>();
}

}  // namespace probe
