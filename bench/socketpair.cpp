#include "peer.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace bench {
namespace {

// The sizes of kameo's frames for this ask: header and payload.
struct Request {
  std::array<std::byte, 24> header;
  std::int64_t id;
  double price;
  std::array<std::int64_t, 4> sizes;
  std::array<char, 40> text;
};
struct Reply {
  std::array<std::byte, 24> header;
  double total;
};

constexpr std::size_t batch = 64;

void check(bool ok, const char* what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

// Answers whole requests as they come, one write for all that one read gave.
[[noreturn]] void serve(int fd) {
  std::array<Request, batch> requests;
  std::array<Reply, batch> replies{};
  std::size_t have = 0;
  for (;;) {
    const auto got =
        read(fd, reinterpret_cast<char*>(requests.data()) + have, sizeof(requests) - have);
    if (got <= 0) _exit(0);
    have += static_cast<std::size_t>(got);
    const auto whole = have / sizeof(Request);
    for (std::size_t i = 0; i < whole; ++i) {
      std::int64_t sum = 0;
      for (const auto size : requests[i].sizes) sum += size;
      replies[i].total = requests[i].price * static_cast<double>(sum);
    }
    const auto bytes = whole * sizeof(Reply);
    if (write(fd, replies.data(), bytes) != static_cast<ssize_t>(bytes)) _exit(1);
    have -= whole * sizeof(Request);
    std::memmove(requests.data(), requests.data() + whole, have);
  }
}

class Socketpair final : public Peer {
 public:
  Socketpair() {
    std::array<int, 2> ends{};
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
    child_ = fork();
    check(child_ >= 0, "fork");
    if (child_ == 0) {
      close(ends[0]);
      serve(ends[1]);
    }
    close(ends[1]);
    fd_ = ends[0];
  }
  ~Socketpair() override {
    close(fd_);
    waitpid(child_, nullptr, 0);
  }

  [[nodiscard]] std::string_view name() const override { return "socketpair"; }

  Seconds ask(int count, int in_flight) override {
    std::array<Request, batch> requests{};
    std::array<Reply, batch> replies{};
    const auto start = std::chrono::steady_clock::now();
    for (int done = 0; done < count;) {
      const auto now = static_cast<std::size_t>(std::min(in_flight, count - done));
      for (std::size_t i = 0; i < now; ++i) fill(requests[i], done + static_cast<int>(i));
      const auto bytes = now * sizeof(Request);
      check(write(fd_, requests.data(), bytes) == static_cast<ssize_t>(bytes), "write");
      for (std::size_t have = 0; have < now * sizeof(Reply);) {
        const auto got =
            read(fd_, reinterpret_cast<char*>(replies.data()) + have, now * sizeof(Reply) - have);
        check(got > 0, "read");
        have += static_cast<std::size_t>(got);
      }
      for (std::size_t i = 0; i < now; ++i) {
        if (replies[i].total != expected_total(done + static_cast<int>(i))) {
          throw std::runtime_error("socketpair: a wrong answer");
        }
      }
      done += static_cast<int>(now);
    }
    return std::chrono::steady_clock::now() - start;
  }

 private:
  static void fill(Request& request, std::int64_t id) {
    request.id = id;
    request.price = 101.25;
    request.sizes = {id, 2, 3, 4};
  }

  int fd_ = -1;
  pid_t child_ = -1;
};

}  // namespace

std::unique_ptr<Peer> make_socketpair() {
  return std::make_unique<Socketpair>();
}

}  // namespace bench
