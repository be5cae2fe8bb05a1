#include "providers.hpp"

#include <utility>

namespace kameo::process {
namespace {

Result<void> answer(actor::Envelope& envelope, Error why) {
  if (!envelope.reply_to) return why;
  envelope.reply_to(std::move(why));
  return {};
}

}  // namespace

Result<void> Providers::add(std::string module, Provider provider) {
  const std::lock_guard lock(mutex_);
  const auto prefix = concat(module, '.');
  if (const auto one = callbacks_.lower_bound(prefix);
      one != callbacks_.end() && one->first.starts_with(prefix)) {
    return fail(errc::already_provided, "callback `", one->first, "` of module `", module,
                "` is provided already");
  }
  const auto [at, added] = modules_.try_emplace(module, std::move(provider));
  if (added) return {};
  return fail(errc::already_provided, "callback module `", module, "` is provided already");
}

Result<void> Providers::add_callback(std::string path, std::shared_ptr<actor::Receiver> receiver) {
  const auto dot = path.find('.');
  if (dot == 0 || dot == path.npos || dot + 1 == path.size()) {
    return fail(errc::invalid_argument, "`", path,
                "` is no callback's path; one is `market.Price`");
  }
  const std::lock_guard lock(mutex_);
  if (const auto module = path.substr(0, dot); modules_.contains(module)) {
    return fail(errc::already_provided, "callback module `", module, "` is provided already");
  }
  const auto [at, added] = callbacks_.try_emplace(path, std::move(receiver));
  if (added) return {};
  return fail(errc::already_provided, "callback `", path, "` is provided already");
}

std::optional<Provider> Providers::find(std::string_view module) const {
  const std::lock_guard lock(mutex_);
  const auto found = modules_.find(module);
  if (found == modules_.end()) return std::nullopt;
  return found->second;
}

Error Providers::nobody_provides(const CallbackRoute& route) const {
  std::string provided;
  const auto add_name = [&](const std::string& name) {
    provided += concat(provided.empty() ? "" : ", ", '`', name, '`');
  };
  const std::lock_guard lock(mutex_);
  if (closed_) return fail(errc::stopped, "the runtime has been stopped");
  for (const auto& [name, unused] : modules_) add_name(name);
  bool others = false;  // of the same module
  for (const auto& [path, unused] : callbacks_) {
    add_name(path);
    others = others || path.starts_with(concat(route.module, '.'));
  }
  return fail(errc::not_provided, "nobody provides callback ", others ? "`" : "module `",
              others ? route.path : route.module,
              "`; provided: ", provided.empty() ? std::string("none") : provided);
}

Result<void> Providers::deliver(const CallbackRoute& route, actor::Envelope envelope) const {
  auto provider = find(route.module);
  if (!provider) {
    const auto single = [&]() -> std::shared_ptr<actor::Receiver> {
      const std::lock_guard lock(mutex_);
      const auto found = callbacks_.find(route.path);
      return found == callbacks_.end() ? nullptr : found->second;
    }();
    if (single) return single->deliver(std::move(envelope));
    return answer(envelope, nobody_provides(route));
  }
  if (!provider->routes.empty()) {
    const auto index = std::size_t{envelope.route} - 1;
    if (index >= provider->routes.size()) {
      return answer(envelope, fail(errc::unknown_route, "the provider of `", route.module,
                                   "` has no callback with number ", envelope.route));
    }
    envelope.route = provider->routes[index];
  }
  return provider->receiver->deliver(std::move(envelope));
}

bool Providers::wants_payload(std::string_view module) const {
  const auto provider = find(module);
  return provider && provider->receiver->wants_payload();
}

void Providers::close() {
  std::map<std::string, Provider, std::less<>> let_go;
  std::map<std::string, std::shared_ptr<actor::Receiver>, std::less<>> let_go_too;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    let_go.swap(modules_);
    let_go_too.swap(callbacks_);
  }
}

}  // namespace kameo::process
