#include <kameo/actor/slot.hpp>

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace kameo::actor {
namespace {

SlotOptions with_defaults(SlotOptions options) {
  if (!options.chance) {
    options.chance = [engine = std::minstd_rand(std::random_device{}())]() mutable {
      return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
  }
  return options;
}

/// The same death, told to someone whose message it was not that died.
Error because_of(errc code, std::string message, const std::optional<Error>& cause) {
  ErrorData data;
  data.code = code;
  data.message = std::move(message);
  if (cause) {
    data.cause = cause->what();
    data.death = cause->data().death;
  }
  return Error(std::move(data));
}

}  // namespace

std::shared_ptr<Slot> Slot::make(const asio::any_io_executor& executor, SlotOptions options,
                                 IncarnationFactory factory) {
  return std::make_shared<Slot>(executor, std::move(options), std::move(factory));
}

Slot::Slot(const asio::any_io_executor& executor, SlotOptions options, IncarnationFactory factory)
    : options_(with_defaults(std::move(options))),
      factory_(std::move(factory)),
      id_(options_.names ? options_.names->add(options_.name) : options_.id),
      strand_(executor),
      mailbox_(options_.mailbox),
      restarts_(options_.restart),
      timer_(options_.clock->make_timer(strand_)) {}

Slot::~Slot() {
  if (options_.names) options_.names->remove(id_);
}

void Slot::start(std::function<void(Result<void>)> done) {
  asio::dispatch(strand_, [self = shared_from_this(), done = std::move(done)]() mutable {
    if (self->state_ != State::fresh) {
      return done(fail(errc::stopped, self->options_.name, " was stopped before it started"));
    }
    self->start_done_ = std::move(done);
    self->begin_incarnation();
  });
}

void Slot::stop(StopMode mode, std::function<void()> done) {
  {
    const std::lock_guard lock(closed_mutex_);
    if (!closed_because_) {
      closed_because_ = fail(errc::stopped, options_.name, " has been stopped");
    }
  }
  mailbox_.close();
  asio::dispatch(strand_, [self = shared_from_this(), mode, done = std::move(done)]() mutable {
    if (self->state_ == State::ended) {
      if (done) done();
      return;
    }
    if (done) self->stop_done_.push_back(std::move(done));
    self->apply_stop(mode);
  });
}

Result<void> Slot::deliver(Envelope envelope) {
  if (waits_for_itself(envelope)) {
    if (options_.reentrant && options_.reentrant(envelope.route)) {
      deliver_beside(std::move(envelope));
    } else {
      envelope.reply_to(deadlock(envelope.chain));
    }
    return {};
  }
  switch (mailbox_.push(envelope)) {
    case Mailbox::Push::taken:
      return {};
    case Mailbox::Push::taken_wake:
      asio::post(strand_, [self = shared_from_this()] { self->pump(); });
      return {};
    case Mailbox::Push::full:
    case Mailbox::Push::closed:
      break;
  }
  auto why = [&] {
    const std::lock_guard lock(closed_mutex_);
    if (closed_because_) return *closed_because_;
    return fail(errc::overloaded, mailbox_.capacity(), " messages wait for ", options_.name,
                ", as many as SpawnOptions::mailbox allows");
  }();
  if (!envelope.reply_to) return why;
  envelope.reply_to(std::move(why));
  return {};
}

bool Slot::waits_for_itself(const Envelope& envelope) const {
  if (id_ == 0 || !envelope.reply_to) return false;
  // Each of them holds one of its places until the caller has its answer.
  const auto waiting = std::count(envelope.chain.begin(), envelope.chain.end(), id_);
  return static_cast<std::size_t>(waiting) >= options_.concurrency.of(envelope.route);
}

Error Slot::deadlock(const std::vector<ActorId>& chain) const {
  std::string cycle;
  for (auto at = std::find(chain.begin(), chain.end(), id_); at != chain.end(); ++at) {
    cycle += concat(options_.names ? options_.names->find(*at) : options_.name, " → ");
  }
  return fail(errc::deadlock, cycle, options_.name, ": ", options_.name,
              " would wait for its own answer; an actor that may be asked while it waits is "
              "declared `reentrant`");
}

void Slot::deliver_beside(Envelope envelope) {
  // Not by the mailbox: what waits there waits for the message in hand, which waits for this.
  asio::dispatch(strand_, [self = shared_from_this(), envelope = std::move(envelope)]() mutable {
    if (self->state_ != State::running) {
      return envelope.reply_to(
          fail(errc::not_started, self->options_.name, " has ended with what waited for this"));
    }
    self->incarnation_->deliver_beside(std::move(envelope));
    self->incarnation_->flush();
  });
}

void Slot::report(const Error& lost) const {
  if (options_.report) return options_.report(lost);
  Receiver::report(lost);
}

void Slot::begin_incarnation() {
  ++number_;
  state_ = State::starting;
  started_at_ = options_.clock->now();
  incarnation_ = factory_(strand_, number_, shared_from_this());
  incarnation_->start();
}

void Slot::pump() {
  if (state_ != State::running || told_to_drain_) return;
  while (const auto* next = mailbox_.front()) {
    // Unless nobody waits for it any more: the deadline has passed or the caller cancelled.
    const auto wanted = !next->reply_to || next->reply_to.wanted();
    if (wanted && !incarnation_->has_room(next->route)) break;
    auto envelope = mailbox_.pop();
    if (wanted) incarnation_->deliver(std::move(*envelope));
  }
  incarnation_->flush();
  drain_if_empty();
}

void Slot::drain_if_empty() {
  if (stopping_ != StopMode::drain || told_to_drain_ || mailbox_.size() != 0) return;
  told_to_drain_ = true;
  incarnation_->stop(StopMode::drain);
}

void Slot::on_started() {
  state_ = State::running;
  tell(SlotEvent::Type::started, {}, {});
  if (const auto done = std::exchange(start_done_, nullptr)) done({});
  pump();
}

void Slot::on_room() {
  pump();
}

void Slot::on_ended(Ending ending) {
  incarnation_.reset();
  const auto now = options_.clock->now();
  if (start_done_) {
    // The first start: whoever asked for it decides whether to try again.
    const auto done = std::exchange(start_done_, nullptr);
    const auto why = ending.error
                         ? *ending.error
                         : fail(errc::stopped, options_.name, " was stopped while it started");
    finish(because_of(errc::stopped, concat(options_.name, " could not be started"), why));
    return done(why);
  }
  if (stopping_) {
    tell(SlotEvent::Type::stopped, {}, ending.error);
    return finish(
        because_of(errc::stopped, concat(options_.name, " has been stopped"), ending.error));
  }
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_at_);
  const auto decision = restarts_.ended(ending.outcome, now, uptime, options_.chance());
  if (!decision.restart) return give_up(ending, decision.why_not);

  state_ = State::backing_off;
  tell(SlotEvent::Type::restarting, decision.delay, ending.error);
  timer_->after(decision.delay, [self = weak_from_this()] {
    if (const auto slot = self.lock()) slot->begin_incarnation();
  });
}

std::int32_t Slot::restarts_left() const {
  return restarts_.restarts_left(options_.clock->now());
}

void Slot::apply_stop(StopMode mode) {
  if (stopping_ && mode <= *stopping_) return;  // already as harsh
  stopping_ = mode;
  if (state_ == State::ended) return;
  if (state_ == State::fresh || state_ == State::backing_off) {
    tell(SlotEvent::Type::stopped, {}, {});
    return finish(fail(errc::stopped, options_.name, " has been stopped"));
  }
  switch (mode) {
    case StopMode::drain:
      escalate(StopMode::terminate, options_.stop_timeout);
      // One that is starting is drained once it has started.
      return pump();
    case StopMode::terminate:
      fail_waiting(
          fail(errc::not_started, options_.name, " was stopped before it began with this"));
      escalate(StopMode::kill, options_.kill_timeout);
      return incarnation_->stop(mode);
    case StopMode::kill:
      timer_->cancel();
      fail_waiting(fail(errc::not_started, options_.name, " was killed before it began with this"));
      return incarnation_->stop(mode);
  }
}

void Slot::escalate(StopMode next, std::chrono::milliseconds after) {
  timer_->after(after, [self = weak_from_this(), next] {
    if (const auto slot = self.lock()) slot->apply_stop(next);
  });
}

void Slot::give_up(const Ending& ending, const std::string& why) {
  const auto failed = ending.outcome != Outcome::normal;
  tell(failed ? SlotEvent::Type::given_up : SlotEvent::Type::stopped, {}, ending.error);
  finish(because_of(errc::stopped,
                    concat(options_.name, " has ended and is not started again: ", why),
                    ending.error));
}

void Slot::finish(const Error& why) {
  state_ = State::ended;
  timer_->cancel();
  {
    const std::lock_guard lock(closed_mutex_);
    closed_because_ = why;
  }
  mailbox_.close();
  fail_waiting(because_of(errc::not_started, why.message(), why));
  for (const auto& done : std::exchange(stop_done_, {})) done();
}

void Slot::fail_waiting(const Error& why) {
  while (auto envelope = mailbox_.pop()) {
    if (envelope->reply_to) {
      envelope->reply_to(why);
    } else if (options_.dead_letters) {
      options_.dead_letters(options_.name, envelope->route, std::move(envelope->message), why);
    }
  }
}

void Slot::tell(SlotEvent::Type type, std::chrono::milliseconds delay,
                const std::optional<Error>& error) {
  if (!options_.events) return;
  SlotEvent event;
  event.type = type;
  event.incarnation = number_;
  event.delay = delay;
  event.error = error;
  options_.events(event);
}

}  // namespace kameo::actor
