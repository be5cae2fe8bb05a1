#include "child_spec.hpp"

#include "handling.hpp"
#include "program.hpp"
#include "python_program.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kameo::process {
namespace {

wire::Welcome make_welcome(const ChildIdentity& identity, const SpawnOptions::Values& options) {
  wire::Welcome welcome;
  if (identity.actor != nullptr) {
    welcome.actor = concat(identity.actor->package, '.', identity.actor->name);
  }
  welcome.name = options.name;
  welcome.log_level = options.log_level;
  welcome.schema = schema::to_bytes(*identity.package);
  welcome.config = identity.config;
  for (const auto& route : identity.routes) {
    wire::RouteInfo info;
    info.number = route.number;
    info.to_parent = route.direction == schema::Route::Direction::to_parent ? 1 : 0;
    info.name = route.name;
    info.fingerprint = route.fingerprint;
    welcome.routes.push_back(std::move(info));
  }
  return welcome;
}

/// Callbacks come module by module, in the order of their declaration.
std::unordered_map<actor::RouteNumber, CallbackRoute> make_callbacks(
    const ChildIdentity& identity) {
  std::unordered_map<actor::RouteNumber, CallbackRoute> callbacks;
  std::map<std::string, actor::RouteNumber> count;
  for (const auto& route : identity.routes) {
    if (route.direction != schema::Route::Direction::to_parent) continue;
    auto module = route.name.substr(0, route.name.find('.'));
    const auto place = ++count[module];
    callbacks.emplace(route.number, CallbackRoute{std::move(module), route.name, place});
  }
  return callbacks;
}

/// What all processes have in common.
ProcessSpec make_process(std::string program, std::vector<std::string> arguments,
                         const std::string& directory, const SpawnOptions::Values& options) {
  ProcessSpec process;
  process.program = std::move(program);
  process.arguments = std::move(arguments);
  process.environment = child_environment(options);
  process.directory = directory;
  process.limits = options.limits;
  process.niceness = options.niceness;
  process.new_session = options.new_session;
  return process;
}

void place(ChildSpec& spec, const PythonPlacement& placement, const SpawnOptions::Values& options,
           const std::string& here, const std::string& directory) {
  spec.welcome.handler = placement.handler();
  for (const auto& path : placement.path()) spec.welcome.path.push_back(absolute(path));
  spec.process = [placement, options, here, directory]() -> Result<ProcessSpec> {
    auto program = find_interpreter(placement, here);
    if (!program) return program.error();
    return make_process(*program, {*program, "-u", "-m", "kameo_runtime.worker"}, directory,
                        options);
  };
}

void place(ChildSpec& spec, const ChildPlacement& placement, const SpawnOptions::Values& options,
           const std::string& /*here*/, const std::string& directory) {
  spec.process = [arguments = placement.arguments(), options, directory]() -> Result<ProcessSpec> {
    std::vector<std::string> argv{own_argv0()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return make_process(own_program(), std::move(argv), directory, options);
  };
}

void place(ChildSpec& spec, const ExecutablePlacement& placement,
           const SpawnOptions::Values& options, const std::string& here,
           const std::string& directory) {
  spec.process = [command = placement.command(), options, here,
                  directory]() -> Result<ProcessSpec> {
    if (command.empty()) return fail(errc::invalid_argument, "an executable without a command");
    auto program = find_program(command.front(), here);
    if (!program) return program.error();
    return make_process(std::move(*program), command, directory, options);
  };
}

}  // namespace

Result<ChildSpec> make_child_spec(const Placement& placement, const ChildIdentity& identity,
                                  const SpawnOptions::Values& options) {
  ChildSpec spec;
  spec.name = options.name;
  spec.welcome = make_welcome(identity, options);
  spec.callbacks = make_callbacks(identity);
  spec.start_timeout = options.start_timeout;
  spec.limits = options.session;
  spec.log_rate = options.log_rate;
  const auto concurrency =
      identity.actor != nullptr ? concurrency_of(*identity.actor) : actor::Concurrency();
  // One that works on many at a time must not be kept from that by what it may hold.
  spec.in_flight = std::max(options.in_flight, 2 * std::size_t{concurrency.most()});

  const auto here = absolute(".");
  const auto directory = options.directory.empty() ? here : absolute(options.directory);
  std::visit(
      [&](const auto& kind) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(kind)>, InprocPlacement>) {
          place(spec, kind, options, here, directory);
        }
      },
      placement);
  // Whether there is such a program is known now, and need not cost a keeper.
  if (auto process = spec.process(); !process) return process.error().with_context(spec.name);
  return spec;
}

}  // namespace kameo::process
