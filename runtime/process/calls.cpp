#include "calls.hpp"

#include <kameo/actor/options.hpp>
#include <kameo/actor/take.hpp>
#include <kameo/wire/not_sent.hpp>

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace kameo::process {
namespace {

using actor::ActorId;
using actor::ItemPipe;
using actor::Message;
using wire::CorrelationId;
using wire::Event;

/// Of what handlers here write to a stream for the peer: so much waits here, beside what the peer
/// has given credit for.
constexpr StreamWindow relay_window{16, 64 * 1024};
/// More than this waits in the streams rather than in the connection.
constexpr std::size_t output_bytes_wanted = 1024 * 1024;

Bytes copy(ByteView bytes) {
  return Bytes(bytes.begin(), bytes.end());
}

/// An item or reply for the other side of a route, in `memory` where its type is another there.
Result<ByteView> converted(const std::optional<schema::Conversion>& with, ByteView payload,
                           Bytes& memory) {
  return with ? with->convert(payload, memory) : Result<ByteView>(payload);
}
Result<ByteView> converted_output(const schema::MethodConversion* with, ByteView payload,
                                  Bytes& memory) {
  return with != nullptr ? converted(with->output, payload, memory) : Result<ByteView>(payload);
}
Result<ByteView> converted_input(const schema::MethodConversion* with, ByteView payload,
                                 Bytes& memory) {
  return with != nullptr ? converted(with->input, payload, memory) : Result<ByteView>(payload);
}

std::vector<ActorId> chain_from(std::span<const std::byte> bytes, ActorId peer) {
  std::vector<ActorId> chain(bytes.size() / sizeof(ActorId));
  if (!chain.empty()) std::memcpy(chain.data(), bytes.data(), chain.size() * sizeof(ActorId));
  if (peer == 0) return chain;
  std::replace(chain.begin(), chain.end(), actor::child_itself, peer);
  if (chain.empty() || chain.back() != peer) chain.push_back(peer);
  return chain;
}

}  // namespace

/// The answer to one ask of the peer's, on its way back.
class Calls::Answer final : public actor::ReplyTo::Sink {
 public:
  Answer(std::weak_ptr<Calls> calls, asio::any_io_executor strand, CorrelationId ask,
         std::shared_ptr<ItemPipe> output)
      : calls_(std::move(calls)),
        strand_(std::move(strand)),
        ask_(ask),
        output_(std::move(output)) {}

  void complete(Result<Message> answer) override {
    if (abandoned_) return;
    // The end of a stream goes the way of its items: behind them.
    if (output_) return output_->end(answer ? Result<void>() : Result<void>(answer.error()));
    // Encoded here, on the handler's thread, and only handed over on the connection's strand.
    auto payload = [&]() -> Result<Bytes> {
      if (!answer) return answer.error();
      return std::move(*answer).payload();
    }();
    asio::dispatch(strand_, [weak = calls_, ask = ask_, payload = std::move(payload)] {
      if (const auto calls = weak.lock()) calls->finish(ask, payload);
    });
  }
  [[nodiscard]] bool abandoned() const noexcept override { return abandoned_; }
  void on_abandoned(std::weak_ptr<actor::Canceller> who, std::uint64_t token) override {
    abandonment_.tell(std::move(who), token);
  }
  void abandon() {
    abandoned_ = true;
    abandonment_.happen();
  }

 private:
  const std::weak_ptr<Calls> calls_;
  const asio::any_io_executor strand_;
  const CorrelationId ask_;
  const std::shared_ptr<ItemPipe> output_;
  std::atomic<bool> abandoned_ = false;
  actor::Abandonment abandonment_;
};

Calls::Calls(asio::any_io_executor strand, std::shared_ptr<Connection> connection,
             std::shared_ptr<actor::Clock> clock, ActorId peer, std::function<void()> on_room)
    : strand_(std::move(strand)),
      connection_(std::move(connection)),
      clock_(std::move(clock)),
      peer_(peer),
      on_room_(std::move(on_room)) {}

template <class Function>
void Calls::later(Function what) {
  asio::post(strand_, [weak = weak_from_this(), what = std::move(what)]() mutable {
    const auto self = weak.lock();
    if (self && self->connection_->is_open()) what(*self);
  });
}

bool Calls::peer_reads() const {
  return connection_->session().output_bytes() < output_bytes_wanted;
}

// Our asks ----------------------------------------------------------------------------------------

void Calls::ask(actor::RouteNumber route, actor::Envelope envelope,
                const schema::MethodConversion* conversion) {
  const auto payload = std::move(envelope.message).payload();
  if (!payload) return envelope.reply_to(payload.error());
  Bytes memory;
  const auto request = conversion != nullptr ? conversion->request.convert(*payload, memory)
                                             : Result<ByteView>(*payload);
  if (!request) return envelope.reply_to(request.error());
  wire::AskParts parts;
  if (envelope.deadline) {
    // Not less than nothing: one that is over is about to be cancelled by whoever made it.
    parts.timeout = std::max(
        std::chrono::duration_cast<std::chrono::microseconds>(*envelope.deadline - clock_->now()),
        std::chrono::microseconds(0));
  }
  auto& streams = envelope.streams;
  if (streams.output) parts.window = streams.output->window();
  parts.input = streams.input != nullptr;
  if (peer_ != 0) {
    std::replace(envelope.chain.begin(), envelope.chain.end(), peer_, actor::child_itself);
  }
  parts.chain = envelope.chain;
  parts.trace = envelope.trace;
  const auto ask = connection_->session().ask(route, *request, parts);
  if (!ask) return envelope.reply_to(ask.error());

  if (streams.output) {
    streams.output->on_read([weak = weak_from_this(), ask = *ask](StreamWindow more) {
      const auto self = weak.lock();
      if (!self) return;
      self->later([ask, more](Calls& calls) {
        calls.connection_->session().grant(ask, more);
        calls.connection_->flush_later();
      });
    });
  }
  auto& ours = ours_[*ask];
  ours.reply_to = std::move(envelope.reply_to);
  ours.streams = std::move(streams);
  ours.conversion = conversion;
  // Last: where its caller has given up meanwhile it is cancelled at once.
  ours.reply_to.on_abandoned(weak_from_this(), *ask);
}

void Calls::cancel(std::uint64_t ask) {
  later([ask](Calls& calls) {
    const auto found = calls.ours_.find(ask);
    if (found == calls.ours_.end()) return;  // answered meanwhile
    const auto let_go = std::move(found->second);
    calls.ours_.erase(found);
    calls.connection_->session().cancel(ask);
    calls.connection_->flush_later();
    if (calls.on_room_) calls.on_room_();
  });
}

void Calls::replied(CorrelationId ask, ByteView payload) {
  const auto found = ours_.find(ask);
  if (found == ours_.end()) return;
  Bytes memory;
  const auto reply = converted_output(found->second.conversion, payload, memory);
  answered(ask, reply ? Result<Message>(Message::from_payload(copy(*reply)))
                      : Result<Message>(reply.error()));
}

void Calls::failed(CorrelationId ask, Error why) {
  const auto found = ours_.find(ask);
  if (found == ours_.end()) return;
  const auto* conversion = found->second.conversion;
  answered(ask, conversion != nullptr ? conversion->convert(why) : std::move(why));
}

void Calls::take_item(CorrelationId ask, ByteView payload) {
  const auto found = ours_.find(ask);
  if (found == ours_.end()) return;
  Bytes memory;
  const auto item = converted_output(found->second.conversion, payload, memory);
  if (!item) {
    connection_->session().cancel(ask);
    connection_->flush_later();
    return answered(ask, item.error());
  }
  // Credit counts what stood on the wire.
  found->second.streams.output->push_granted(Message::from_payload(copy(*item)), payload.size());
}

void Calls::answered(CorrelationId ask, Result<Message> answer) {
  const auto found = ours_.find(ask);
  if (found == ours_.end()) return;
  auto ours = std::move(found->second);
  ours_.erase(found);
  if (ours.streams.input) ours.streams.input->leave();
  ours.reply_to(std::move(answer));
}

/// Sends what is there of the input of an ask of ours, as far as the peer's credit goes.
void Calls::pump_input(CorrelationId ask) {
  const auto found = ours_.find(ask);
  if (found == ours_.end() || !found->second.streams.input || found->second.waits) return;
  auto& input = *found->second.streams.input;
  auto& session = connection_->session();
  while (session.may_send_input(ask)) {
    if (!peer_reads()) {
      stalled_.push_back([this, ask] { pump_input(ask); });
      return connection_->flush_later();
    }
    auto item = input.pop();
    if (!item) break;
    const auto payload = std::move(*item).payload();
    Bytes memory;
    const auto other = payload ? converted_input(found->second.conversion, *payload, memory)
                               : Result<ByteView>(payload.error());
    const auto sent = other ? session.send_input(ask, *other) : Result<void>(other.error());
    if (!sent) {
      input.leave();
      static_cast<void>(session.end_input(ask, sent.error()));
      found->second.streams.input.reset();
      break;
    }
  }
  connection_->flush_later();
  if (!found->second.streams.input) return;
  if (const auto result = input.result()) {
    const auto why = *result ? std::optional<Error>() : result->error();
    static_cast<void>(session.end_input(ask, why));
    found->second.streams.input.reset();
    return;
  }
  // Goes on with Event::input_credit; see pump_output.
  if (input.has_item() && !session.may_send_input(ask)) return;
  found->second.waits = true;
  input.when_readable([weak = weak_from_this(), ask] {
    const auto self = weak.lock();
    if (!self) return;
    self->later([ask](Calls& calls) {
      if (const auto at = calls.ours_.find(ask); at != calls.ours_.end()) at->second.waits = false;
      calls.pump_input(ask);
    });
  });
}

// The peer's asks ---------------------------------------------------------------------------------

actor::Envelope Calls::accept(const Event& event, actor::RouteNumber route,
                              const schema::MethodConversion* conversion) {
  actor::Streams streams;
  actor::ReplyTo reply_to;
  const auto ask = event.correlation;
  if (event.type == Event::Type::ask) {
    if (event.wants_stream)
      streams.output = std::make_shared<ItemPipe>(relay_window, true, strand_);
    if (event.has_input) {
      streams.input = std::make_shared<ItemPipe>(default_window, false, strand_);
      streams.input->on_read([weak = weak_from_this(), ask](StreamWindow more) {
        const auto self = weak.lock();
        if (!self) return;
        self->later([ask, more](Calls& calls) {
          calls.connection_->session().grant_input(ask, more);
          calls.connection_->flush_later();
        });
      });
      connection_->session().grant_input(ask, default_window);
    }
    auto answer = std::make_shared<Answer>(weak_from_this(), strand_, ask, streams.output);
    theirs_.emplace(ask, Theirs{answer, streams, false, conversion});
    reply_to = actor::ReplyTo(std::move(answer));
    if (streams.output) pump_output(ask);
  }
  std::optional<actor::Envelope::Clock::time_point> until;
  if (event.deadline) {
    until = clock_->now() + (*event.deadline - std::chrono::steady_clock::now());
  }
  actor::Envelope envelope(route, Message::from_payload(copy(event.payload)), std::move(reply_to),
                           until);
  envelope.chain = chain_from(event.chain, peer_);
  envelope.trace = event.trace;
  envelope.streams = std::move(streams);
  return envelope;
}

void Calls::refuse(CorrelationId ask, const Error& why) {
  finish(ask, why);
}

void Calls::finish(CorrelationId ask, const Result<Bytes>& result) {
  const auto found = theirs_.find(ask);
  const auto* conversion = found == theirs_.end() ? nullptr : found->second.conversion;
  if (found != theirs_.end()) theirs_.erase(found);
  if (!connection_->is_open()) return;
  auto& session = connection_->session();
  const auto refuse = [&](const Error& why) {
    return session.refuse(ask, conversion != nullptr ? conversion->convert(why) : why);
  };
  Bytes memory;
  const auto reply =
      result ? converted_output(conversion, *result, memory) : Result<ByteView>(result.error());
  const auto sent = reply ? session.reply(ask, *reply) : refuse(reply.error());
  // Too large for the peer: it is told that instead. A session that has ended needs no answer.
  if (!sent && reply) static_cast<void>(session.refuse(ask, wire::not_sent(sent.error())));
  connection_->flush_later();
}

void Calls::take_input(CorrelationId ask, ByteView payload) {
  const auto found = theirs_.find(ask);
  if (found == theirs_.end()) return;
  Bytes memory;
  const auto item = converted_input(found->second.conversion, payload, memory);
  auto& input = *found->second.streams.input;
  if (!item) return input.end(item.error());  // what comes after it is dropped
  input.push_granted(Message::from_payload(copy(*item)), payload.size());
}

void Calls::cancelled(CorrelationId ask) {
  if (const auto found = theirs_.find(ask); found != theirs_.end()) {
    const auto theirs = std::move(found->second);
    theirs_.erase(found);
    theirs.answer->abandon();
    if (theirs.streams.output) theirs.streams.output->leave();
    if (theirs.streams.input) {
      theirs.streams.input->end(Error(errc::cancelled, "the caller cancelled"));
    }
  }
  finish(ask, Error(errc::cancelled, "cancelled by the caller"));
}

/// Sends what is there of the stream that an ask of the peer's wants, as far as its credit goes.
void Calls::pump_output(CorrelationId ask) {
  const auto found = theirs_.find(ask);
  if (found == theirs_.end() || found->second.waits) return;
  const auto output = found->second.streams.output;
  auto& session = connection_->session();
  while (session.may_send_item(ask)) {
    if (!peer_reads()) {
      stalled_.push_back([this, ask] { pump_output(ask); });
      return connection_->flush_later();
    }
    auto item = output->pop();
    if (!item) break;
    const auto payload = std::move(*item).payload();
    Bytes memory;
    const auto other = payload ? converted_output(found->second.conversion, *payload, memory)
                               : Result<ByteView>(payload.error());
    const auto sent = other ? session.send_item(ask, *other) : Result<void>(other.error());
    if (!sent) {
      found->second.answer->abandon();
      output->leave();
      return finish(ask, wire::not_sent(sent.error()));
    }
  }
  connection_->flush_later();
  if (const auto result = output->result()) {
    if (!*result) return finish(ask, result->error());
    theirs_.erase(found);
    static_cast<void>(session.end_stream(ask));  // a session that has ended needs no answer
    return;
  }
  // Goes on with Event::credit. Otherwise with what may have come since the last look: its writer
  // is on another thread.
  if (output->has_item() && !session.may_send_item(ask)) return;
  found->second.waits = true;
  output->when_readable([weak = weak_from_this(), ask] {
    const auto self = weak.lock();
    if (!self) return;
    self->later([ask](Calls& calls) {
      const auto at = calls.theirs_.find(ask);
      if (at != calls.theirs_.end()) at->second.waits = false;
      calls.pump_output(ask);
    });
  });
}

// Events ------------------------------------------------------------------------------------------

bool Calls::on_event(Event& event) {
  const auto ask = event.correlation;
  switch (event.type) {
    case Event::Type::reply:
      replied(ask, event.payload);
      return true;
    case Event::Type::end:
      answered(ask, Message::from_payload({}));
      return true;
    case Event::Type::error:
      // Of a session that has ended: how the peer died is a better answer, and about to come.
      if (!connection_->session().is_closed()) failed(ask, std::move(*event.error));
      return true;
    case Event::Type::item:
      take_item(ask, event.payload);
      return true;
    case Event::Type::input_credit:
      pump_input(ask);
      return true;
    case Event::Type::credit:
      pump_output(ask);
      return true;
    case Event::Type::input_item:
      take_input(ask, event.payload);
      return true;
    case Event::Type::input_end:
      if (const auto found = theirs_.find(ask); found != theirs_.end()) {
        found->second.streams.input->end(event.error ? Result<void>(std::move(*event.error))
                                                     : Result<void>());
      }
      return true;
    case Event::Type::cancel:
      cancelled(ask);
      return true;
    default:
      return false;
  }
}

void Calls::on_turn_end() {
  if (stalled_.empty() || !peer_reads()) return;
  for (const auto& go_on : std::exchange(stalled_, {})) go_on();
}

void Calls::end(const Error& why) {
  for (auto& [ask, ours] : std::exchange(ours_, {})) {
    if (ours.streams.input) ours.streams.input->leave();
    ours.reply_to(why);
  }
  for (auto& [ask, theirs] : std::exchange(theirs_, {})) {
    theirs.answer->abandon();
    if (theirs.streams.output) theirs.streams.output->leave();
    if (theirs.streams.input) theirs.streams.input->end(why);
  }
}

}  // namespace kameo::process
