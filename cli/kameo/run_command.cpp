#include "actor_pool.hpp"
#include "commands.hpp"
#include "interrupts.hpp"
#include "log_printer.hpp"
#include "pool_file.hpp"
#include "progress_bar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kameo/actor/blocking.hpp>
#include <kameo/concat.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace kameo::cli {
namespace {

std::string reason(int number) {
  return std::generic_category().message(number);
}

/// A descriptor that is closed at the end, unless it is a standard stream's.
class File {
 public:
  File() = default;
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~File() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  explicit File(int fd) : fd_(fd) {}
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_ = -1;
};

File open_input(const std::string& path) {
  if (path == "-") return File(STDIN_FILENO);
  return File(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

File open_output(const std::string& path) {
  if (path == "-") return File(STDOUT_FILENO);
  constexpr mode_t everybody = 0666;  // as far as the umask lets
  return File(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, everybody));
}

std::optional<std::uint64_t> size_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

/// What one call of `kameo run` does, once the pool file is right.
class Run {
 public:
  Run(const RunOptions& options, const idl::Pool& pool, Console& console)
      : pool_(pool), console_(console) {
    batch_.output_name = options.output == "-" ? "standard output" : options.output;
    if (options.input) {
      input_path_ = *options.input;
    } else if (pool.batch && !options.serve) {
      input_path_ = pool.batch->input;
      if (pool.batch->format == idl::PoolBatch::Format::table) batch_.format = Format::table;
    }
    if (options.format) batch_.format = *options.format;
    output_path_ = options.output;
  }

  ExitCode run() {
    if (const auto bad = open_files()) return *bad;

    RuntimeOptions runtime_options;
    runtime_options.threads(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
    runtime_options.log([this](const LogEntry& entry) { log(entry); });
    runtime_options.ended([this](std::string_view, const std::optional<Error>&) {
      const std::lock_guard lock(serving_mutex_);
      ++ended_;
      serving_changed_.notify_all();
    });
    Runtime runtime(runtime_options);
    ActorPool actors(pool_, runtime, killed_);
    Interrupts interrupts(runtime.executor());

    auto code = start(actors, interrupts);
    if (code == ExitCode::ok) {
      code = input_path_ ? work_off(actors, interrupts) : serve(interrupts);
      // Everything has been answered, or is no longer waited for.
      interrupts.on_each([&](int count) {
        if (count > 1) actors.kill();
      });
      static_cast<void>(runtime.stop(blocking));
    }
    if (interrupts.first() == SIGINT) code = ExitCode::interrupted;
    if (interrupts.first() == SIGTERM) code = ExitCode::terminated;
    return code;
  }

 private:
  std::optional<ExitCode> open_files() {
    if (!input_path_) return std::nullopt;
    input_ = open_input(*input_path_);
    if (input_.fd() < 0) {
      console_.error(concat("cannot read ", *input_path_, ": ", reason(errno)));
      return ExitCode::bad_usage;
    }
    output_ = open_output(output_path_);
    if (output_.fd() < 0) {
      console_.error(concat("cannot write ", output_path_, ": ", reason(errno)));
      return ExitCode::output_failed;
    }
    batch_.input_fd = input_.fd();
    batch_.input_bytes = size_of(input_.fd());
    batch_.output_fd = output_.fd();
    batch_.output_is_terminal = ::isatty(output_.fd()) == 1;
    return std::nullopt;
  }

  ExitCode start(ActorPool& actors, Interrupts& interrupts) {
    interrupts.on_each([&actors](int) { actors.kill(); });  // nothing is in hand yet
    const auto failures = actors.start();
    interrupts.on_each({});
    if (failures.empty() && interrupts.first() == 0) return ExitCode::ok;
    actors.kill();
    if (interrupts.first() == 0) say_failed(failures);
    return ExitCode::start_failed;
  }

  /// Each reason once, with the names of all whom it kept from starting: four processes of one
  /// module fail alike.
  void say_failed(const std::vector<std::pair<std::string, Error>>& failures) {
    std::vector<std::pair<std::string, std::string>> reasons;  // text, names
    for (const auto& [name, error] : failures) {
      auto text = visible(error.message());
      if (text.starts_with(name + ": ")) text.erase(0, name.size() + 2);
      if (!error.data().traceback.empty()) {
        text += concat("\n", visible_lines(error.data().traceback));
      }
      const auto same = [&text](const auto& reason) { return reason.first == text; };
      const auto found = std::find_if(reasons.begin(), reasons.end(), same);
      if (found == reasons.end()) {
        reasons.emplace_back(std::move(text), name);
      } else {
        found->second += concat(", ", name);
      }
    }
    for (const auto& [text, names] : reasons) console_.error(concat(names, ": ", text));
  }

  ExitCode work_off(ActorPool& actors, Interrupts& interrupts) {
    BatchJob job(pool_.package, actors.targets(), actors, console_, batch_);
    interrupts.on_each([&](int count) {
      if (count == 1) {
        console_.print("kameo: interrupted; what has been asked is finished. Ctrl-C again kills.");
        job.stop();
      } else {
        job.abandon();
      }
    });
    if (interrupts.first() != 0) job.stop();  // it came before the hook
    const auto code = job.run();
    interrupts.on_each({});
    return code;
  }

  ExitCode serve(Interrupts& interrupts) {
    std::string names;
    std::size_t processes = 0;
    for (const auto& entry : pool_.actors) {
      processes += entry.instances;
      names += concat(names.empty() ? "" : ", ", entry.name);
      if (entry.instances > 1) names += concat(" x ", entry.instances);
    }
    console_.print(concat("kameo: serving ", names, ". Ctrl-C stops in order, twice kills."));
    interrupts.on_each([this](int) {
      const std::lock_guard lock(serving_mutex_);
      interrupted_ = true;
      serving_changed_.notify_all();
    });
    if (interrupts.first() != 0) return ExitCode::ok;  // it came before the hook
    {
      std::unique_lock lock(serving_mutex_);
      serving_changed_.wait(lock, [&] { return interrupted_ || ended_ == processes; });
      if (interrupted_) return ExitCode::ok;
    }
    // Whoever keeps this running (systemd, say) is to know that there is nothing left to run.
    console_.error("every actor has ended and none is started again: nothing is left to serve");
    return ExitCode::nobody_left;
  }

  void log(const LogEntry& entry) {
    // That each actor was killed is no news to whoever asked for it.
    if (killed_ && entry.record.source == "kameo") return;
    console_.print(log_text(entry, console_.color()));
  }

  const idl::Pool& pool_;
  Console& console_;
  BatchOptions batch_;
  std::optional<std::string> input_path_;
  std::string output_path_;
  File input_;
  File output_;
  std::atomic<bool> killed_ = false;

  std::mutex serving_mutex_;
  std::condition_variable serving_changed_;
  std::size_t ended_ = 0;     // guarded by serving_mutex_: actors that are not started again
  bool interrupted_ = false;  // guarded by serving_mutex_
};

}  // namespace

ExitCode run_command(const RunOptions& options) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  Console console(STDERR_FILENO, use_color(options.color, STDERR_FILENO),
                  options.progress && terminal);
  const auto pool = load_pool_file(options.pool, console);
  if (!pool) return ExitCode::bad_usage;
  return Run(options, *pool, console).run();
}

}  // namespace kameo::cli
