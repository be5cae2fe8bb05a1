#include "converted.hpp"
#include "module.hpp"
#include "schema_type.hpp"
#include "task.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>
#include <kameo/schema/routes.hpp>

#include <pthread.h>

#include <algorithm>

namespace kameo::python {

using wire::Event;

namespace {

const schema::Method* find_method(const std::vector<schema::Method>& methods,
                                  std::string_view name) {
  const auto found = std::ranges::find(methods, name, &schema::Method::name);
  return found == methods.end() ? nullptr : &*found;
}

/// `evaluate` is the actor's; `market.Price` a module's, used or provided.
const schema::Method* method_of(const schema::Package& package, const schema::Actor* actor,
                                std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) {
    return actor == nullptr ? nullptr : find_method(actor->handlers, name);
  }
  // By its bare name, as routes have it: no two modules of a program share one.
  const auto module =
      std::ranges::find(package.modules, name.substr(0, dot), &schema::CallbackModule::name);
  return module == package.modules.end() ? nullptr
                                         : find_method(module->callbacks, name.substr(dot + 1));
}

}  // namespace

bool Worker::streams(std::string_view name) const {
  const auto* method = method_of(plans_->package(), actor_, name);
  return method != nullptr && method->answer == schema::Answer::stream;
}

Worker* Worker::current_ = nullptr;

Worker::Worker(int fd)
    : fd_(fd), thread_(PyThread_get_thread_ident()), session_(wire::Role::child, limits_) {
  current_ = this;
}

Worker::~Worker() {
  if (current_ == this) current_ = nullptr;
}

bool Worker::hello(std::string language, std::string runtime) {
  wire::Hello hello;
  hello.language = std::move(language);
  hello.runtime = std::move(runtime);
  if (auto said = session_.hello(std::move(hello)); !said) {
    raise_error(said.error());
    return false;
  }
  flush();
  return true;
}

bool Worker::receive_welcome() {
  while (!closed_) {
    for (;;) {
      const auto event = session_.next_event();
      if (event.type == Event::Type::none) break;
      if (event.type == Event::Type::closed) {
        closed_ = true;
        if (event.error) raise_error(*event.error);
        return false;
      }
      if (event.type != Event::Type::welcome) continue;
      auto welcome = wire::welcome_from(event.payload);
      auto package =
          welcome ? schema::from_bytes(welcome->schema) : Result<schema::Package>(welcome.error());
      if (!package) {
        raise_error(package.error());
        return false;
      }
      welcome_ = std::move(*welcome);
      plans_ = std::make_unique<Plans>(std::move(*package), Ref());
      actor_ = welcome_.actor.empty() ? nullptr : plans_->package().find_actor(welcome_.actor);
      return true;
    }
    if (!wait_for_input()) return false;
  }
  return false;
}

std::uint64_t Worker::config_fingerprint() const {
  return actor_ == nullptr ? 0 : schema::fingerprint(plans_->package(), actor_->config);
}

bool Worker::bind(Ref types) {
  plans_ = std::make_unique<Plans>(plans_->package(), std::move(types));
  actor_ = welcome_.actor.empty() ? nullptr : plans_->package().find_actor(welcome_.actor);
  for (const auto& info : welcome_.routes) {
    auto route = std::make_unique<RouteEntry>();
    route->info = info;
    route->method = method_of(plans_->package(), actor_, info.name);
    if (route->method == nullptr) {
      route->refused = concat("`", info.name, "` is not in the schema that came with it");
    } else {
      route->concurrency =
          std::max(route->method->concurrency, actor_ == nullptr ? 1 : actor_->concurrency);
      if (!bind_route(*route, *plans_, *route->method)) return false;
    }
    if (info.to_parent != 0) callbacks_[info.name] = route.get();
    if (routes_.size() <= info.number) routes_.resize(std::size_t{info.number} + 1);
    routes_[info.number] = std::move(route);
  }
  return true;
}

