#pragma once

#include <asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace kameo::cli {

/// SIGINT and SIGTERM of this process, counted together.
/// Thread-safety: all functions from any thread.
class Interrupts {
 public:
  /// Gets how many there have been, from 1, on a thread of the executor.
  using Hook = std::function<void(int count)>;

  explicit Interrupts(const asio::any_io_executor& executor);
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  /// Leaves signals to the system's default again.
  ~Interrupts();

  /// What is to happen from now on. Once this has returned, the hook before is not called any more.
  void on_each(Hook hook);
  /// The first signal's number; 0 for none so far.
  [[nodiscard]] int first() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace kameo::cli
