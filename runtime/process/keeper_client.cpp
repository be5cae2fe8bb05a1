#include <kameo/process/keeper_client.hpp>

#include "keeper/process_tree.hpp"
#include "keeper/protocol.hpp"
#include "keeper_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <asio/dispatch.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kameo::process {
namespace {

using keeper::Report;
using keeper::Stage;

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::none:
    case Stage::request:
      return "the request";
    case Stage::fork:
      return "fork";
    case Stage::group:
      return "its process group";
    case Stage::limits:
      return "its resource limits";
    case Stage::priority:
      return "its niceness";
    case Stage::descriptors:
      return "its descriptors";
    case Stage::directory:
      return "its directory";
    case Stage::exec:
      return "running it";
  }
  return "unknown";
}

class KeptProcess final : public Process {
 public:
  KeptProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  [[nodiscard]] pid_t pid() const noexcept override { return pid_; }
  void signal(int number) noexcept override {
    if (pidfd_) {
      syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0U);
    } else if (!ended_) {
      kill(pid_, number);  // the keeper was out of descriptors; the number is still the child's
    }
  }
  [[nodiscard]] bool is_alive() const noexcept {
    return pidfd_ && syscall(SYS_pidfd_send_signal, pidfd_.get(), 0, nullptr, 0U) == 0;
  }
  [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }
  void set_ended() noexcept { ended_ = true; }

 private:
  const pid_t pid_;
  const UniqueFd pidfd_;
  std::atomic<bool> ended_ = false;
};

/// A spawn on its way, and the child that it becomes.
struct Child {
  asio::any_io_executor where;
  std::function<void(Result<std::shared_ptr<Process>>)> spawned;
  std::function<void(const ExitReport&)> exited;
  std::shared_ptr<KeptProcess> process;
  std::string program;
  std::string directory;

  void tell_spawned(Result<std::shared_ptr<Process>> result) {
    asio::post(where, [then = std::move(spawned), result = std::move(result)]() mutable {
      then(std::move(result));
    });
  }
  void tell_exited(const ExitReport& report) {
    process->set_ended();
    asio::post(where, [then = std::move(exited), report] { then(report); });
  }
};

struct Outgoing {
  std::string bytes;
  std::vector<UniqueFd> descriptors;
};

/// One message to the keeper. False with EAGAIN where it must wait.
bool send_message(int socket, const Outgoing& message) {
  iovec part{const_cast<char*>(message.bytes.data()), message.bytes.size()};
  std::vector<char> ancillary(CMSG_SPACE(sizeof(int) * message.descriptors.size()));
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!message.descriptors.empty()) {
    header.msg_control = ancillary.data();
    header.msg_controllen = ancillary.size();
    auto* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * message.descriptors.size());
    auto* out = CMSG_DATA(rights);
    for (const auto& descriptor : message.descriptors) {
      const int fd = descriptor.get();
      std::memcpy(out, &fd, sizeof fd);
      out += sizeof fd;
    }
  }
  return sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

enum class Received : std::uint8_t { report, nothing, end };

Received receive_report(int socket, Report& report, UniqueFd& pidfd) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> ancillary;
  iovec part{&report, sizeof report};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = ancillary.data();
  header.msg_controllen = ancillary.size();
  const auto size = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) {
    return errno == EAGAIN || errno == EINTR ? Received::nothing : Received::end;
  }
  if (size != sizeof report) return Received::end;
  const auto* rights = CMSG_FIRSTHDR(&header);
  if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(rights), sizeof fd);
    pidfd.reset(fd);
  }
  return Received::report;
}

