#include <kameo/actor/mailbox.hpp>

#include <catch2/catch.hpp>

#include <thread>

using kameo::actor::Envelope;
using kameo::actor::Mailbox;
using kameo::actor::Message;
using Push = Mailbox::Push;

namespace {

Push push(Mailbox& mailbox, int value) {
  Envelope envelope(1, Message::of(value));
  return mailbox.push(envelope);
}

int pop(Mailbox& mailbox) {
  auto envelope = mailbox.pop();
  return envelope ? std::move(envelope->message).take<int>().value() : -1;
}

}  // namespace

TEST_CASE("messages leave a mailbox in the order in which they came", "[actor][mailbox]") {
  Mailbox mailbox(100);
  for (int i = 0; i < 5; ++i) push(mailbox, i);
  CHECK(pop(mailbox) == 0);
  CHECK(pop(mailbox) == 1);
  push(mailbox, 5);  // behind those of the batch that is being taken
  for (int i = 2; i <= 5; ++i) CHECK(pop(mailbox) == i);
  CHECK(pop(mailbox) == -1);
}

TEST_CASE("only a push to a taker that sleeps wakes it", "[actor][mailbox]") {
  Mailbox mailbox(100);
  CHECK(push(mailbox, 1) == Push::taken_wake);
  CHECK(push(mailbox, 2) == Push::taken);
  CHECK(pop(mailbox) == 1);
  CHECK(push(mailbox, 3) == Push::taken);  // the taker has not found it empty yet
  CHECK(pop(mailbox) == 2);
  CHECK(pop(mailbox) == 3);
  CHECK(pop(mailbox) == -1);
  CHECK(push(mailbox, 4) == Push::taken_wake);
}

TEST_CASE("I3 a full mailbox refuses and leaves the message with its sender", "[actor][mailbox]") {
  Mailbox mailbox(2);
  push(mailbox, 1);
  push(mailbox, 2);
  Envelope third(1, Message::of(3));
  CHECK(mailbox.push(third) == Push::full);
  CHECK(std::move(third.message).take<int>().value() == 3);
  CHECK(mailbox.size() == 2);
  CHECK(pop(mailbox) == 1);
  CHECK(push(mailbox, 4) == Push::taken);
}

TEST_CASE("I5 a closed mailbox takes nothing and keeps what it has", "[actor][mailbox]") {
  Mailbox mailbox(10);
  push(mailbox, 1);
  mailbox.close();
  CHECK(push(mailbox, 2) == Push::closed);
  CHECK(pop(mailbox) == 1);
  CHECK(pop(mailbox) == -1);
}

TEST_CASE("many senders at once lose nothing, and each one's messages keep their order",
          "[actor][mailbox]") {
  constexpr int senders = 4;
  constexpr int each = 5000;
  Mailbox mailbox(senders * each);
  std::atomic<int> wakes = 0;
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      for (int i = 0; i < each; ++i) {
        if (push(mailbox, sender * each + i) == Push::taken_wake) ++wakes;
      }
    });
  }
  std::array<int, senders> next{};
  int taken = 0;
  while (taken < senders * each) {
    const auto value = pop(mailbox);
    if (value < 0) {
      std::this_thread::yield();
      continue;
    }
    auto& expected = next[static_cast<std::size_t>(value / each)];
    if (value % each != expected) FAIL("out of order");
    ++expected;
    ++taken;
  }
  for (auto& thread : threads) thread.join();
  CHECK(mailbox.size() == 0);
  CHECK(wakes > 0);
}
