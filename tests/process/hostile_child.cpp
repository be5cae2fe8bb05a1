#include "hostile_child.hpp"

#include "../wire/frames.hpp"
#include "raw_connection.hpp"

#include <kameo/codec.hpp>

#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <string>

namespace {

using namespace kameo::wire;
using kameo::Bytes;
using kameo::ByteView;
using kameo::wire::test::frame;
using kameo::wire::test::operator+;
using raw::put;

constexpr std::uint16_t no_route = 999;
const std::string kibibyte(1024, 'x');
const std::string large(60 * 1024, 'x');

[[noreturn]] void wait_for_ever() {
  for (;;) pause();
}

/// A request for probe's callbacks: what it is about, and as many bytes as one likes.
std::string command(const std::string& argument) {
  const auto number = [](std::size_t size) {
    const auto word = static_cast<std::uint32_t>(size);
    return std::string(reinterpret_cast<const char*>(&word), sizeof word);
  };
  return number(4) + "hold" + number(argument.size()) + argument;
}

std::string window(std::uint64_t items, std::uint64_t bytes) {
  std::string text(16, '\0');
  std::memcpy(text.data(), &items, 8);
  std::memcpy(text.data() + 8, &bytes, 8);
  return text;
}

/// After the handshake, with the parent's first ask in hand.
class Attacker {
 public:
  Attacker(std::uint64_t ask, std::map<std::string, std::uint16_t> callbacks)
      : ask_(ask), callbacks_(std::move(callbacks)) {}

