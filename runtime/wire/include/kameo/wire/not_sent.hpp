#pragma once

#include <kameo/error.hpp>
#include <kameo/result.hpp>

namespace kameo::wire {

/// What an asker is told whose answer the session did not take. Not `overloaded`, after which a
/// retry is safe: the handler has run.
[[nodiscard]] inline Error not_sent(const Error& why) {
  if (why.code() != errc::overloaded) return why;
  return fail(errc::no_answer, "the answer could not be sent: ", why.message());
}

}  // namespace kameo::wire
