#pragma once

#include "item_source.hpp"
#include "ordered_window.hpp"

#include <kameo/json/value.hpp>
#include <kameo/schema/package.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace kameo::cli {

/// The lines of one stream: an `item` line for each, then an `end` or an `error`. Each is made when
/// it is asked for, so that the handler gets credit only as the output takes what there is.
class StreamLines final : public OutcomeSource {
 public:
  /// `gone` is called when it is dropped. All references must outlive it.
  StreamLines(std::unique_ptr<ItemSource> items, std::optional<json::Value> id,
              const schema::Package& package, const schema::Type& item_type,
              std::function<void()> gone);
  ~StreamLines() override;

  [[nodiscard]] std::optional<Outcome> next(std::chrono::milliseconds at_most) override;

 private:
  [[nodiscard]] Outcome last(const Result<void>& result) const;

  std::unique_ptr<ItemSource> items_;
  const std::optional<json::Value> id_;
  const schema::Package& package_;
  const schema::Type& item_type_;
  const std::function<void()> gone_;
  const std::chrono::steady_clock::time_point asked_ = std::chrono::steady_clock::now();
  std::uint64_t count_ = 0;
};

}  // namespace kameo::cli
