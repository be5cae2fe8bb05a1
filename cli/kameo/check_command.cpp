#include "commands.hpp"
#include "missing_files.hpp"
#include "pool_file.hpp"
#include "progress_bar.hpp"

#include <unistd.h>

#include <kameo/concat.hpp>

#include <system_error>

namespace kameo::cli {

ExitCode check_command(const CheckOptions& options) {
  Console console(STDERR_FILENO, use_color(options.color, STDERR_FILENO), false);
  const auto pool = load_pool_file(options.pool, console);
  if (!pool) return ExitCode::bad_usage;
  const auto missing = missing_files(*pool);
  for (const auto& line : missing) console.print(line);
  if (!missing.empty()) return ExitCode::bad_usage;

  std::uint64_t processes = 0;
  for (const auto& actor : pool->actors) processes += actor.instances;
  const auto line = concat(options.pool, ": ", counted(pool->actors.size(), "actor"), " in ",
                           processes, processes == 1 ? " process" : " processes", "\n");
  if (const auto problem = write_all(STDOUT_FILENO, line); problem != 0) {
    console.error(
        concat("cannot write standard output: ", std::generic_category().message(problem)));
    return ExitCode::output_failed;
  }
  return ExitCode::ok;
}

}  // namespace kameo::cli
