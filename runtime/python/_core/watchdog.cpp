#include "watchdog.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace kameo::python {
namespace {

struct Task {
  int fd = -1;
  int grace_ms = 0;
};
// Read by the one thread that `start_watchdog` starts; a process has one worker.
Task task;

void* watch(void*) {
  pollfd descriptor{task.fd, POLLRDHUP, 0};
  while (poll(&descriptor, 1, -1) < 0 && errno == EINTR) {
  }
  // The serving thread sees the same and ends in good order, if it is not busy.
  poll(nullptr, 0, task.grace_ms);
  _exit(1);
}

}  // namespace

bool start_watchdog(int fd, std::chrono::milliseconds grace) noexcept {
  task = {fd, static_cast<int>(grace.count())};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  constexpr std::size_t stack_bytes = 256 * 1024;  // enough with a sanitizer, too
  pthread_attr_setstacksize(&attributes, stack_bytes);
  // Signals are for the threads that run Python.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, watch, nullptr) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  return started;
}

}  // namespace kameo::python
