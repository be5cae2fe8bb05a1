#pragma once

#include "item_source.hpp"

#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  /// How many asks of that target may be open at most.
  [[nodiscard]] virtual std::size_t capacity(std::size_t target) const = 0;
  /// How many may be open when that handler is asked; less where its deadline would pass while it
  /// waits for its turn.
  [[nodiscard]] virtual std::size_t capacity(std::size_t target, std::size_t handler) const = 0;
  /// Asks one instance of the target, for one reply. `done` is called once, from any thread, maybe
  /// before this returns; with an empty payload where the handler gives no reply.
  virtual void ask(std::size_t target, Asked what, Done done) = 0;
  /// The same for a handler that streams.
  [[nodiscard]] virtual std::unique_ptr<ItemSource> ask_items(std::size_t target, Asked what) = 0;
  /// Whether a stream of that handler may stand still without any other ask waiting for it. If not,
  /// nothing that was asked before may still be open when it is asked.
  [[nodiscard]] virtual bool may_stand_still(std::size_t target, std::size_t handler) const = 0;
  /// No answer is wanted any more: open asks end soon, with an error. From any thread.
  virtual void kill() = 0;
};

}  // namespace kameo::cli
