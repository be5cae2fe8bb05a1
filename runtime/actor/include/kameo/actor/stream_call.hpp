#pragma once

#include <kameo/actor/options.hpp>
#include <kameo/actor/receiver.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

namespace kameo::actor {

/// The caller's end of one ask that has a stream: its answer becomes the end of the stream. Where
/// one reply is wanted for an input, that is the only item.
/// Thread-safety: every function from any thread.
class StreamCall final : public ReplyTo::Sink, public std::enable_shared_from_this<StreamCall> {
 public:
  /// `receiver` may be null. `streams.output` is always there.
  StreamCall(std::shared_ptr<Receiver> receiver, Streams streams, bool wants_stream);

  /// Sends the ask. Where there is no message its error is the end.
  void start(RouteNumber route, Result<Message> message, const StreamOptions& options,
             const std::shared_ptr<const Call>& inherited);
  /// Ends it with `why`, unless it has ended: whoever works on it is told.
  void cancel(Error why);

  [[nodiscard]] const Streams& streams() const noexcept { return streams_; }
  [[nodiscard]] const std::shared_ptr<Receiver>& receiver() const noexcept { return receiver_; }

  void complete(Result<Message> answer) override;
  [[nodiscard]] bool abandoned() const noexcept override { return done_.load(); }
  void on_abandoned(std::weak_ptr<Canceller> who, std::uint64_t token) override {
    abandonment_.tell(std::move(who), token);
  }

 private:
  bool finish(const Result<void>& result, std::optional<Message> reply);

  const std::shared_ptr<Receiver> receiver_;
  const Streams streams_;
  const bool wants_stream_;
  std::atomic<bool> done_ = false;
  Abandonment abandonment_;
  std::mutex timer_mutex_;
  std::unique_ptr<Timer> timer_;  // guarded by timer_mutex_
};

/// When an ask's deadline is: the nearest of its own and of what it inherits; see Deadline.
[[nodiscard]] std::optional<Envelope::Clock::time_point> deadline_of(
    const Deadline& own, const std::shared_ptr<const Call>& inherited, const Receiver& receiver);
/// Puts in what an ask has of the one that is being handled; its own trace goes before that one's.
void inherit(Envelope& envelope, const std::optional<TraceContext>& trace,
             const std::shared_ptr<const Call>& inherited);

}  // namespace kameo::actor
