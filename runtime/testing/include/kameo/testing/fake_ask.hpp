#pragma once

#include <kameo/testing/fake.hpp>

#include <concepts>
#include <deque>
#include <functional>

namespace kameo::testing {
namespace detail {

template <class Request, class Reply>
class AskRoute final : public RecordingRoute<Request> {
 public:
  using Answer = std::function<Result<Reply>(const Request&)>;
  using RecordingRoute<Request>::RecordingRoute;

  void answer(Answer answer) {
    const std::lock_guard lock(this->mutex_);
    answer_ = std::move(answer);
    holds_ = false;
  }
  void hold() {
    const std::lock_guard lock(this->mutex_);
    holds_ = true;
  }
  [[nodiscard]] std::size_t held() const {
    const std::lock_guard lock(this->mutex_);
    std::size_t wanted = 0;
    for (const auto& each : held_) wanted += each.wanted();
    return wanted;
  }
  bool answer_held(const Result<Reply>& reply) {
    for (;;) {
      std::unique_lock lock(this->mutex_);
      if (held_.empty()) return false;
      auto reply_to = std::move(held_.front());
      held_.pop_front();
      lock.unlock();
      if (!reply_to.wanted()) continue;  // cancelled, or past its deadline
      reply_to(to_message(reply));
      return true;
    }
  }

  void close() override {
    std::deque<actor::ReplyTo> held;
    const std::lock_guard lock(this->mutex_);
    held.swap(held_);  // and answered without the lock, as it goes out of scope last
  }

  Result<void> take(actor::Envelope envelope) override {
    const auto request = this->note(envelope);
    if (!request) return {};
    std::unique_lock lock(this->mutex_);
    if (holds_) {
      held_.push_back(std::move(envelope.reply_to));
      return {};
    }
    const auto answer = answer_;
    lock.unlock();
    if (!answer) {
      envelope.reply_to(this->no_answer());
    } else {
      envelope.reply_to(to_message(answer(*request)));
    }
    return {};
  }

 private:
  // Guarded by mutex_.
  Answer answer_;
  bool holds_ = false;
  std::deque<actor::ReplyTo> held_;
};

template <class Request>
class TellRoute final : public RecordingRoute<Request> {
 public:
  using RecordingRoute<Request>::RecordingRoute;
  Result<void> take(actor::Envelope envelope) override {
    (void)this->note(envelope);  // one that can't be read is lost, as elsewhere
    return {};
  }
};

}  // namespace detail

/// A handler of a fake that gives one reply.
template <class Request, class Reply>
class FakeAsk {
 public:
  FakeAsk(Fake& fake, actor::RouteNumber number, std::string_view name)
      : route_(fake.add_route<detail::AskRoute<Request, Reply>>(number, name)) {}

  /// Every ask from now on gets `reply`. Until the test has said something they end with
  /// `no_answer`.
  void answers(Reply reply) {
    route_->answer([reply = std::move(reply)](const Request&) { return reply; });
  }
  /// The same with what `function` makes of the request: a Reply, a Result<Reply> or an Error. It
  /// is called within the ask, on the asking thread.
  template <std::invocable<const Request&> Function>
  void answers(Function function) {
    route_->answer(std::move(function));
  }
  /// Every ask from now on fails, as if the handler had returned that error.
  void fails(Error error) {
    route_->answer([error = std::move(error)](const Request&) { return error; });
  }
  /// With an error that the IDL declares.
  template <DeclaredError Declared>
  void fails(const Declared& error) {
    fails(declared_error(error));
  }

  /// Asks from now on wait until the test answers them one by one.
  void holds() { route_->hold(); }
  /// How many asks wait so; not those that were cancelled or whose deadline has passed.
  [[nodiscard]] std::size_t held() const { return route_->held(); }
  /// Answers the one of them that has waited longest. False where there is none.
  bool answer_held(const Result<Reply>& reply) { return route_->answer_held(reply); }

  /// What was asked so far, oldest first.
  [[nodiscard]] std::vector<Request> requests() const { return route_->requests(); }

 private:
  std::shared_ptr<detail::AskRoute<Request, Reply>> route_;
};

/// A handler of a fake without a reply.
template <class Request>
class FakeTell {
 public:
  FakeTell(Fake& fake, actor::RouteNumber number, std::string_view name)
      : route_(fake.add_route<detail::TellRoute<Request>>(number, name)) {}

  /// What was told so far, oldest first.
  [[nodiscard]] std::vector<Request> requests() const { return route_->requests(); }

 private:
  std::shared_ptr<detail::TellRoute<Request>> route_;
};

}  // namespace kameo::testing
