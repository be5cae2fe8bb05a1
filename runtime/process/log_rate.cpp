#include "log_rate.hpp"

#include <utility>

namespace kameo::process {

std::uint64_t LogRate::turn(TimePoint now) noexcept {
  if (now - since_ < std::chrono::seconds(1)) return 0;
  since_ = now;
  passed_ = 0;
  return take_lost();
}

bool LogRate::take() noexcept {
  if (passed_ < per_second_) {
    ++passed_;
    return true;
  }
  ++lost_;
  return false;
}

std::uint64_t LogRate::take_lost() noexcept {
  return std::exchange(lost_, 0);
}

}  // namespace kameo::process
