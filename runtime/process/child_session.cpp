#include "child_session.hpp"

#include "reentrant.hpp"

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

ChildSession::ChildSession(asio::io_context& context, UniqueFd socket, const Types& types,
                           std::function<void()> before_start)
    : context_(context),
      types_(types),
      before_start_(std::move(before_start)),
      connection_(std::make_shared<Connection>(context.get_executor(), std::move(socket),
                                               wire::Role::child, wire::Limits{},
                                               static_cast<Connection::Sink&>(*this))),
      calls_(std::make_shared<Calls>(context.get_executor(), connection_, actor::system_clock(), 0,
                                     nullptr)) {}

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
    default:
      static_cast<void>(calls_->on_event(event));  // nothing else concerns a child
  }
}

void ChildSession::on_turn_end() {
  calls_->on_turn_end();
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
  options.concurrency = std::max<std::uint32_t>(actor.concurrency, 1);
  options.id = actor::child_itself;
  options.reentrant = reentrant_routes(actor);
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
  const auto route = handler_routes_.find(event.route);
  if (route == handler_routes_.end()) {
    // A tell to nowhere: the parent was told at `ready` which routes there are.
    if (event.type != Event::Type::ask) return;
    return calls_->refuse(event.correlation,
                          fail(errc::unknown_route, "no handler has route number ", event.route));
  }
  // Refused only once it is stopping; a tell is lost then, as any that comes too late.
  static_cast<void>(slot_->deliver(calls_->accept(event, route->second)));
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
  if (envelope.reply_to) {
    calls_->ask(route, std::move(envelope));
  } else {
    auto payload = std::move(envelope.message).payload();
    if (!payload) return;
    // Fails where the parent has gone: nobody is left to tell.
    static_cast<void>(connection_->session().tell(route, *payload));
  }
  connection_->flush_later();
}

void ChildSession::leave() {
  leaving_ = true;
  connection_->flush();
  if (connection_->session().output_bytes() == 0) context_.stop();
}

}  // namespace kameo::process
