#include <kameo/actor/call.hpp>

namespace kameo::actor {
namespace {

// Of the thread and not of the process: it says who runs here, and runtimes don't meet in it.
thread_local std::shared_ptr<const Call> running;

}  // namespace

const std::shared_ptr<const Call>& Call::current() noexcept {
  return running;
}

CallScope::CallScope(std::shared_ptr<const Call> call) noexcept
    : before_(std::exchange(running, std::move(call))) {}

CallScope::~CallScope() {
  running = std::move(before_);
}

}  // namespace kameo::actor
