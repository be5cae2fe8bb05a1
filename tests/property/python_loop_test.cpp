// C++ → Python → C++: random values of random schemas through the extension's codec, in one child
// that gives each of them back. (The other way round is tests/codegen/strategies_at_work.py.)

#include "../support/hex.hpp"
#include "random_schema.hpp"

#include <rapidcheck/catch.h>

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <string>

namespace {

using namespace kameo;
using namespace kameo::test;

/// The child, and the socket to its stdin and stdout. It ends with it.
class Echo {
 public:
  Echo() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const char* python = std::getenv("KAMEO_PYTHON");
    REQUIRE(python != nullptr);
    std::string program = python;
    std::string script = ECHO_SCRIPT;
    std::array<char*, 3> arguments{program.data(), script.data(), nullptr};
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    REQUIRE(posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments.data(), environ) ==
            0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    socket_ = ends[0];
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  ~Echo() {
    close(socket_);
    waitpid(child_, nullptr, 0);
  }

  Result<Bytes> operator()(ByteView schema, ByteView payload) {
    send(schema);
    send(payload);
    std::uint8_t good = 0;
    receive(&good, sizeof good);
    std::uint32_t size = 0;
    receive(&size, sizeof size);
    Bytes back(size);
    receive(back.data(), back.size());
    if (good != 0) return back;
    return Error(errc::bad_reply, std::string(as_text(back)));
  }

 private:
  void send(ByteView bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    send(&size, sizeof size);
    send(bytes.data(), bytes.size());
  }
  void send(const void* data, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
      const auto sent =
          ::send(socket_, static_cast<const char*>(data) + at, size - at, MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the child of echo.py has gone");
      at += static_cast<std::size_t>(sent);
    }
  }
  void receive(void* data, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
      const auto got = ::recv(socket_, static_cast<char*>(data) + at, size - at, 0);
      if (got <= 0) throw std::runtime_error("the child of echo.py has gone");
      at += static_cast<std::size_t>(got);
    }
  }

  pid_t child_ = -1;
  int socket_ = -1;
};

struct Sample {
  schema::Package package;
  schema::Type type;
  Bytes payload;
};

/// The payload of a struct `Box` with one field is that of the field.
Sample sample() {
  RandomPackage random;
  const auto held = random.type();
  Sample made;
  made.package = random.package();
  schema::TypeDef box;
  box.package = "random";
  box.name = "Box";
  box.fields.emplace_back();
  box.fields[0].name = "value";
  box.fields[0].type = held;
  made.type.kind = schema::Kind::named;
  made.type.ref = static_cast<std::uint32_t>(made.package.types.size());
  made.package.types.push_back(std::move(box));
  const auto value = RandomValue(made.package, Reach::python).of(made.type);
  made.payload = DynamicCodec(made.package).encode(made.type, value).value();
  RC_LOG() << to_string(made.package, held) << ": " << to_hex(made.payload) << "\n";
  return made;
}

}  // namespace

TEST_CASE("any value of any schema comes back from Python as it was", "[property]") {
  Echo echo;
  rc::prop("Python's encode(decode(payload)) is the payload, but for the order of sets", [&] {
    const auto it = sample();
    const auto back = echo(schema::to_bytes(it.package), it.payload);
    if (!back) RC_FAIL(back.error().message());
    RC_LOG() << "back: " << to_hex(*back) << "\n";
    const DynamicCodec codec(it.package);
    RC_ASSERT(back->size() == it.payload.size());
    RC_ASSERT(codec.sorted(it.type, codec.decode(it.type, *back).value()) ==
              codec.sorted(it.type, codec.decode(it.type, it.payload).value()));
  });
}
