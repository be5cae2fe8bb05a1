#include "balancer.hpp"

#include <algorithm>
#include <utility>

namespace kameo::cli {

/// The answer to one ask on its way back: it frees the place that the ask took.
class Balancer::Counted final : public actor::ReplyTo::Sink {
 public:
  Counted(std::shared_ptr<Balancer> balancer, std::size_t place, actor::ReplyTo to)
      : balancer_(std::move(balancer)), place_(place), to_(std::move(to)) {}

  void complete(Result<actor::Message> answer) override {
    balancer_->answered(place_, !answer && answer.error().code() == errc::stopped);
    to_(std::move(answer));
  }
  [[nodiscard]] bool abandoned() const noexcept override { return !to_.wanted(); }
  void on_abandoned(std::weak_ptr<actor::Canceller> who, std::uint64_t token) override {
    to_.on_abandoned(std::move(who), token);
  }

 private:
  const std::shared_ptr<Balancer> balancer_;
  const std::size_t place_;
  actor::ReplyTo to_;
};

Result<void> Balancer::deliver(actor::Envelope envelope) {
  const auto place = least_loaded();
  if (envelope.reply_to) {
    const auto counted =
        std::make_shared<Counted>(shared_from_this(), place, std::move(envelope.reply_to));
    envelope.reply_to = actor::ReplyTo(counted);
  } else {
    answered(place, false);  // a tell: nobody says when it is done
  }
  return actors_[place].receiver->deliver(std::move(envelope));
}

/// Counts the ask that is to come. One that is gone is chosen only where all are: it answers at
/// once, and would look like the least busy.
std::size_t Balancer::least_loaded() {
  const std::lock_guard lock(mutex_);
  const auto best =
      std::min_element(actors_.begin(), actors_.end(), [](const Actor& a, const Actor& b) {
        return std::pair(a.gone, a.open) < std::pair(b.gone, b.open);
      });
  ++best->open;
  return static_cast<std::size_t>(best - actors_.begin());
}

void Balancer::answered(std::size_t place, bool is_gone) {
  const std::lock_guard lock(mutex_);
  --actors_[place].open;
  if (is_gone) actors_[place].gone = true;
}

}  // namespace kameo::cli
