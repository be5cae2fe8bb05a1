#include "orders.grpc.pb.h"
#include "peer.hpp"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace bench {
namespace {

/// The Python server as a child, told to end by the end of its stdin.
class Server {
 public:
  Server() {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("grpc: no pipe");
    }
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      execl(BENCH_GRPC_PYTHON, BENCH_GRPC_PYTHON, BENCH_GRPC_SERVER, BENCH_GRPC_PYTHONPATH,
            nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    std::array<char, 16> line{};
    const auto got = read(out[0], line.data(), line.size() - 1);
    close(out[0]);
    if (got <= 0) throw std::runtime_error("grpc: the server did not start");
    port_ = std::stoi(line.data());
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    close(stdin_);
    waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] int port() const { return port_; }

 private:
  pid_t child_ = -1;
  int stdin_ = -1;
  int port_ = 0;
};

/// One open call; its address is its tag in the completion queue.
struct Call {
  grpc::ClientContext context;
  grpc::Status status;
  orders::Total reply;
  std::int64_t id = 0;
  std::unique_ptr<grpc::ClientAsyncResponseReader<orders::Total>> reader;
};

class Grpc final : public Peer {
 public:
  Grpc()
      : stub_(orders::Desk::NewStub(grpc::CreateChannel(
            "127.0.0.1:" + std::to_string(server_.port()), grpc::InsecureChannelCredentials()))) {}
  ~Grpc() override { queue_.Shutdown(); }

  [[nodiscard]] std::string_view name() const override { return "grpc"; }

  Seconds ask(int count, int in_flight) override {
    const auto start = std::chrono::steady_clock::now();
    int sent = 0;
    while (sent < std::min(in_flight, count)) send(sent++);
    for (int done = 0; done < count; ++done) {
      void* tag = nullptr;
      bool ok = false;
      if (!queue_.Next(&tag, &ok)) throw std::runtime_error("grpc: the queue ended");
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      if (!call->status.ok()) throw std::runtime_error("grpc: " + call->status.error_message());
      if (call->reply.total() != expected_total(call->id)) {
        throw std::runtime_error("grpc: a wrong answer");
      }
      if (sent < count) send(sent++);
    }
    return std::chrono::steady_clock::now() - start;
  }

 private:
  void send(std::int64_t id) {
    const auto from = order(id);
    orders::Order request;
    request.set_id(from.id);
    request.set_price(from.price);
    request.set_symbol(from.symbol);
    for (const auto size : from.sizes) request.add_sizes(size);
    request.set_note(*from.note);
    auto call = std::make_unique<Call>();
    call->id = id;
    call->reader = stub_->AsyncPrice(&call->context, request, &queue_);
    call->reader->Finish(&call->reply, &call->status, call.get());
    static_cast<void>(call.release());  // comes back as the tag
  }

  Server server_;
  std::unique_ptr<orders::Desk::Stub> stub_;
  grpc::CompletionQueue queue_;
};

}  // namespace

std::unique_ptr<Peer> make_grpc() {
  return std::make_unique<Grpc>();
}

}  // namespace bench
