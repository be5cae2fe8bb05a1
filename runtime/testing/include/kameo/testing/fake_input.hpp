#pragma once

#include <kameo/testing/fake_stream.hpp>

#include <type_traits>

namespace kameo::testing {
namespace detail {

/// Reads one caller's input to its end.
template <class In>
class Intake final : public std::enable_shared_from_this<Intake<In>> {
 public:
  using OnItem = std::function<void(const In&)>;
  using OnEnd = std::function<void(const Result<void>&)>;

  explicit Intake(std::shared_ptr<actor::ItemPipe> pipe) : pipe_(std::move(pipe)) {}

  /// `on_end` is called once, after the last item; with an error where the caller broke it off or
  /// an item can't be read.
  void start(OnItem on_item, OnEnd on_end) {
    on_item_ = std::move(on_item);
    on_end_ = std::move(on_end);
    read();
  }

 private:
  void read() {
    for (auto message = pipe_->pop(); message.has_value(); message = pipe_->pop()) {
      auto item = std::move(*message).template take<In>();
      if (!item) {
        pipe_->leave();
        return std::exchange(on_end_, nullptr)(item.error());
      }
      on_item_(*item);
    }
    if (const auto end = pipe_->result()) return std::exchange(on_end_, nullptr)(*end);
    pipe_->when_readable([self = this->shared_from_this()] { self->read(); });
  }

  const std::shared_ptr<actor::ItemPipe> pipe_;
  OnItem on_item_;
  OnEnd on_end_;
};

/// Remembers each caller's input too.
template <class Request, class In>
class InputRoute : public RecordingRoute<Request> {
 public:
  using RecordingRoute<Request>::RecordingRoute;

  [[nodiscard]] std::vector<std::vector<In>> inputs() const {
    const std::lock_guard lock(this->mutex_);
    return inputs_;
  }

 protected:
  [[nodiscard]] std::size_t new_input() {
    const std::lock_guard lock(this->mutex_);
    inputs_.emplace_back();
    return inputs_.size() - 1;
  }
  void note_item(std::size_t input, const In& item) {
    const std::lock_guard lock(this->mutex_);
    inputs_[input].push_back(item);
  }
  [[nodiscard]] std::vector<In> input(std::size_t input) const {
    const std::lock_guard lock(this->mutex_);
    return inputs_[input];
  }

