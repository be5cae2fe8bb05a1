#pragma once

#include <kameo/process/spawner.hpp>

#include <memory>
#include <string>

namespace kameo::process {

/// The parent's side of the keeper (docs/architecture.md): starts it with the first spawn, and
/// another one should it die; its children are ended then, since nobody reaps them any more.
/// Thread-safety: every function from any thread.
class KeeperClient final : public Spawner, public std::enable_shared_from_this<KeeperClient> {
 public:
  /// `program`: a keeper to run instead of the one inside this library, for systems that forbid
  /// running programs from memory; empty: what the environment's KAMEO_KEEPER names, else ours.
  KeeperClient(const asio::any_io_executor& executor, std::string program);
  ~KeeperClient() override;

  void spawn(ProcessSpec spec, const asio::any_io_executor& where,
             std::function<void(Result<std::shared_ptr<Process>>)> spawned,
             std::function<void(const ExitReport&)> exited) override;

  /// Lets the keeper kill everything that is left, and end. Waits for that, without the executor.
  /// Whoever waits for a spawn or an exit hears nothing any more.
  void close() noexcept;
  /// The keeper's process; 0 when there is none.
  [[nodiscard]] pid_t keeper_pid() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kameo::process
