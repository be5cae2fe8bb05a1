#include "child_session.hpp"

#include "handling.hpp"

#include <kameo/concat.hpp>
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
                 std::string module, std::shared_ptr<actor::DeadlineQueue> default_deadline)
      : session_(std::move(session)),
        executor_(std::move(executor)),
        module_(std::move(module)),
        default_deadline_(std::move(default_deadline)) {}

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
  [[nodiscard]] std::shared_ptr<actor::DeadlineQueue> default_deadline() const override {
    return default_deadline_;
  }

 private:
  std::weak_ptr<ChildSession> session_;
  asio::any_io_executor executor_;
  std::string module_;
  std::shared_ptr<actor::DeadlineQueue> default_deadline_;
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

/// The parent's schema where it is not ours; fails where it can't be read.
static Result<std::optional<schema::Package>> other_schema(const ChildType& type,
                                                           const wire::Welcome& welcome) {
  if (std::ranges::equal(type.schema, welcome.schema)) return std::optional<schema::Package>();
  auto parents = schema::from_bytes(welcome.schema);
  if (!parents) return parents.error().with_context("the parent's schema");
  return std::optional(std::move(*parents));
}

/// The actor's config as our schema has it.
static Result<Bytes> own_config(const ChildType& type, const schema::Actor& actor,
                                const wire::Welcome& welcome, const schema::Package* parents) {
  const auto* theirs = parents != nullptr ? parents->find_actor(welcome.actor) : nullptr;
  if (theirs == nullptr) return welcome.config;
  const auto their_type = schema::named_type(theirs->config);
  const auto our_type = schema::named_type(actor.config);
  const auto conversion = schema::Conversion::make({*parents, their_type}, {type.package, our_type},
                                                   "config", errc::bad_request);
  if (!conversion)
    return conversion.error().with_context(
        concat("the config of ", welcome.actor, " has other types here"));
  Bytes memory;
  const auto config = conversion->convert(welcome.config, memory);
  if (!config) return config.error();
  return Bytes(config->begin(), config->end());
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
  const auto parents = other_schema(type, welcome);
  if (!parents) return fail_start(parents.error());
  const auto* const differs = *parents ? &**parents : nullptr;
  auto config = own_config(type, actor, welcome, differs);
  if (!config) return fail_start(Error(errc::start_failed, config.error().message()));
  const auto ready = agree_on_routes(type, actor, welcome, differs);

  actor::SlotOptions options;
  options.name = welcome.name;
  options.restart.when = Restart::never;  // its parent restarts it, as a process
  // The parent bounds what it sends; a second bound here could only lose messages.
  options.mailbox = SIZE_MAX;
  options.concurrency = concurrency_of(actor);
  options.id = actor::child_itself;
  options.reentrant = reentrant_routes(actor);
  // As long as the parent lets it.
  options.stop_timeout = options.kill_timeout = std::chrono::hours(24);
  const asio::any_io_executor executor = context_.get_executor();
  std::shared_ptr<actor::DeadlineQueue> deadline;
  if (welcome.deadline.count() > 0) {
    const auto length = std::chrono::ceil<std::chrono::milliseconds>(welcome.deadline);
    deadline = std::make_shared<actor::DeadlineQueue>(length, actor::system_clock(), executor);
  }
  const auto callbacks = [weak = weak_from_this(), executor, deadline](std::string_view module) {
    return std::make_shared<ParentReceiver>(weak, executor, std::string(module), deadline);
  };
  slot_ = actor::Slot::make(
      executor, std::move(options),
      [factory = type.factory, welcome, callbacks, config = std::move(*config),
       concurrency = concurrency_of(actor)](const actor::Strand& strand, std::uint32_t /*always 1*/,
                                            std::shared_ptr<actor::Incarnation::Owner> owner) {
        ActorContext context(welcome.name, welcome.incarnation, strand, callbacks);
        return std::make_shared<actor::HandlerIncarnation>(
            strand, std::move(owner), std::move(context), factory, config, concurrency);
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

/// How the messages of a route become those of the parent's schema and back.
static Result<schema::MethodConversion> conversion_for(const schema::Package& ours,
                                                       const schema::Route& route,
                                                       const std::string& actor,
                                                       const schema::Package* parents) {
  if (parents != nullptr) {
    for (const auto& theirs : schema::routes_of(*parents, parents->find_actor(actor))) {
      if (theirs.name != route.name) continue;
      using Answered = schema::MethodConversion::Answered;
      const bool here = route.direction == schema::Route::Direction::to_child;
      return schema::MethodConversion::make(ours, *route.method, *parents, *theirs.method,
                                            here ? Answered::here : Answered::there);
    }
  }
  // A parent whose fingerprints are not those of its schema.
  return Error(errc::schema_mismatch, schema::canonical(ours, *route.method));
}

wire::Ready ChildSession::agree_on_routes(const ChildType& type, const schema::Actor& actor,
                                          const wire::Welcome& welcome,
                                          const schema::Package* parents) {
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
      auto conversion = conversion_for(type.package, *found, welcome.actor, parents);
      if (!conversion) {
        ready.refused.push_back({theirs.number, concat("`", theirs.name, "` has other types here: ",
                                                       conversion.error().message())});
        continue;
      }
      conversions_.emplace(theirs.number, std::move(*conversion));
    }
    if (!to_parent) handler_routes_.emplace(theirs.number, found->number);
  }
  // Callbacks by their place in the module, as our generated refs count them.
  for (const auto& route : ours) {
    if (route.direction != schema::Route::Direction::to_parent) continue;
    const auto theirs =
        std::find_if(welcome.routes.begin(), welcome.routes.end(), [&](const auto& one) {
          return one.to_parent != 0 && one.name == route.name &&
                 (one.fingerprint == route.fingerprint || conversions_.contains(one.number));
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

const schema::MethodConversion* ChildSession::conversion_of(actor::RouteNumber parents) const {
  const auto found = conversions_.find(parents);
  return found == conversions_.end() ? nullptr : &found->second;
}

void ChildSession::deliver(const Event& event) {
  const auto route = handler_routes_.find(event.route);
  if (route == handler_routes_.end()) {
    // A tell to nowhere: the parent was told at `ready` which routes there are.
    if (event.type != Event::Type::ask) return;
    return calls_->refuse(event.correlation,
                          fail(errc::unknown_route, "no handler has route number ", event.route));
  }
  const auto* const conversion = conversion_of(event.route);
  Event ours = event;
  Bytes memory;
  if (conversion != nullptr) {
    const auto request = conversion->request.convert(event.payload, memory);
    if (!request) {
      if (event.type == Event::Type::ask) return calls_->refuse(event.correlation, request.error());
      // Nobody waits for an answer: for whoever reads what the child prints.
      std::fprintf(stderr, "a tell was lost: %s\n", request.error().message().c_str());
      return;
    }
    ours.payload = *request;
  }
  // Refused only once it is stopping; a tell is lost then, as any that comes too late.
  static_cast<void>(slot_->deliver(calls_->accept(ours, route->second, conversion)));
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
  const auto* const conversion = conversion_of(route);
  if (envelope.reply_to) {
    calls_->ask(route, std::move(envelope), conversion);
  } else {
    const auto payload = std::move(envelope.message).payload();
    if (!payload) return;
    Bytes memory;
    const auto request = conversion != nullptr ? conversion->request.convert(*payload, memory)
                                               : Result<ByteView>(*payload);
    // Fails where the parent has gone: nobody is left to tell.
    if (request) static_cast<void>(connection_->session().tell(route, *request));
  }
  connection_->flush_later();
}

void ChildSession::leave() {
  leaving_ = true;
  connection_->flush();
  if (connection_->session().output_bytes() == 0) context_.stop();
}

}  // namespace kameo::process