bool Worker::bind_route(RouteEntry& route, Plans& plans, const schema::Method& method) {
  route.errors.clear();
  route.request = plans.node(method.request);
  if (route.request == nullptr) return false;
  if (method.answer != schema::Answer::none) {
    route.output = plans.node(method.output);
    if (route.output == nullptr) return false;
    route.is_stream = method.answer == schema::Answer::stream;
    route.output_name = route.is_stream ? "item" : "reply";
    const auto& named =
        route.output->kind == schema::Kind::optional ? *route.output->args[0] : *route.output;
    if (named.kind == schema::Kind::named) {
      route.output_name = named.shape->name.substr(named.shape->name.rfind('.') + 1);
    }
  }
  if (method.input_stream) {
    route.input = plans.node(*method.input_stream);
    if (route.input == nullptr) return false;
  }
  for (const auto error : method.errors) {
    route.errors.push_back(plans.node(error));
    if (route.errors.back() == nullptr) return false;
  }
  return true;
}

bool Worker::set_handler(schema::RouteNumber number, PyObject* handler, std::string where) {
  if (number >= routes_.size() || !routes_[number]) {
    PyErr_Format(PyExc_KeyError, "no route %d", static_cast<int>(number));
    return false;
  }
  auto& route = *routes_[number];
  route.handler = Ref::share(handler);
  route.where = std::move(where);
  // A bound method is taken apart once, rather than at each call.
  if (PyMethod_Check(handler)) {
    route.function = Ref::share(PyMethod_GET_FUNCTION(handler));
    route.self = Ref::share(PyMethod_GET_SELF(handler));
  }
  return true;
}

std::optional<std::string> Worker::translate(schema::RouteNumber number, PyObject* schema) {
  auto* ours = plans_of(schema);
  if (ours == nullptr) return std::nullopt;
  if (number >= routes_.size() || !routes_[number]) {
    PyErr_Format(PyExc_KeyError, "no route %d", static_cast<int>(number));
    return std::nullopt;
  }
  auto& route = *routes_[number];
  const auto& package = ours->package();
  const auto* mine = method_of(package, package.find_actor(welcome_.actor), route.info.name);
  if (mine == nullptr || route.method == nullptr) return "only one of the two schemas has it";
  using Answered = schema::MethodConversion::Answered;
  auto conversion =
      schema::MethodConversion::make(package, *mine, plans_->package(), *route.method,
                                     route.info.to_parent != 0 ? Answered::there : Answered::here);
  if (!conversion) return conversion.error().message();
  if (!bind_route(route, *ours, *mine)) return std::nullopt;
  route.conversion = std::move(*conversion);
  route.schema = Ref::share(schema);
  return std::string();
}

std::optional<std::string> Worker::translate_config(PyObject* schema) {
  auto* ours = plans_of(schema);
  if (ours == nullptr) return std::nullopt;
  const auto* mine = ours->package().find_actor(welcome_.actor);
  if (mine == nullptr || actor_ == nullptr) return "only one of the two schemas has the actor";
  const auto our_type = schema::named_type(mine->config);
  const auto their_type = schema::named_type(actor_->config);
  auto conversion = schema::Conversion::make(
      {plans_->package(), their_type}, {ours->package(), our_type}, "config", errc::bad_request);
  if (!conversion) return conversion.error().message();
  config_conversion_ = std::move(*conversion);
  config_schema_ = Ref::share(schema);
  return std::string();
}

bool Worker::refuse_route(schema::RouteNumber number, std::string why) {
  if (number >= routes_.size() || !routes_[number]) return true;
  routes_[number]->refused = std::move(why);
  return true;
}

bool Worker::ready() {
  wire::Ready ready;
  for (const auto& route : routes_) {
    if (route && !route->refused.empty()) {
      ready.refused.push_back({route->info.number, route->refused});
    }
  }
  if (auto said = session_.ready(ready); !said) {
    raise_error(said.error());
    return false;
  }
  flush();
  return true;
}

void Worker::start_failed(const Error& error) {
  // Fails only where the session is closed: then nobody listens.
  if (session_.start_failed(error)) write_all(1000);
}

Ref Worker::config() {
  if (actor_ == nullptr) return Ref::share(Py_None);
  auto* plans = config_schema_ ? plans_of(config_schema_.get()) : plans_.get();
  const auto* actor = plans->package().find_actor(welcome_.actor);
  const auto* node = plans->node(actor->config);
  if (node == nullptr) return {};
  return decode_converted(*node, config_conversion_ ? &*config_conversion_ : nullptr,
                          welcome_.config, limits_.codec);
}

}  // namespace kameo::python
