#pragma once

#include <chrono>

namespace kameo::python {

/// Ends the process, `grace` after the other end of the socket `fd` has been closed, from a thread
/// that never touches Python: so a handler that is busy can't outlive its parent. False where the
/// thread could not be started.
bool start_watchdog(int fd, std::chrono::milliseconds grace) noexcept;

}  // namespace kameo::python
