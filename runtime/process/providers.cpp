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
  const auto [at, added] = modules_.try_emplace(module, std::move(provider));
  if (added) return {};
  return fail(errc::already_provided, "callback module `", module, "` is provided already");
}

std::optional<Provider> Providers::find(std::string_view module) const {
  const std::lock_guard lock(mutex_);
  const auto found = modules_.find(module);
  if (found == modules_.end()) return std::nullopt;
  return found->second;
}

Result<void> Providers::deliver(std::string_view module, actor::Envelope envelope) const {
  const auto provider = find(module);
  if (!provider) {
    std::string provided;
    const std::lock_guard lock(mutex_);
    if (closed_) return answer(envelope, fail(errc::stopped, "the runtime has been stopped"));
    for (const auto& [name, unused] : modules_) {
      provided += concat(provided.empty() ? "" : ", ", '`', name, '`');
    }
    return answer(envelope,
                  fail(errc::not_provided, "nobody provides callback module `", module,
                       "`; provided: ", provided.empty() ? std::string("none") : provided));
  }
  if (!provider->routes.empty()) {
    const auto place = std::size_t{envelope.route} - 1;
    if (place >= provider->routes.size()) {
      return answer(envelope, fail(errc::unknown_route, "the provider of `", module,
                                   "` has no callback with number ", envelope.route));
    }
    envelope.route = provider->routes[place];
  }
  return provider->receiver->deliver(std::move(envelope));
}

bool Providers::wants_payload(std::string_view module) const {
  const auto provider = find(module);
  return provider && provider->receiver->wants_payload();
}

void Providers::close() {
  std::map<std::string, Provider, std::less<>> let_go;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    let_go.swap(modules_);
  }
}

}  // namespace kameo::process
