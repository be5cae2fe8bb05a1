#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// The candidate that `word` is most likely a slip of; empty where none is near. Case does not
/// count, a swap of two neighbours is one slip.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

/// "did you mean `x`?" for that; else `otherwise`.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates,
                                       std::string otherwise = {});

/// `a`, `b` and `c`
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

}  // namespace kameo::idl
