#include "distinct.hpp"

namespace kameo::codegen {

void DistinctNames::add(const std::string& name, const std::string& origin) {
  const auto [first, added] = origins_.try_emplace(name, origin);
  if (added || error_) return;
  error_ = fail(errc::invalid_argument, scope_, " would have `", name, "` twice: from ",
                first->second, " and from ", origin);
}

}  // namespace kameo::codegen
