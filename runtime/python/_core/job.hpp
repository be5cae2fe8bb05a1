#pragma once

#include "plan.hpp"
#include "ref.hpp"

#include <kameo/schema/conversion.hpp>
#include <kameo/wire/session.hpp>

#include <optional>
#include <string>
#include <vector>

/// What the worker works on.
namespace kameo::python {

/// A handler of ours, or a callback of the parent's.
struct RouteEntry {
  wire::RouteInfo info;
  const schema::Method* method = nullptr;
  std::uint32_t concurrency = 1;
  // Of a method that is bound:
  const Node* request = nullptr;
  const Node* output = nullptr;  ///< of the reply or an item; null where it has neither
  std::string output_name;       ///< how the reply is called in messages: `Signal`, `reply`
  const Node* input = nullptr;   ///< of an item of the input stream; null without one
  bool is_stream = false;
  std::vector<const Node*> errors;
  // Where the parent's schema is of another version than ours, which `request` to `errors` are of:
  std::optional<schema::MethodConversion> conversion;
  Ref schema;  ///< ours, which holds them
  // Of a handler:
  Ref handler;
  Ref function;  ///< where the handler is a bound method: what it binds
  Ref self;
  std::string where;    ///< `strategy.py:41, evaluate`
  std::string refused;  ///< why it can't be called, or empty
  /// Whether its last call took long, or there was none yet: then what is finished goes out before.
  mutable bool is_slow = true;

  // How messages are converted; null where both sides write them alike.
  [[nodiscard]] const schema::Conversion* request_conversion() const noexcept {
    return conversion ? &conversion->request : nullptr;
  }
  [[nodiscard]] const schema::Conversion* output_conversion() const noexcept {
    return conversion && conversion->output ? &*conversion->output : nullptr;
  }
  [[nodiscard]] const schema::Conversion* input_conversion() const noexcept {
    return conversion && conversion->input ? &*conversion->input : nullptr;
  }
};

/// One message in hand.
struct Job {
  const RouteEntry* route = nullptr;
  wire::CorrelationId ask = 0;  ///< 0 for a tell
  Ref scope;                    ///< what its handler hands on to asks of its own
};

/// A handler that is a plain generator, between its items.
struct Producer {
  Job job;
  Ref generator;
  Ref context;
  bool queued = false;  ///< it has credit and waits for its turn
  bool stepping = false;
};

/// What a handler feeds to a callback that takes an input stream.
struct Feed {
  const RouteEntry* route = nullptr;
  Ref iterator;  ///< in sync code: stepped while the call is waited for
  Ref task;      ///< in a coroutine: it steps an iterable of either kind
};

}  // namespace kameo::python
