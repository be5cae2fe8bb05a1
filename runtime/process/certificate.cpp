#include "certificate.hpp"

#include <kameo/concat.hpp>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <cctype>

namespace kameo::process {

std::string signal_in_words(int signal) {
  const char* name = sigabbrev_np(signal);
  const char* words = sigdescr_np(signal);
  if (name == nullptr) return concat("signal ", signal);
  std::string description = words != nullptr ? words : "";
  if (!description.empty()) description[0] = static_cast<char>(std::tolower(description[0]));
  return concat("SIG", name, " (", description, ")");
}

void describe_end(DeathCertificate& certificate, const ExitReport& exit, const std::string& by_us) {
  certificate.user_time_us = exit.user_us;
  certificate.system_time_us = exit.system_us;
  certificate.peak_rss_bytes = exit.peak_rss_bytes;
  if (!exit.known) {
    certificate.signal = SIGKILL;
    certificate.reason = "killed by kameo, because the keeper that looked after it had died";
    return;
  }
  if (WIFEXITED(exit.status)) {
    certificate.exit_code = WEXITSTATUS(exit.status);
    certificate.reason = concat("exited with code ", certificate.exit_code);
  } else {
    certificate.signal = WTERMSIG(exit.status);
    certificate.reason = concat("killed by ", signal_in_words(certificate.signal));
    if (WCOREDUMP(exit.status)) certificate.reason += ", core dumped";
    if (certificate.signal == SIGKILL && by_us.empty()) {
      certificate.reason += ", not by kameo; the kernel does that when memory is short";
    }
  }
  if (!by_us.empty()) certificate.reason += concat(": ", by_us);
}

}  // namespace kameo::process
