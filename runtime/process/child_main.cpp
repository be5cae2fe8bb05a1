#include <kameo/child_main.hpp>

#include "child_session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

namespace kameo {
namespace {

/// The socket that the parent gave; none where this is no child.
process::UniqueFd take_socket() {
  const char* number = std::getenv("KAMEO_FD");
  if (number == nullptr) return {};
  const auto fd = static_cast<int>(std::strtol(number, nullptr, 10));
  struct stat status = {};
  if (fd <= 2 || fstat(fd, &status) < 0 || !S_ISSOCK(status.st_mode)) return {};
  // Neither is for what this process starts in its turn.
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  unsetenv("KAMEO_FD");
  return process::UniqueFd(fd);
}

/// Ends the process when the parent's end of the socket closes, even while a handler is busy.
void watch_parent(int socket) {
  const int fd = fcntl(socket, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) return;  // the session itself still sees the end, a little later
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // The user's signal handlers are for the user's threads.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([fd] {
    pollfd watched{fd, POLLRDHUP, 0};
    while (poll(&watched, 1, -1) <= 0) {
    }
    _exit(1);
  }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

class ChildMain::Impl {
 public:
  process::UniqueFd socket = take_socket();
  process::ChildSession::Types types;
  std::function<void()> before_start;
};

ChildMain::ChildMain() : impl_(std::make_unique<Impl>()) {}
ChildMain::~ChildMain() = default;

ChildMain& ChildMain::add_type(const ActorType& type, HandlerFactory factory) {
  // The parent needs none of this.
  if (!impl_->socket) return *this;
  auto package = schema::from_bytes(type.schema);
  if (!package) throw package.error();  // generated code that is not what was generated
  impl_->types.insert_or_assign(
      std::string(type.name),
      process::ChildType{std::move(*package), type.schema, std::move(factory)});
  return *this;
}

ChildMain& ChildMain::before_start(std::function<void()> hook) {
  impl_->before_start = std::move(hook);
  return *this;
}

bool ChildMain::is_child() const noexcept {
  return static_cast<bool>(impl_->socket);
}

std::optional<int> ChildMain::run() {
  if (!impl_->socket) return std::nullopt;
  watch_parent(impl_->socket.get());
  asio::io_context context(1);
  const auto session = std::make_shared<process::ChildSession>(context, std::move(impl_->socket),
                                                               impl_->types, impl_->before_start);
  return session->run();
}

}  // namespace kameo
