#pragma once

#include <kameo/error.hpp>
#include <kameo/process/spawner.hpp>

#include <string>

namespace kameo::process {

/// `SIGSEGV (segmentation fault)`.
[[nodiscard]] std::string signal_in_words(int signal);

/// Exit code, signal, reason and what it took. `by_us`: why this process killed it, or empty.
void describe_end(DeathCertificate& certificate, const ExitReport& exit, const std::string& by_us);

}  // namespace kameo::process
