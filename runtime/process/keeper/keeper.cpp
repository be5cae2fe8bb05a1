#include "keeper.hpp"

#include "launch.hpp"
#include "process_tree.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace kameo::keeper {
namespace {

std::int64_t microseconds(const timeval& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec;
}

void close_all(const std::vector<int>& descriptors) {
  for (const auto fd : descriptors) close(fd);
}

struct Packet {
  ssize_t size = 0;
  std::vector<int> descriptors;
};

Packet receive(int socket, char* bytes, std::size_t capacity) {
  Packet packet;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (max_descriptors + 1))> ancillary;
  iovec part{bytes, capacity};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  packet.size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (packet.size < 0) return packet;
  for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const auto old = packet.descriptors.size();
    packet.descriptors.resize(old + count);
    std::memcpy(packet.descriptors.data() + old, CMSG_DATA(header), count * sizeof(int));
  }
  return packet;
}

std::optional<SpawnRequest> read_memfd(int fd) {
  struct stat status = {};
  if (fstat(fd, &status) < 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) return std::nullopt;
  auto request = decode(static_cast<const char*>(bytes), size);
  munmap(bytes, size);
  return request;
}

}  // namespace

Keeper::Keeper(int control, int parent) : control_(control), parent_(parent) {
  sigset_t all;
  sigfillset(&all);
  // Deaf to the terminal's Ctrl-C and to polite signals: the parent decides when children end.
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  signals_ = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

int Keeper::run() {
  std::vector<pollfd> polled;
  while (!parent_gone_) {
    polled.clear();
    polled.push_back(
        {control_, static_cast<short>(outgoing_.empty() ? POLLIN : POLLIN | POLLOUT), 0});
    polled.push_back({signals_, POLLIN, 0});
    polled.push_back({parent_, POLLIN, 0});  // a negative number is passed over
    for (const auto& child : children_) {
      if (child.errors >= 0) polled.push_back({child.errors, POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) break;

    if (polled[2].revents != 0) break;
    for (std::size_t i = 3; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      const auto child = std::find_if(children_.begin(), children_.end(),
                                      [&](const Child& one) { return one.errors == polled[i].fd; });
      if (child != children_.end()) finish_launch(*child);
    }
    if (polled[1].revents != 0) reap();
    if ((polled[0].revents & POLLOUT) != 0) flush();
    if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive_request();
  }
  end_everything();
  return 0;
}

void Keeper::receive_request() {
  static char bytes[inline_bytes];
  const auto packet = receive(control_, bytes, sizeof bytes);
  if (packet.size < 0) {
    if (errno != EAGAIN && errno != EINTR) parent_gone_ = true;
    return;
  }
  if (packet.size == 0) {
    parent_gone_ = true;
    return;
  }
  auto sources = packet.descriptors;
  auto request = decode(bytes, static_cast<std::size_t>(packet.size));
  if (!request && packet.size == sizeof(std::uint64_t) && !sources.empty()) {
    // The number alone: the request itself is in the memfd.
    request = read_memfd(sources.front());
    close(sources.front());
    sources.erase(sources.begin());
  }
  if (!request || request->targets.size() != sources.size()) {
    Report report;
    report.stage = Stage::request;
    report.error = EPROTO;
    std::memcpy(&report.id, bytes,
                std::min(sizeof report.id, static_cast<std::size_t>(packet.size)));
    send(report, -1);
  } else {
    spawn(*request, sources);
  }
  close_all(sources);
}

void Keeper::spawn(const SpawnRequest& request, const std::vector<int>& sources) {
  const auto launched = launch(request, sources);
  if (launched.pid < 0) {
    Report report;
    report.id = request.id;
    report.stage = launched.error.stage;
    report.error = launched.error.error;
    return send(report, -1);
  }
  children_.push_back({request.id, launched.pid, launched.errors});
}

void Keeper::finish_launch(Child& child) {
  LaunchError error;
  const auto size = read(child.errors, &error, sizeof error);
  close(child.errors);
  child.errors = -1;
  Report report;
  report.id = child.id;
  report.pid = child.pid;
  if (size == sizeof error) {
    report.stage = error.stage;
    report.error = error.error;
    child.id = 0;  // it is about to exit; nobody wants to hear of that
    return send(report, -1);
  }
  report.type = Report::Type::spawned;
  // Not reaped yet, so the number can't be another process's. Without a pidfd (no descriptors
  // left) the parent still has the number, and this process tells it of the end.
  const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, child.pid, 0U));
  send(report, pidfd);
}

void Keeper::reap() {
  signalfd_siginfo ignored[16];
  while (read(signals_, ignored, sizeof ignored) > 0) {
  }
  bool any = false;
  for (;;) {
    // Looked at first and reaped after its report of the launch: that one needs the number.
    siginfo_t info = {};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) break;
    const auto child = std::find_if(children_.begin(), children_.end(),
                                    [&](const Child& one) { return one.pid == info.si_pid; });
    if (child != children_.end() && child->errors >= 0) finish_launch(*child);

    int status = 0;
    rusage usage = {};
    if (wait4(info.si_pid, &status, 0, &usage) < 0) break;
    any = true;
    if (child == children_.end()) continue;  // an orphan that was killed
    if (child->id != 0) {
      Report report;
      report.type = Report::Type::exited;
      report.id = child->id;
      report.pid = child->pid;
      report.status = status;
      report.user_us = microseconds(usage.ru_utime);
      report.system_us = microseconds(usage.ru_stime);
      report.peak_rss_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
      send(report, -1);
    }
    children_.erase(child);
  }
  // What a child had below it falls to us in the moment of its death, before we hear of it.
  if (any) kill_orphans();
}

void Keeper::kill_orphans() {
  for (const auto pid : own_children()) {
    const auto ours = std::any_of(children_.begin(), children_.end(),
                                  [&](const Child& child) { return child.pid == pid; });
    if (!ours) kill(pid, SIGKILL);
  }
}

void Keeper::send(const Report& report, int pidfd) {
  outgoing_.push_back({report, pidfd});
  flush();
}

void Keeper::flush() {
  while (!outgoing_.empty()) {
    auto& next = outgoing_.front();
    iovec part{&next.report, sizeof next.report};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> ancillary{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (next.pidfd >= 0) {
      message.msg_control = ancillary.data();
      message.msg_controllen = ancillary.size();
      auto* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &next.pidfd, sizeof(int));
    }
    if (sendmsg(control_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) parent_gone_ = true;
      return;
    }
    if (next.pidfd >= 0) close(next.pidfd);
    outgoing_.pop_front();
  }
}

void Keeper::end_everything() {
  for (;;) {
    for (const auto pid : descendants(getpid())) kill(pid, SIGKILL);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    // Everything below is a child of ours, or of one that is: no child means nothing is left.
    if (waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) return;
    // A death wakes us; the time-out is for what was born between the look and the kill.
    pollfd polled{signals_, POLLIN, 0};
    poll(&polled, 1, 5);
    signalfd_siginfo ignored[16];
    while (read(signals_, ignored, sizeof ignored) > 0) {
    }
  }
}

}  // namespace kameo::keeper
