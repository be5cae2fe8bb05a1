#pragma once

#include <kameo/actor/handler_incarnation.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Where an actor runs. The ref is the same for all of them.
namespace kameo {

/// A Python child process; made by `python`.
class PythonPlacement {
 public:
  explicit PythonPlacement(std::string handler) : handler_(std::move(handler)) {}

  /// A program, or a name to be found on PATH. Without it: $KAMEO_PYTHON, else
  /// $VIRTUAL_ENV/bin/python, else `python3` on PATH, as they are in this process.
  PythonPlacement& interpreter(std::string program) {
    interpreter_ = std::move(program);
    return *this;
  }
  /// A directory to import from, before all others; may be given again. Relative to this process.
  PythonPlacement& path(std::string directory) {
    path_.push_back(std::move(directory));
    return *this;
  }

  [[nodiscard]] const std::string& handler() const noexcept { return handler_; }
  [[nodiscard]] const std::string& interpreter() const noexcept { return interpreter_; }
  [[nodiscard]] const std::vector<std::string>& path() const noexcept { return path_; }

 private:
  std::string handler_;
  std::string interpreter_;
  std::vector<std::string> path_;
};

/// This program started again; made by `child`.
class ChildPlacement {
 public:
  /// Another argument for its main, which kameo::ChildMain comes before.
  ChildPlacement& argument(std::string text) {
    arguments_.push_back(std::move(text));
    return *this;
  }
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }

 private:
  std::vector<std::string> arguments_;
};

/// Any program that speaks the protocol; made by `executable`.
class ExecutablePlacement {
 public:
  explicit ExecutablePlacement(std::vector<std::string> command) : command_(std::move(command)) {}
  [[nodiscard]] const std::vector<std::string>& command() const noexcept { return command_; }

 private:
  std::vector<std::string> command_;
};

/// An object in this process; made by `inproc`.
class InprocPlacement {
 public:
  explicit InprocPlacement(HandlerFactory factory) : factory_(std::move(factory)) {}
  [[nodiscard]] const HandlerFactory& factory() const noexcept { return factory_; }

 private:
  HandlerFactory factory_;
};

using Placement =
    std::variant<PythonPlacement, ChildPlacement, ExecutablePlacement, InprocPlacement>;

/// A Python handler: `strategy:Strategy` for a class, `strategy` for a module of functions.
[[nodiscard]] inline PythonPlacement python(std::string handler) {
  return PythonPlacement(std::move(handler));
}

/// This program as its own child: its main must begin with kameo::ChildMain.
[[nodiscard]] inline ChildPlacement child() {
  return {};
}

/// A program of another kind: argv, its first element a path or a name to be found on PATH.
[[nodiscard]] inline ExecutablePlacement executable(std::vector<std::string> command) {
  return ExecutablePlacement(std::move(command));
}

/// A handler object in this process, one per incarnation. `factory` is called with a
/// `const ActorContext&` or with nothing and gives a std::unique_ptr.
template <class Factory>
[[nodiscard]] InprocPlacement inproc(Factory factory) {
  if constexpr (std::invocable<Factory&, const ActorContext&>) {
    return InprocPlacement(HandlerFactory(std::move(factory)));
  } else {
    return InprocPlacement([make = std::move(factory)](const ActorContext&) { return make(); });
  }
}

}  // namespace kameo
