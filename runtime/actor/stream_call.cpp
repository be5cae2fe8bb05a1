#include <kameo/actor/ledger.hpp>
#include <kameo/actor/stream_call.hpp>
#include <kameo/actor/take.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace kameo::actor {

void Receiver::report(const Error& lost) const {
  const auto line = concat(name(), ": ", lost.what(), '\n');
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::optional<Envelope::Clock::time_point> deadline_of(const Deadline& own,
                                                       const std::shared_ptr<const Call>& inherited,
                                                       const Receiver& receiver) {
  if (own.is_none()) return std::nullopt;
  std::optional<Envelope::Clock::time_point> until;
  if (inherited) until = inherited->deadline;
  if (const auto length = own.length()) {
    const auto now = receiver.clock()->now();
    // As good as none, and without an overflow.
    if (*length > std::chrono::hours(24 * 36525)) return until;
    until = until ? std::min(*until, now + *length) : now + *length;
  }
  return until;
}

void inherit(Envelope& envelope, const std::optional<TraceContext>& trace,
             const std::shared_ptr<const Call>& inherited) {
  envelope.trace = trace;
  if (!inherited) return;
  envelope.chain = inherited->chain;
  if (!trace) envelope.trace = inherited->trace;
}

StreamCall::StreamCall(std::shared_ptr<Receiver> receiver, Streams streams, bool wants_stream)
    : receiver_(std::move(receiver)), streams_(std::move(streams)), wants_stream_(wants_stream) {
  Ledger::asked();
}

void StreamCall::start(RouteNumber route, Result<Message> message, const StreamOptions& options,
                       const std::shared_ptr<const Call>& inherited) {
  if (!receiver_) {
    return complete(Error(errc::stopped, "this ref points to no actor"));
  }
  if (!message) return complete(message.error());
  const auto own = options.deadline ? options.deadline : receiver_->deadline(route);
  const auto until = deadline_of(own, inherited, *receiver_);
  if (until) {
    const auto clock = receiver_->clock();
    const std::lock_guard lock(timer_mutex_);
    timer_ = clock->make_timer(receiver_->executor());
    timer_->after(time_left(*clock, *until), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->cancel(
            Error(errc::deadline_exceeded, "the deadline passed before the stream had ended"));
      }
    });
  }
  Envelope envelope(route, std::move(*message), ReplyTo(shared_from_this()), until);
  inherit(envelope, options.trace, inherited);
  if (wants_stream_) envelope.streams.output = streams_.output;
  envelope.streams.input = streams_.input;
  // One that is not taken is answered by the receiver: nothing to see in what it returns.
  static_cast<void>(receiver_->deliver(std::move(envelope)));
}

void StreamCall::cancel(Error why) {
  if (finish(std::move(why), {})) abandonment_.happen();
}

void StreamCall::complete(Result<Message> answer) {
  if (!answer) {
    finish(answer.error(), {});
  } else {
    finish({}, std::move(*answer));
  }
}

bool StreamCall::finish(const Result<void>& result, std::optional<Message> reply) {
  if (done_.exchange(true)) return false;  // another outcome was first; the reader has it
  {
    const std::lock_guard lock(timer_mutex_);
    timer_.reset();
  }
  Ledger::ended(result ? errc{} : result.error().code());
  if (reply && !wants_stream_) streams_.output->push_granted(std::move(*reply), 0);
  streams_.output->end(result);
  if (streams_.input) streams_.input->leave();
  return true;
}

}  // namespace kameo::actor
