#pragma once

#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace kameo::cli {

/// An actor of the pool that can be asked, by the name that the pool file gives it.
struct Target {
  std::string name;
  const schema::Actor* type = nullptr;
};

/// What carries asks to running actors. `targets` is as long as the pool has actors with handlers.
class Asker {
 public:
  using Done = std::function<void(Result<Bytes>)>;

  virtual ~Asker() = default;
  /// How many asks of that target may be open; one more should wait.
  [[nodiscard]] virtual std::size_t capacity(std::size_t target) const = 0;
  /// Asks one instance of the target. `done` is called once, from any thread, maybe before this
  /// returns; with an empty payload where the handler gives no reply.
  virtual void ask(std::size_t target, std::size_t handler, Bytes request, Done done) = 0;
  /// No answer is wanted any more: open asks end soon, with an error. From any thread.
  virtual void kill() = 0;
};

}  // namespace kameo::cli