 private:
  std::vector<std::vector<In>> inputs_;  // guarded by mutex_
};

template <class Request, class In, class Reply>
class UploadRoute final : public InputRoute<Request, In>,
                          public std::enable_shared_from_this<UploadRoute<Request, In, Reply>> {
 public:
  using Answer = std::function<Result<Reply>(const Request&, const std::vector<In>&)>;
  explicit UploadRoute(std::string name) : InputRoute<Request, In>(std::move(name)) {
    // Where there is nothing to say there is nothing for the test to forget.
    if constexpr (std::is_void_v<Reply>) {
      answer_ = [](const Request&, const std::vector<In>&) { return Result<void>(); };
    }
  }

  void answer(Answer answer) {
    const std::lock_guard lock(this->mutex_);
    answer_ = std::move(answer);
  }

  Result<void> take(actor::Envelope envelope) override {
    if (auto fits = envelope.streams.fit(false, true); !fits) {
      envelope.reply_to(fits.error());
      return {};
    }
    const auto request = this->note(envelope);
    if (!request) return {};
    const auto place = this->new_input();
    const auto reply_to = std::make_shared<actor::ReplyTo>(std::move(envelope.reply_to));
    std::make_shared<Intake<In>>(std::move(envelope.streams.input))
        ->start(
            [self = this->shared_from_this(), place](const In& item) {
              self->note_item(place, item);
            },
            [self = this->shared_from_this(), place, request, reply_to](const Result<void>& end) {
              (*reply_to)(end ? self->reply(*request, place) : Result<actor::Message>(end.error()));
            });
    return {};
  }

 private:
  Result<actor::Message> reply(const Request& request, std::size_t place) {
    std::unique_lock lock(this->mutex_);
    const auto answer = answer_;
    lock.unlock();
    if (!answer) return this->no_answer();
    return to_message(answer(request, this->input(place)));
  }

  Answer answer_;  // guarded by mutex_
};

template <class Request, class In, class Out>
class ExchangeRoute final : public InputRoute<Request, In>,
                            public std::enable_shared_from_this<ExchangeRoute<Request, In, Out>> {
 public:
  using Answer = std::function<std::vector<Out>(const Request&, const In&)>;
  using InputRoute<Request, In>::InputRoute;

  void answer(Answer answer) {
    const std::lock_guard lock(this->mutex_);
    answer_ = std::move(answer);
  }

  Result<void> take(actor::Envelope envelope) override {
    if (auto fits = envelope.streams.fit(true, true); !fits) {
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
    const auto place = this->new_input();
    const auto feed = std::make_shared<Feed<Out>>(std::move(envelope.streams.output),
                                                  std::move(envelope.reply_to));
    feed->watch();
    std::make_shared<Intake<In>>(std::move(envelope.streams.input))
        ->start(
            [self = this->shared_from_this(), place, request, answer, feed](const In& item) {
              self->note_item(place, item);
              for (const auto& each : answer(*request, item)) feed->send(each);
            },
            [feed](const Result<void>& end) { feed->end(end); });
    return {};
  }

 private:
  Answer answer_;  // guarded by mutex_
};

}  // namespace detail

/// A handler of a fake that takes a stream and gives one reply, at the input's end.
template <class Request, class In, class Reply>
class FakeUpload {
 public:
  FakeUpload(Fake& fake, actor::RouteNumber number, std::string_view name)
      : route_(fake.add_route<detail::UploadRoute<Request, In, Reply>>(number, name)) {}

  /// Every ask from now on gets `reply` once its input has ended. Until the test has said something
  /// they end with `no_answer`; where there is no reply, they succeed.
  template <class Given = Reply>
    requires(!std::is_void_v<Given>)
  void answers(std::type_identity_t<Given> reply) {
    route_->answer(
        [reply = std::move(reply)](const Request&, const std::vector<In>&) { return reply; });
  }
  /// The same with what `function` makes of the request and all that came in: a Reply, a
  /// Result<Reply> or an Error.
  template <std::invocable<const Request&, const std::vector<In>&> Function>
  void answers(Function function) {
    route_->answer(std::move(function));
  }
  /// Every ask from now on fails at its input's end, as if the handler had returned that error.
  void fails(Error error) {
    route_->answer(
        [error = std::move(error)](const Request&, const std::vector<In>&) { return error; });
  }
  template <DeclaredError Declared>
  void fails(const Declared& error) {
    fails(declared_error(error));
  }

  /// What was asked so far, oldest first, and what came in by each.
  [[nodiscard]] std::vector<Request> requests() const { return route_->requests(); }
  [[nodiscard]] std::vector<std::vector<In>> inputs() const { return route_->inputs(); }

 private:
  std::shared_ptr<detail::UploadRoute<Request, In, Reply>> route_;
};

/// A handler of a fake that takes a stream and gives one.
template <class Request, class In, class Out>
class FakeExchange {
 public:
  FakeExchange(Fake& fake, actor::RouteNumber number, std::string_view name)
      : route_(fake.add_route<detail::ExchangeRoute<Request, In, Out>>(number, name)) {}

  /// From now on each item that comes in is answered with what `function` makes of the request and
  /// of it, a std::vector<Out>; the stream ends when the input does. Until the test has said
  /// something it ends with `no_answer`.
  template <std::invocable<const Request&, const In&> Function>
  void answers(Function function) {
    route_->answer(std::move(function));
  }

  /// What was asked so far, oldest first, and what came in by each.
  [[nodiscard]] std::vector<Request> requests() const { return route_->requests(); }
  [[nodiscard]] std::vector<std::vector<In>> inputs() const { return route_->inputs(); }

 private:
  std::shared_ptr<detail::ExchangeRoute<Request, In, Out>> route_;
};

}  // namespace kameo::testing
