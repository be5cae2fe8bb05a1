#include "python_program.hpp"

#include "output_pipe.hpp"
#include "program.hpp"

#include <kameo/concat.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <asio/post.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace kameo::process {
namespace {

/// What mends it: the wheel that was installed with kameo where there is one, else PyPI's.
std::string install_command(const std::string& interpreter) {
  std::string wheels = KAMEO_WHEEL_DIR;
  if (const char* named = std::getenv("KAMEO_WHEELS")) wheels = named;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(wheels, none)) {
    if (file.path().extension() == ".whl") {
      return concat(interpreter, " -m pip install --find-links ", wheels, " kameo_runtime");
    }
  }
  return concat(interpreter, " -m pip install kameo_runtime");
}

bool lacks_runtime(const Error& error) {
  if (!error.data().death) return false;
  const auto& lines = error.data().death->last_stderr;
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("No module named") != std::string::npos &&
           line.find("kameo_runtime") != std::string::npos;
  });
}

/// `python -c` that prints its version, running beside everything else.
class VersionProbe final : public std::enable_shared_from_this<VersionProbe> {
 public:
  VersionProbe(const actor::Strand& strand, std::function<void(std::string)> then)
      : strand_(strand), then_(std::move(then)) {}

  void start(Spawner& spawner, const std::string& interpreter) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
      return asio::post(strand_, [self = shared_from_this()] { self->finish(); });
    }
    pipe_ = std::make_shared<OutputPipe>(strand_, UniqueFd(ends[0]),
                                         [this](std::string_view line) { version_ = line; });
    ProcessSpec spec;
    spec.program = interpreter;
    spec.arguments = {interpreter, "-I", "-c",
                      "import sys; print('%d.%d.%d' % sys.version_info[:3])"};
    spec.environment = child_environment({});
    spec.directory = "/";
    spec.descriptors.emplace_back(STDOUT_FILENO, UniqueFd(ends[1]));
    spawner.spawn(
        std::move(spec), strand_,
        [self = shared_from_this()](const Result<std::shared_ptr<Process>>& spawned) {
          if (!spawned) self->finish();
        },
        [self = shared_from_this()](const ExitReport&) { self->finish(); });
  }

 private:
  void finish() {
    if (pipe_) pipe_->finish();
    if (const auto then = std::exchange(then_, nullptr)) then(version_);
  }

  actor::Strand strand_;
  std::function<void(std::string)> then_;
  std::shared_ptr<OutputPipe> pipe_;
  std::string version_;
};

}  // namespace

Result<std::string> find_interpreter(const PythonPlacement& placement,
                                     const std::string& directory) {
  auto program = placement.interpreter();
  if (program.empty()) {
    if (const char* named = std::getenv("KAMEO_PYTHON"); named != nullptr && *named != '\0') {
      program = named;
    } else if (const char* venv = std::getenv("VIRTUAL_ENV"); venv != nullptr && *venv != '\0') {
      program = concat(venv, "/bin/python");
    } else {
      program = "python3";
    }
  }
  auto found = find_program(program, directory);
  if (!found) return found.error().with_context("the Python interpreter");
  return found;
}

void explain_python_failure(const std::shared_ptr<Spawner>& spawner, const actor::Strand& strand,
                            const std::string& interpreter, Error error,
                            std::function<void(Error)> then) {
  if (!lacks_runtime(error)) {
    return asio::post(strand, [error = std::move(error), then = std::move(then)] { then(error); });
  }
  const auto probe = std::make_shared<VersionProbe>(strand, [interpreter, then = std::move(then)](
                                                                const std::string& version) {
    then(fail(errc::start_failed, interpreter, version.empty() ? "" : " (Python ", version,
              version.empty() ? "" : ")", " lacks kameo's runtime for its version; install it by `",
              install_command(interpreter), '`'));
  });
  probe->start(*spawner, interpreter);
}

}  // namespace kameo::process
