#pragma once

namespace kameo::cli {

/// What `kameo` tells the shell; printed by --help, part of the interface.
enum class ExitCode : int {
  ok = 0,             ///< all asks were answered
  some_errors = 1,    ///< the job ran to its end; some asks ended with an error
  bad_usage = 2,      ///< the command line, the pool file or an input that cannot be read
  start_failed = 3,   ///< an actor could not be started
  output_failed = 4,  ///< the results could not be written
  nobody_left = 5,    ///< it served until every actor had ended and none was started again
  interrupted = 130,  ///< by SIGINT, as shells count: 128 + 2
  terminated = 143,   ///< by SIGTERM: 128 + 15
};

}  // namespace kameo::cli
