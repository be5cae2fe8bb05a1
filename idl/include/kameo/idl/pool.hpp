#pragma once

#include <kameo/bytes.hpp>
#include <kameo/idl/diagnostic.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/schema/package.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kameo::idl {

/// When an actor of a pool file is started again; what is not written is as here.
struct PoolRestart {
  enum class When : std::uint8_t { always, on_failure, never };

  When when = When::on_failure;
  std::uint32_t intensity = 5;  ///< restarts within `window`
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{10'000};
  double jitter = 0.2;  ///< part of each wait, 0 to 1

  friend bool operator==(const PoolRestart&, const PoolRestart&) = default;
};

/// What one child of an actor may cost; 0: as kameo has it.
struct PoolLimits {
  std::uint32_t message_bytes = 0;
  std::uint32_t open_asks = 0;
  std::uint32_t open_streams = 0;
  std::uint32_t parked_bytes = 0;
  std::uint32_t output_bytes = 0;
  std::uint32_t log_rate = 0;  ///< records a second

  friend bool operator==(const PoolLimits&, const PoolLimits&) = default;
};

/// One entry under `actors` of a pool file. Paths have been made relative to where the program
/// runs: the file's own are relative to the file.
struct PoolActor {
  std::string name;
  Position at;  ///< of the name in the pool file

  /// What it is: one of Package::actors, a provider of Package::modules, or both.
  std::optional<std::uint32_t> actor;
  std::vector<std::uint32_t> provides;

  /// What does the work: a Python handler, `module:Class` or `module`; or an executable that speaks
  /// the protocol, with its arguments. Exactly one of the two is there.
  std::string handler;
  std::vector<std::string> command;

  std::uint32_t instances = 1;
  /// The config's payload; empty without `actor`.
  Bytes config;
  /// By handler, what counts in place of schema::Method::deadline, and as that has it.
  std::vector<std::pair<std::string, std::chrono::milliseconds>> deadlines;

  std::vector<std::pair<std::string, std::string>> env;  ///< set for the child
  std::vector<std::string> inherit_env;                  ///< names passed on where they are set
  std::string dir;        ///< working directory; empty: the program's own
  std::string log_level;  ///< debug, info, warning, error, critical; empty: info

  /// A path, or a word to be looked up in PATH; empty: the default interpreter.
  std::string interpreter;
  /// Put in front of Python's module path; the pool file's directory where nothing is written.
  std::vector<std::string> python_path;

  PoolRestart restart;
  PoolLimits limits;
  std::optional<std::chrono::milliseconds> start_timeout;
  std::optional<std::chrono::milliseconds> stop_timeout;

  friend bool operator==(const PoolActor&, const PoolActor&) = default;
};

/// The job of a pool that is one: what `kameo run` does when it is given no input.
struct PoolBatch {
  enum class Format : std::uint8_t { ndjson, table };

  std::string input;  ///< a path, relative to where the program runs
  Format format = Format::ndjson;

  friend bool operator==(const PoolBatch&, const PoolBatch&) = default;
};

/// A pool file with its schemas, checked.
struct Pool {
  std::string path;
  schema::Package package;
  std::vector<PoolActor> actors;  ///< in the order of the file
  std::optional<PoolBatch> batch;

  [[nodiscard]] const PoolActor* find(std::string_view name) const noexcept;
  /// The actor that answers the callbacks of a module; null where none does.
  [[nodiscard]] const PoolActor* provider(std::uint32_t module) const noexcept;
};

struct LoadedPool {
  /// There exactly when no diagnostic is an error.
  std::optional<Pool> pool;
  std::vector<Diagnostic> diagnostics;  ///< of the pool file and its schemas, sorted
  std::vector<std::string> files;       ///< all that were read, the pool file first
};

/// Reads a pool file (docs/idl.md, "Pool files") and the schemas that it names. Nothing is looked
/// at but files of `reader`: whether interpreters and modules exist is for the caller to find out.
/// Thread-safety and promises as for load_file.
[[nodiscard]] LoadedPool load_pool(const std::string& path,
                                   const std::vector<std::string>& include_dirs,
                                   FileReader& reader);

}  // namespace kameo::idl
