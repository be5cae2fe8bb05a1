#pragma once

#include <kameo/actor/item_pipe.hpp>
#include <kameo/result.hpp>

#include <memory>

namespace kameo {
template <class T>
class Sink;
template <class T>
class Stream;
}  // namespace kameo

namespace kameo::actor {

/// The streams that an ask comes with.
struct Streams {
  std::shared_ptr<ItemPipe> output;  ///< where its items go; null where one reply is wanted
  std::shared_ptr<ItemPipe> input;   ///< where the caller's items come from; null where none do

  /// For a handler that streams, or takes a stream, as said: fails with `bad_request` where the
  /// caller wants something else. Generated refs never do.
  [[nodiscard]] Result<void> fit(bool with_output, bool with_input) const {
    const auto differs = [](const char* what, bool wanted) {
      return fail(errc::bad_request, "the caller ", wanted ? "has" : "lacks", " ", what,
                  wanted ? ", which this handler lacks" : ", which this handler has");
    };
    if ((output != nullptr) != with_output) return differs("an output stream", output != nullptr);
    if ((input != nullptr) != with_input) return differs("an input stream", input != nullptr);
    return {};
  }
  /// Only where it fits.
  template <class T>
  [[nodiscard]] Sink<T> sink() const {
    return Sink<T>(output);
  }
  template <class T>
  [[nodiscard]] Stream<T> source() const {
    return Stream<T>(input);
  }
};

}  // namespace kameo::actor
