#pragma once

#include "connection.hpp"

#include <kameo/actor/clock.hpp>
#include <kameo/actor/envelope.hpp>
#include <kameo/schema/conversion.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace kameo::process {

/// The calls of one connection, both ways, with their streams, cancels, deadlines and chains: what
/// a parent and a C++ child do alike. Where a child's schema is not its parent's a call has a
/// `conversion`, which outlives this; null elsewhere. Thread-safety: none, everything on the
/// connection's strand; but `cancel` from any thread.
class Calls final : public actor::Canceller, public std::enable_shared_from_this<Calls> {
 public:
  /// `peer`: the child's id, in its parent; 0 in a child. `on_room`: a place has become free
  /// otherwise than by an event.
  Calls(asio::any_io_executor strand, std::shared_ptr<Connection> connection,
        std::shared_ptr<actor::Clock> clock, actor::ActorId peer, std::function<void()> on_room);

  /// Sends the ask in `envelope`; answers it where that can't be.
  void ask(actor::RouteNumber route, actor::Envelope envelope,
           const schema::MethodConversion* conversion = nullptr);
  /// Asks sent and not answered.
  [[nodiscard]] std::size_t open() const noexcept { return ours_.size(); }
  void cancel(std::uint64_t ask) override;

  /// An ask or tell of the peer's, for whoever answers it, at their route number. Its request has
  /// been converted already.
  [[nodiscard]] actor::Envelope accept(const wire::Event& event, actor::RouteNumber route,
                                       const schema::MethodConversion* conversion = nullptr);
  /// Answers an ask of the peer's with an error, as it came.
  void refuse(wire::CorrelationId ask, const Error& why);

  /// Takes what is about a call: answers, items, credit, cancels. False for other events.
  bool on_event(wire::Event& event);
  /// The kernel has taken bytes: streams that waited for that go on.
  void on_turn_end();
  /// The peer has gone: our asks end with `why`, and nobody waits for its own.
  void end(const Error& why);

 private:
  class Answer;
  struct Ours {
    actor::ReplyTo reply_to;
    actor::Streams streams;
    bool waits = false;  ///< for its input to be readable
    const schema::MethodConversion* conversion = nullptr;
  };
  struct Theirs {
    std::shared_ptr<Answer> answer;
    actor::Streams streams;
    bool waits = false;  ///< for its output to be readable
    const schema::MethodConversion* conversion = nullptr;
  };

  void replied(wire::CorrelationId ask, ByteView payload);
  void failed(wire::CorrelationId ask, Error why);
  void answered(wire::CorrelationId ask, Result<actor::Message> answer);
  void take_item(wire::CorrelationId ask, ByteView payload);
  void take_input(wire::CorrelationId ask, ByteView payload);
  void finish(wire::CorrelationId ask, const Result<Bytes>& result);
  void cancelled(wire::CorrelationId ask);
  void pump_input(wire::CorrelationId ask);
  void pump_output(wire::CorrelationId ask);
  [[nodiscard]] bool peer_reads() const;
  /// Runs `what(*this)` on the strand, later.
  template <class Function>
  void later(Function what);

  const asio::any_io_executor strand_;
  const std::shared_ptr<Connection> connection_;
  const std::shared_ptr<actor::Clock> clock_;
  const actor::ActorId peer_;
  const std::function<void()> on_room_;
  std::unordered_map<wire::CorrelationId, Ours> ours_;
  std::unordered_map<wire::CorrelationId, Theirs> theirs_;
  std::vector<std::function<void()>> stalled_;  // streams that wait until the peer reads
};

}  // namespace kameo::process