  int run(std::string_view attack) {
    if (attack == "asks") return ask_without_end(route("market.Price"), command(""));
    if (attack == "asks that nobody answers") return ask_without_end(no_route, "");
    if (attack == "large requests") return ask_without_end(route("market.Price"), command(large));
    if (attack == "streams") {
      return without_end([&](auto id) {
        return frame(FrameType::ask, flag::window, route("market.Ticks"), id,
                     window(1, 1) + command(""));
      });
    }
    if (attack == "pings") {
      return without_end([](auto id) { return frame(FrameType::ping, 0, 0, id); });
    }
    if (attack == "a message without end") return send_without_end();
    if (attack == "a huge length") return send_huge_length();
    if (attack == "no kameo at all") return send(frame(FrameType::tell, 0xFF, 1, 0, kibibyte));
    if (attack == "an id twice") {
      const auto once = frame(FrameType::ask, 0, route("market.Price"), 5, command(""));
      return send(once + once);
    }
    if (attack == "an answer to nobody") return send(frame(FrameType::reply, 0, 0, 1U << 20U, "x"));
    if (attack == "an item for one reply") return send(frame(FrameType::stream_item, 0, 0, ask_));
    if (attack == "a second hello") return send(frame(FrameType::hello, 0, 0, 0, kibibyte));
    if (attack == "credit that overflows") {
      return send(frame(FrameType::ask, flag::window, route("market.Ticks"), 5,
                        window(1, 1) + command("")) +
                  frame(FrameType::credit, 0, 0, 5, window(1, std::uint64_t{1} << 63U)));
    }
    if (attack == "half a frame") {
      put(answer());
      ByteView half(frame_);
      put(half.first(FrameHeader::size + 3));
      return 0;
    }
    // From here on there is an end.
    if (attack == "tells") {
      many(50'000, frame(FrameType::tell, 0, route("market.Price"), 0, command(kibibyte)));
    } else if (attack == "metrics") {
      many(50'000, frame(FrameType::metric, 0, 0, 0, kibibyte));
    } else if (attack == "log records") {
      LogRecord record;
      record.message = kibibyte;
      many(30'000, frame({0, FrameType::log, 0, 0, 0}, to_payload(record).value()));
    } else if (attack == "bytes that are no record") {
      many(10'000, frame(FrameType::log, 0, 0, 0, kibibyte));
    } else if (attack == "lines") {
      print_lines(50'000);
    } else if (attack == "no credit") {
      put(frame(FrameType::ask, flag::window, route("market.Ticks"), 5,
                window(0, 0) + command("")));
    } else if (attack == "boundless credit, and reads nothing") {
      put(frame(FrameType::ask, flag::window, route("market.Ticks"), 5,
                window(1U << 30U, std::uint64_t{1} << 40U) + command("")));
    } else if (attack == "cancels and credit for nobody") {
      many(50'000,
           frame(FrameType::cancel, 0, 0, 77) + frame(FrameType::credit, 0, 0, 77, window(1, 1)));
    } else if (attack != "byte by byte") {
      return 96;  // no such attack
    }
    for (const auto byte : answer()) put(ByteView(&byte, 1));
    wait_for_ever();
  }

 private:
  [[nodiscard]] std::uint16_t route(const std::string& callback) { return callbacks_.at(callback); }
  [[nodiscard]] Bytes answer() const {
    const auto here = kameo::encode_payload(std::string("here"));
    return frame({0, FrameType::reply, 0, 0, ask_}, *here);
  }
  static int send(ByteView bytes) {
    put(bytes);
    wait_for_ever();
  }
  template <class Make>
  static int without_end(Make make) {
    for (std::uint64_t id = 1;; ++id) put(make(id));
  }
  static int ask_without_end(std::uint16_t route, const std::string& request) {
    return without_end([&](auto id) { return frame(FrameType::ask, 0, route, id, request); });
  }
  static int send_without_end() {
    put(frame(FrameType::tell, flag::more, 1, 0, kibibyte));
    return without_end([](auto) { return frame(FrameType::chunk, flag::more, 1, 0, large); });
  }
  static int send_huge_length() {
    Bytes header(FrameHeader::size);
    store_header({0xFFFF'FFF0U, FrameType::tell, 0, 1, 0},
                 std::span(header).first<FrameHeader::size>());
    return send(header);
  }
  static void many(int count, const Bytes& bytes) {
    for (int i = 0; i < count; ++i) put(bytes);
  }
  static void print_lines(int count) {
    const auto line = kibibyte + '\n';
    for (int i = 0; i < count; ++i) {
      if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(97);
    }
  }

  const std::uint64_t ask_;
  const std::map<std::string, std::uint16_t> callbacks_;
  const Bytes frame_ = frame(FrameType::tell, 0, 1, 0, kibibyte);
};

/// Streams without an end, whoever cancels and whatever credit there is.
int stream_without_end(Session& session) {
  const auto ask = raw::next(session, Event::Type::ask).correlation;
  const auto item = kameo::encode_payload(std::string("again"));
  for (;;) put(frame({0, FrameType::stream_item, 0, 0, ask}, *item));
}

}  // namespace

int hostile_child(std::string_view attack) {
  signal(SIGPIPE, SIG_IGN);
  if (attack == "a frame before hello") {
    put(frame(FrameType::ready, 0, 0, 0));
    wait_for_ever();
  }
  if (attack == "a hello of another make") {
    put(frame(FrameType::hello, 0, 0, 0, std::string(64, 'x')));
    wait_for_ever();
  }
  Session session(Role::child, {});
  raw::must(session.hello({}));
  const auto welcome = welcome_from(raw::next(session, Event::Type::welcome).payload);
  if (!welcome) return 95;
  Ready ready;
  std::map<std::string, std::uint16_t> callbacks;
  for (const auto& route : welcome->routes) {
    if (route.to_parent != 0) {
      callbacks.emplace(route.name, route.number);
    } else if (attack == "other fingerprints") {
      ready.refused.push_back({route.number, "everything about it"});
    }
  }
  raw::must(session.ready(ready));
  raw::write_out(session);
  if (attack == "items without end") return stream_without_end(session);
  const auto ask = raw::next(session, Event::Type::ask).correlation;
  return Attacker(ask, std::move(callbacks)).run(attack);
}
