#pragma once

namespace kameo {

/// Several lambdas as one callable, for std::visit; what the `visit` of generated unions takes
/// its arguments as.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace kameo