Result<Outgoing> make_message(ProcessSpec& spec, std::uint64_t id) {
  keeper::SpawnRequest request;
  request.id = id;
  request.program = std::move(spec.program);
  request.arguments = std::move(spec.arguments);
  request.environment = std::move(spec.environment);
  request.directory = std::move(spec.directory);
  request.niceness = spec.niceness;
  request.new_session = spec.new_session;
  for (const auto& limit : spec.limits) {
    request.limits.push_back({limit.resource, limit.soft, limit.hard});
  }
  if (spec.descriptors.size() > keeper::max_descriptors) {
    return fail(errc::invalid_argument, spec.descriptors.size(),
                " descriptors for one process; at most ", keeper::max_descriptors);
  }
  Outgoing message;
  for (auto& [target, descriptor] : spec.descriptors) {
    request.targets.push_back(target);
    message.descriptors.push_back(std::move(descriptor));
  }
  message.bytes = keeper::encode(request);
  if (message.bytes.size() <= keeper::inline_bytes) return message;

  UniqueFd memory(memfd_create("kameo-spawn", MFD_CLOEXEC));
  if (!memory) return fail(errc::system, "memfd_create: ", std::strerror(errno));
  std::string_view left = message.bytes;
  while (!left.empty()) {
    const auto written = write(memory.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(errc::system, "writing a memfd: ", std::strerror(errno));
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  message.bytes.assign(reinterpret_cast<const char*>(&id), sizeof id);
  message.descriptors.insert(message.descriptors.begin(), std::move(memory));
  return message;
}

/// Whether it failed by what the caller asked for: then trying again cannot help.
bool is_callers_fault(const Report& report) {
  if (report.stage != Stage::exec && report.stage != Stage::directory) return false;
  switch (report.error) {
    case ENOENT:
    case EACCES:
    case ENOTDIR:
    case ENOEXEC:
    case ELOOP:
    case ENAMETOOLONG:
    case EISDIR:
    case EPERM:
      return true;
    default:
      return false;
  }
}

}  // namespace

/// One keeper and what runs under it: `Impl` gets another one when it dies.
class KeeperClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(const asio::any_io_executor& executor, std::string program)
      : strand_(executor), program_(std::move(program)) {}

  void spawn(ProcessSpec spec, Child child) {
    asio::dispatch(strand_, [self = shared_from_this(), spec = std::move(spec),
                             child = std::move(child)]() mutable {
      self->do_spawn(std::move(spec), std::move(child));
    });
  }

  void close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (!link_) return;
    // Both ends see the end of the file now: the keeper kills what it has, our strand tidies up.
    shutdown(link_->control.native_handle(), SHUT_RDWR);
    pollfd gone{link_->pidfd.get(), POLLIN, 0};
    while (poll(&gone, 1, 5000) < 0 && errno == EINTR) {
    }
    if (gone.revents == 0) {
      syscall(SYS_pidfd_send_signal, link_->pidfd.get(), SIGKILL, nullptr, 0U);
    }
    reap(*link_);
  }

  [[nodiscard]] pid_t keeper_pid() const {
    const std::lock_guard lock(mutex_);
    return link_ ? link_->pid : 0;
  }

 private:
  struct Link {
    Link(const asio::any_io_executor& executor, KeeperProcess process)
        : pid(process.pid),
          pidfd(std::move(process.pidfd)),
          control(executor, process.control.release()) {}
    pid_t pid;
    UniqueFd pidfd;
    asio::posix::stream_descriptor control;
    std::deque<Outgoing> outgoing;
    bool writing = false;
  };

  void do_spawn(ProcessSpec spec, Child child) {
    child.program = spec.program;
    child.directory = spec.directory;
    if (auto ready = ensure_keeper(); !ready) return child.tell_spawned(ready.error());
    const auto id = ++last_id_;
    auto message = make_message(spec, id);
    if (!message) return child.tell_spawned(message.error());
    children_.emplace(id, std::move(child));
    link_->outgoing.push_back(std::move(*message));
    flush();
  }

  Result<void> ensure_keeper() {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(errc::stopped, "the runtime has been stopped");
    if (link_) return {};
    auto path = program_;
    if (path.empty()) {
      if (const char* named = std::getenv("KAMEO_KEEPER")) path = named;
    }
    auto started = start_keeper(path);
    if (!started) return started.error();
    link_ = std::make_shared<Link>(strand_, std::move(*started));
    listen();
    return {};
  }

  void listen() {
    link_->control.async_wait(
        asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this(), link = link_](const std::error_code& cancelled) {
          if (!cancelled) self->on_readable(link);
        });
  }

  void on_readable(const std::shared_ptr<Link>& link) {
    if (link != link_) return;
    for (;;) {
      Report report;
      UniqueFd pidfd;
      switch (receive_report(link->control.native_handle(), report, pidfd)) {
        case Received::report:
          on_report(report, std::move(pidfd));
          break;
        case Received::nothing:
          return listen();
        case Received::end:
          return on_keeper_gone();
      }
    }
  }

  void on_report(const Report& report, UniqueFd pidfd) {
    const auto found = children_.find(report.id);
    if (found == children_.end()) return;
    auto& child = found->second;
    switch (report.type) {
      case Report::Type::spawned:
        child.process = std::make_shared<KeptProcess>(report.pid, std::move(pidfd));
        child.tell_spawned(std::static_pointer_cast<Process>(child.process));
        return;
      case Report::Type::failed: {
        const auto& what = report.stage == Stage::directory ? child.directory : child.program;
        child.tell_spawned(fail(is_callers_fault(report) ? errc::start_failed : errc::system,
                                "cannot run ", what, ": ", std::strerror(report.error), " (",
                                to_string(report.stage), ")"));
        break;
      }
      case Report::Type::exited: {
        ExitReport exit;
        exit.status = report.status;
        exit.user_us = report.user_us;
        exit.system_us = report.system_us;
        exit.peak_rss_bytes = report.peak_rss_bytes;
        child.tell_exited(exit);
        break;
      }
    }
    children_.erase(found);
  }

  void flush() {
    auto& link = *link_;
    while (!link.outgoing.empty()) {
      if (!send_message(link.control.native_handle(), link.outgoing.front())) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == ENOBUFS) return flush_later();
        // The keeper has gone: the reading side is about to see that, and takes care of the spawn.
        return;
      }
      link.outgoing.pop_front();
    }
  }

  void flush_later() {
    if (std::exchange(link_->writing, true)) return;
    link_->control.async_wait(
        asio::posix::stream_descriptor::wait_write,
        [self = shared_from_this(), link = link_](const std::error_code& cancelled) {
          link->writing = false;
          if (!cancelled && link == self->link_) self->flush();
        });
  }

  /// Nobody reaps and nobody cleans up any more: what ran under it ends.
  void on_keeper_gone() {
    bool closed = false;
    {
      const std::lock_guard lock(mutex_);
      link_->control.close();
      reap(*link_);
      link_.reset();
      closed = closed_;
    }
    auto children = std::exchange(children_, {});
    for (auto& [id, child] : children) {
      if (!child.process) {
        child.tell_spawned(
            closed ? fail(errc::stopped, "the runtime has been stopped")
                   : fail(errc::system, "the keeper died while it started ", child.program));
        continue;
      }
      if (child.process->is_alive()) {
        // What it has below itself first: with it gone, nobody could find them.
        child.process->signal(SIGSTOP);
        keeper::kill_below(child.process->pid());
        child.process->signal(SIGKILL);
      }
      tell_when_gone(std::move(child));
    }
  }

  void tell_when_gone(Child child) {
    ExitReport unknown;
    unknown.known = false;
    const int pidfd = dup(child.process->pidfd());
    if (pidfd < 0) return child.tell_exited(unknown);
    auto watch = std::make_shared<asio::posix::stream_descriptor>(strand_, pidfd);
    watch->async_wait(asio::posix::stream_descriptor::wait_read,
                      [watch, child = std::move(child), unknown](const std::error_code&) mutable {
                        child.tell_exited(unknown);
                      });
  }

  /// Only where this process is the one that orphans fall to (process 1 of a container, say).
  static void reap(const Link& link) {
    siginfo_t ignored;
    waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(link.pidfd.get()), &ignored,
           WEXITED | WNOHANG);
  }

  asio::strand<asio::any_io_executor> strand_;
  const std::string program_;
  std::uint64_t last_id_ = 0;                          // on the strand
  std::unordered_map<std::uint64_t, Child> children_;  // on the strand

  mutable std::mutex mutex_;
  bool closed_ = false;         // guarded by mutex_
  std::shared_ptr<Link> link_;  // set and reset on the strand, under mutex_
};

KeeperClient::KeeperClient(const asio::any_io_executor& executor, std::string program)
    : impl_(std::make_shared<Impl>(executor, std::move(program))) {}

KeeperClient::~KeeperClient() {
  impl_->close();
}

void KeeperClient::spawn(ProcessSpec spec, const asio::any_io_executor& where,
                         std::function<void(Result<std::shared_ptr<Process>>)> spawned,
                         std::function<void(const ExitReport&)> exited) {
  Child child;
  child.where = where;
  child.spawned = std::move(spawned);
  child.exited = std::move(exited);
  impl_->spawn(std::move(spec), std::move(child));
}

void KeeperClient::close() noexcept {
  impl_->close();
}

pid_t KeeperClient::keeper_pid() const {
  return impl_->keeper_pid();
}

}  // namespace kameo::process
