#include "child_session.hpp"

#include <kameo/concat.hpp>
#include <kameo/schema/difference.hpp>
#include <kameo/schema/routes.hpp>

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace kameo::process {

using wire::Event;

/// A callback module, as the actor in this child sees it.
class ChildSession::ParentReceiver final : public actor::Receiver {
 public:
  ParentReceiver(std::weak_ptr<ChildSession> session, asio::any_io_executor executor,
                 std::string module)
      : session_(std::move(session)), executor_(std::move(executor)), module_(std::move(module)) {}

  Result<void> deliver(actor::Envelope envelope) override {
    asio::dispatch(executor_,
                   [weak = session_, module = module_, envelope = std::move(envelope)]() mutable {
                     // Without a session the envelope is dropped, which answers it.
                     if (const auto session = weak.lock())
                       session->ask_parent(module, std::move(envelope));
                   });
    return {};
  }
  [[nodiscard]] bool wants_payload() const noexcept override { return true; }
  [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] std::string_view name() const noexcept override { return module_; }

 private:
  std::weak_ptr<ChildSession> session_;
  asio::any_io_executor executor_;
  std::string module_;
};

/// The answer to one ask of the parent's; handlers may give it from any thread.
class ChildSession::Answer final : public actor::ReplyTo::Sink {
 public:
  Answer(std::weak_ptr<ChildSession> session, asio::any_io_executor executor,
         wire::CorrelationId ask)
      : session_(std::move(session)), executor_(std::move(executor)), ask_(ask) {}

  void complete(Result<actor::Message> answer) override {
    auto payload = [&]() -> Result<Bytes> {
      if (!answer) return answer.error();
      return std::move(*answer).payload();
    }();
    asio::dispatch(executor_,
                   [weak = session_, ask = ask_, payload = std::move(payload)]() mutable {
                     if (const auto session = weak.lock()) session->finish(ask, std::move(payload));
                   });
  }

 private:
  std::weak_ptr<ChildSession> session_;
  asio::any_io_executor executor_;
  wire::CorrelationId ask_;
};

ChildSession::ChildSession(asio::io_context& context, UniqueFd socket, const Types& types,
                           std::function<void()> before_start)
    : context_(context),
      types_(types),
      before_start_(std::move(before_start)),
      connection_(std::make_shared<Connection>(context.get_executor(), std::move(socket),
                                               wire::Role::child, wire::Limits{},
                                               static_cast<Connection::Sink&>(*this))) {}

int ChildSession::run() {
  wire::Hello hello;
  hello.language = "c++";
  hello.runtime = KAMEO_VERSION;
  if (auto said = connection_->session().hello(std::move(hello)); !said) return 1;
  connection_->start();
  connection_->flush();
  context_.run();
  connection_->close();
  return exit_code_;
}

void ChildSession::on_event(Event& event) {
  switch (event.type) {
    case Event::Type::welcome:
      return be_welcomed(event);
    case Event::Type::ask:
    case Event::Type::tell:
      return deliver(event);
    case Event::Type::reply:
    case Event::Type::error: {
      const auto found = asks_.find(event.correlation);
      if (found == asks_.end()) return;
      auto reply_to = std::move(found->second);
      asks_.erase(found);
      if (event.error) return reply_to(std::move(*event.error));
      return reply_to(
          actor::Message::from_payload(Bytes(event.payload.begin(), event.payload.end())));
    }
    case Event::Type::drain:
      if (!slot_) return leave();
      return slot_->stop(actor::StopMode::drain, [self = shared_from_this()] {
        asio::post(self->context_, [self] {
          self->connection_->session().bye();
          self->leave();
        });
      });
    case Event::Type::closed:
      if (event.error) exit_code_ = 1;
      return context_.stop();
    case Event::Type::cancel:  // a C++ handler that runs is not interrupted; its answer is ignored
    default:
      return;
  }
}

void ChildSession::on_turn_end() {
  if (leaving_) leave();
}

void ChildSession::be_welcomed(const Event& event) {
  auto welcome = wire::welcome_from(event.payload);
  if (!welcome) return fail_start(welcome.error());
  const auto type = types_.find(welcome->actor);
  if (type == types_.end()) {
    std::string known;
    for (const auto& [name, unused] : types_) known += concat(known.empty() ? "" : ", ", name);
    return fail_start(fail(errc::start_failed, "unknown actor type: ", welcome->actor,
                           "; this program has ", known.empty() ? std::string("none") : known));
  }
  const auto* actor = type->second.package.find_actor(welcome->actor);
  if (actor == nullptr) {
    return fail_start(fail(errc::internal, "the schema lacks ", welcome->actor));
  }
  begin(type->second, *actor, *welcome);
}

void ChildSession::begin(const ChildType& type, const schema::Actor& actor,
                         const wire::Welcome& welcome) {
  if (before_start_) {
    try {
      before_start_();
    } catch (...) {
      return fail_start(actor::current_exception_as_error().with_context("before_start"));
    }
  }
  const auto ready = agree_on_routes(type, actor, welcome);

  actor::SlotOptions options;
  options.name = welcome.name;
  options.restart.when = Restart::never;  // its parent restarts it, as a process
  // The parent bounds what it sends; a second bound here could only lose messages.
  options.mailbox = SIZE_MAX;
  // As long as the parent lets it.
  options.stop_timeout = options.kill_timeout = std::chrono::hours(24);
  const asio::any_io_executor executor = context_.get_executor();
  const auto callbacks = [weak = weak_from_this(), executor](std::string_view module) {
    return std::make_shared<ParentReceiver>(weak, executor, std::string(module));
  };
  slot_ = actor::Slot::make(
      executor, std::move(options),
      [factory = type.factory, welcome, callbacks, concurrency = actor.concurrency](
          const actor::Strand& strand, std::uint32_t /*always 1*/,
          std::shared_ptr<actor::Incarnation::Owner> owner) {
        ActorContext context(welcome.name, welcome.incarnation, strand, callbacks);
        return std::make_shared<actor::HandlerIncarnation>(
            strand, std::move(owner), std::move(context), factory, welcome.config,
            std::max<std::uint32_t>(concurrency, 1));
      });
  slot_->start([self = shared_from_this(), ready](Result<void> started) {
    asio::post(self->context_, [self, ready, started = std::move(started)] {
      if (!started) return self->fail_start(started.error());
      if (auto sent = self->connection_->session().ready(ready); !sent) {
        return self->fail_start(sent.error());
      }
      self->connection_->flush();
    });
  });
}

/// What differs in a route between this program's schema and the parent's.
static std::string difference(const schema::Package& ours, const schema::Route& route,
                              const wire::Welcome& welcome) {
  if (const auto theirs = schema::from_bytes(welcome.schema)) {
    for (const auto& each : schema::routes_of(*theirs, theirs->find_actor(welcome.actor))) {
      if (each.name != route.name) continue;
      return schema::first_difference(ours, *route.method, *theirs, *each.method);
    }
  }
  return schema::canonical(ours, *route.method);  // the parent's schema does not say
}

wire::Ready ChildSession::agree_on_routes(const ChildType& type, const schema::Actor& actor,
                                          const wire::Welcome& welcome) {
  wire::Ready ready;
  const auto ours = schema::routes_of(type.package, &actor);
  for (const auto& theirs : welcome.routes) {
    const auto found = std::find_if(ours.begin(), ours.end(), [&](const schema::Route& route) {
      return route.name == theirs.name;
    });
    const auto to_parent = theirs.to_parent != 0;
    if (found == ours.end() ||
        (found->direction == schema::Route::Direction::to_parent) != to_parent) {
      ready.refused.push_back({theirs.number, concat("this program has no `", theirs.name, "`")});
      continue;
    }
    if (found->fingerprint != theirs.fingerprint) {
      ready.refused.push_back({theirs.number, concat("`", theirs.name, "` has other types here: ",
                                                     difference(type.package, *found, welcome))});
      continue;
    }
    if (!to_parent) handler_routes_.emplace(theirs.number, found->number);
  }
  // Callbacks by their place in the module, as our generated refs count them.
  for (const auto& route : ours) {
    if (route.direction != schema::Route::Direction::to_parent) continue;
    const auto theirs =
        std::find_if(welcome.routes.begin(), welcome.routes.end(), [&](const auto& one) {
          return one.to_parent != 0 && one.name == route.name &&
                 one.fingerprint == route.fingerprint;
        });
    auto& places = callback_routes_[route.name.substr(0, route.name.find('.'))];
    places.push_back(theirs == welcome.routes.end() ? actor::RouteNumber{0} : theirs->number);
  }
  return ready;
}

void ChildSession::fail_start(const Error& why) {
  // For whoever looks at the process and not at its parent.
  std::fprintf(stderr, "%s\n", why.message().c_str());
  exit_code_ = 1;
  if (!connection_->session().start_failed(why)) return context_.stop();
  leave();
}

void ChildSession::deliver(const Event& event) {
  actor::ReplyTo reply_to;
  if (event.type == Event::Type::ask) {
    reply_to = actor::ReplyTo(
        std::make_shared<Answer>(weak_from_this(), context_.get_executor(), event.correlation));
  }
  if (event.wants_stream || event.has_input) {
    return reply_to(Error(errc::bad_request, "a stream, where one reply is given"));
  }
  const auto route = handler_routes_.find(event.route);
  if (route == handler_routes_.end()) {
    if (reply_to) reply_to(fail(errc::unknown_route, "no handler has route number ", event.route));
    return;  // a tell to nowhere: the parent was told at `ready` which routes there are
  }
  auto message = actor::Message::from_payload(Bytes(event.payload.begin(), event.payload.end()));
  // Refused only once it is stopping; a tell is lost then, as any that comes too late.
  static_cast<void>(slot_->deliver(
      actor::Envelope(route->second, std::move(message), std::move(reply_to), event.deadline)));
}

void ChildSession::finish(wire::CorrelationId ask, Result<Bytes> result) {
  if (!connection_->is_open()) return;
  auto& session = connection_->session();
  auto sent = result ? session.reply(ask, *result) : session.refuse(ask, result.error());
  // Too large for the parent: it is told that instead. A session that has ended needs no answer.
  if (!sent && result) static_cast<void>(session.refuse(ask, sent.error()));
  connection_->flush_later();
}

void ChildSession::ask_parent(const std::string& module, actor::Envelope envelope) {
  const auto refuse = [&](Error why) {
    if (envelope.reply_to) envelope.reply_to(std::move(why));
  };
  const auto places = callback_routes_.find(module);
  const auto place = std::size_t{envelope.route} - 1;
  if (places == callback_routes_.end() || place >= places->second.size()) {
    return refuse(
        fail(errc::not_provided, "this actor does not use callback module `", module, "`"));
  }
  const auto route = places->second[place];
  if (route == 0) {
    return refuse(fail(errc::schema_mismatch, "the parent has callback ", envelope.route,
                       " of module `", module, "` with other types, or not at all"));
  }
  auto payload = std::move(envelope.message).payload();
  if (!payload) return refuse(payload.error());
  auto& session = connection_->session();
  if (!envelope.reply_to) {
    if (auto told = session.tell(route, *payload); !told) return;  // the parent has gone
  } else {
    std::optional<std::chrono::microseconds> timeout;
    if (envelope.deadline) {
      timeout = std::chrono::duration_cast<std::chrono::microseconds>(
          *envelope.deadline - actor::Envelope::Clock::now());
    }
    const auto ask = session.ask(route, *payload, timeout);
    if (!ask) return refuse(ask.error());
    asks_.emplace(*ask, std::move(envelope.reply_to));
  }
  connection_->flush_later();
}

void ChildSession::leave() {
  leaving_ = true;
  connection_->flush();
  if (connection_->session().output_bytes() == 0) context_.stop();
}

}  // namespace kameo::process
