#pragma once

#include <kameo/actor/handler_incarnation.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace kameo {

/// The begin of `main` in a program that is its own child (`kameo::child()`): the program is
/// started again for each such actor, and this call finds out which of both it is.
///
///     int main() {
///       kameo::ChildMain child;
///       child.add<trading::Strategy>([] { return std::make_unique<MyStrategy>(); });
///       if (const auto code = child.run()) return *code;
///       // the parent's main goes on here
///     }
class ChildMain {
 public:
  ChildMain();
  ChildMain(const ChildMain&) = delete;
  ChildMain& operator=(const ChildMain&) = delete;
  ~ChildMain();

  /// An actor type that this program can be. `factory` is called with a `const ActorContext&` or
  /// with nothing and gives a std::unique_ptr of a handler.
  template <class Actor, class Factory>
  ChildMain& add(Factory factory) {
    if constexpr (std::invocable<Factory&, const ActorContext&>) {
      return add_type(Actor::type(), HandlerFactory(std::move(factory)));
    } else {
      return add_type(Actor::type(),
                      [make = std::move(factory)](const ActorContext&) { return make(); });
    }
  }

  /// Runs in a child before its actor is made: to set up what the parent must not have. What it
  /// throws is a failed start.
  ChildMain& before_start(std::function<void()> hook);

  /// Whether this process was started as a child.
  [[nodiscard]] bool is_child() const noexcept;
  /// In a child: is the actor until its parent ends it; gives the exit code for `main`. Elsewhere
  /// gives none, at once. Should the parent die, this process ends at once, whatever it is doing.
  [[nodiscard]] std::optional<int> run();

 private:
  ChildMain& add_type(const ActorType& type, HandlerFactory factory);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kameo
