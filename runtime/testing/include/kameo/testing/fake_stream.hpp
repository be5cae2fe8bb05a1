#pragma once

#include <kameo/testing/fake.hpp>

#include <kameo/actor/stream.hpp>

#include <concepts>
#include <deque>
#include <functional>

namespace kameo::testing {
namespace detail {

/// The writer's end of one stream of a fake: passes items on as the reader takes them.
template <class Item>
class Feed final : public actor::Canceller, public std::enable_shared_from_this<Feed<Item>> {
 public:
  Feed(std::shared_ptr<actor::ItemPipe> pipe, actor::ReplyTo reply_to)
      : pipe_(std::move(pipe)), reply_to_(std::move(reply_to)) {}

  /// `token` of the cancel is of no use: a feed is of one ask.
  void watch() {
    // Not within the lock: it may have happened, and `cancel` comes at once.
    reply_to_.on_abandoned(this->weak_from_this(), 0);
  }
  void cancel(std::uint64_t /*token*/) override {
    actor::ReplyTo gone;  // it leads to the reader, and from there to here
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    left_ = true;
    gone = std::move(reply_to_);
  }
  /// Whether its reader left it before its end.
  [[nodiscard]] bool left() const {
    const std::lock_guard lock(mutex_);
    return left_;
  }

  void send(const Item& item) {
    {
      const std::lock_guard lock(mutex_);
      if (end_) return;  // an item behind the end
      waiting_.push_back(item);
    }
    pass_on();
  }
  void end(Result<void> how) {
    {
      const std::lock_guard lock(mutex_);
      if (end_) return;  // the first end counts
      end_ = std::move(how);
    }
    pass_on();
  }

 private:
  /// One item at a time, under no lock: a push wakes the reader.
  void pass_on() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (passing_ || ended_ || left_) return;
      if (!next_ && waiting_.empty()) return finish_if_ended(lock);
      if (!next_) {
        auto payload = encode_payload(waiting_.front());
        waiting_.pop_front();
        if (!payload) {
          waiting_.clear();
          end_ = payload.error().with_context("the fake's item");
          continue;
        }
        bytes_ = payload->size();
        next_ = actor::Message::from_payload(std::move(*payload));
      }
      passing_ = true;
      auto item = std::move(*next_);
      lock.unlock();
      const auto pushed = pipe_->push(item, bytes_);
      lock.lock();
      passing_ = false;
      next_.reset();
      if (pushed == actor::ItemPipe::Push::gone) {
        lock.unlock();
        return cancel(0);
      }
      if (pushed == actor::ItemPipe::Push::taken) continue;
      next_ = std::move(item);
      lock.unlock();
      return pipe_->when_writable([self = this->shared_from_this()] { self->pass_on(); });
    }
  }
  void finish_if_ended(std::unique_lock<std::mutex>& lock) {
    if (!end_) return;
    ended_ = true;
    const auto how = *end_;
    auto reply_to = std::move(reply_to_);
    lock.unlock();
    reply_to(how ? Result<actor::Message>(actor::Message::from_payload({}))
                 : Result<actor::Message>(how.error()));
  }

  const std::shared_ptr<actor::ItemPipe> pipe_;

  mutable std::mutex mutex_;  // guards all below
  actor::ReplyTo reply_to_;
  std::deque<Item> waiting_;
  std::optional<actor::Message> next_;  // what the pipe had no room for
  std::size_t bytes_ = 0;
  std::optional<Result<void>> end_;
  bool passing_ = false;
  bool ended_ = false;
  bool left_ = false;
};

/// The items that a stream begins with, and whether and how it ends behind them.
template <class Item>
struct Script {
  std::vector<Item> items;
  std::optional<Result<void>> end;
};

template <class Request, class Item>
class StreamRoute final : public RecordingRoute<Request> {
 public:
  using Answer = std::function<Script<Item>(const Request&)>;
  using RecordingRoute<Request>::RecordingRoute;

  void answer(Answer answer) {
    const std::lock_guard lock(this->mutex_);
    answer_ = std::move(answer);
  }
  [[nodiscard]] std::vector<std::shared_ptr<Feed<Item>>> feeds() const {
    const std::lock_guard lock(this->mutex_);
    return feeds_;
  }

  void close() override {
    for (const auto& feed : feeds()) feed->end(Error(errc::no_answer, "the fake has gone"));
    const std::lock_guard lock(this->mutex_);
    feeds_.clear();
  }

  Result<void> take(actor::Envelope envelope) override {
    if (auto fits = envelope.streams.fit(true, false); !fits) {
      envelope.reply_to(fits.error());
      return {};
    }
    const auto request = this->note(envelope);
    if (!request) return {};
    std::unique_lock lock(this->mutex_);
    const auto answer = answer_;
    lock.unlock();
    if (!answer) {
      envelope.reply_to(this->no_answer());
      return {};
    }
    const auto script = answer(*request);
    const auto feed = std::make_shared<Feed<Item>>(std::move(envelope.streams.output),
                                                   std::move(envelope.reply_to));
    feed->watch();
    lock.lock();
    feeds_.push_back(feed);
    lock.unlock();
    for (const auto& item : script.items) feed->send(item);
    if (script.end) feed->end(*script.end);
    return {};
  }

 private:
  // Guarded by mutex_.
  Answer answer_;
  std::vector<std::shared_ptr<Feed<Item>>> feeds_;
};

}  // namespace detail

/// A handler of a fake that gives a stream.
template <class Request, class Item>
class FakeStream {
 public:
  FakeStream(Fake& fake, actor::RouteNumber number, std::string_view name)
      : route_(fake.add_route<detail::StreamRoute<Request, Item>>(number, name)) {}

  /// Every stream from now on gives these items and then ends, with `end`. Until the test has said
  /// something they end with `no_answer`.
  void gives(std::vector<Item> items, Result<void> end = {}) {
    route_->answer([items = std::move(items), end = std::move(end)](const Request&) {
      return detail::Script<Item>{items, end};
    });
  }
  /// The same with the items that `function` makes of the request.
  template <std::invocable<const Request&> Function>
  void gives(Function function) {
    route_->answer([function = std::move(function)](const Request& request) {
      return detail::Script<Item>{function(request), Result<void>()};
    });
  }
  /// Every stream from now on stays open: the test sends its items and ends it.
  void stays_open() {
    route_->answer([](const Request&) { return detail::Script<Item>{{}, std::nullopt}; });
  }
  /// To every open stream. A reader that is slower than its window gets it when it has room.
  void send(const Item& item) {
    for (const auto& feed : route_->feeds()) feed->send(item);
  }
  /// Ends every open stream behind the items sent to it.
  void end(const Result<void>& how = {}) {
    for (const auto& feed : route_->feeds()) feed->end(how);
  }
  /// How many streams were left by their reader before their end.
  [[nodiscard]] std::size_t left() const {
    std::size_t count = 0;
    for (const auto& feed : route_->feeds()) count += feed->left();
    return count;
  }

  /// What was asked so far, oldest first.
  [[nodiscard]] std::vector<Request> requests() const { return route_->requests(); }

 private:
  std::shared_ptr<detail::StreamRoute<Request, Item>> route_;
};

}  // namespace kameo::testing
