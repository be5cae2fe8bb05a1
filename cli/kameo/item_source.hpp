#pragma once

#include <kameo/dynamic_ref.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kameo::cli {

/// The items of one ask, for a thread that has other things to look after while it waits.
/// Dropped before its end, it cancels the ask. Thread-safety: none.
class ItemSource {
 public:
  enum class Got { item, nothing_yet, end };

  ItemSource() = default;
  ItemSource(const ItemSource&) = delete;
  ItemSource& operator=(const ItemSource&) = delete;
  virtual ~ItemSource() = default;

  /// Waits for at most that long; puts the payload of an item into `item`. After `end`, `end`.
  [[nodiscard]] virtual Got next(Bytes& item, std::chrono::milliseconds at_most) = 0;
  /// After `end`: how it ended.
  [[nodiscard]] virtual Result<void> result() = 0;
};

/// What goes to a handler in one ask: its request and, where it takes one, its input stream.
struct Asked {
  std::string handler;
  Bytes request;
  std::optional<std::vector<Bytes>> input;
};

/// Asks for one reply and calls `done` with it once, from any thread, maybe before this returns.
void ask_once(const DynamicRef& ref, Asked what, const AskOptions& options,
              std::function<void(Result<Bytes>)> done);
/// Asks for a stream, at once.
[[nodiscard]] std::unique_ptr<ItemSource> ask_items(const DynamicRef& ref, Asked what,
                                                    const StreamOptions& options);

}  // namespace kameo::cli
