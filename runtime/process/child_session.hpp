#pragma once

#include "calls.hpp"
#include "connection.hpp"

#include <kameo/actor/handler_incarnation.hpp>
#include <kameo/actor/slot.hpp>
#include <kameo/schema/conversion.hpp>
#include <kameo/schema/package.hpp>

#include <asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kameo::process {

/// An actor type of a C++ child program.
struct ChildType {
  schema::Package package;
  ByteView schema;  ///< the same as bytes; they are the program's
  HandlerFactory factory;
};

/// The child's side of the talk with its parent: says hello, becomes the actor that the welcome
/// names, and serves until the parent has it end.
/// Thread-safety: none; all of it runs on `context`, which has one thread.
class ChildSession final : public Connection::Sink,
                           public std::enable_shared_from_this<ChildSession> {
 public:
  using Types = std::map<std::string, ChildType, std::less<>>;

  ChildSession(asio::io_context& context, UniqueFd socket, const Types& types,
               std::function<void()> before_start);

  /// Until the end; the process's exit code.
  int run();

 private:
  class ParentReceiver;

  void on_event(wire::Event& event) override;
  void on_turn_end() override;
  void be_welcomed(const wire::Event& event);
  void begin(const ChildType& type, const schema::Actor& actor, const wire::Welcome& welcome);
  /// Maps the parent's route numbers to ours, by name, has those converted whose types differ at
  /// the end only, and says which ones do not agree. `parents`: the parent's schema.
  wire::Ready agree_on_routes(const ChildType& type, const schema::Actor& actor,
                              const wire::Welcome& welcome, const schema::Package* parents);
  void fail_start(const Error& why);
  void deliver(const wire::Event& event);
  [[nodiscard]] const schema::MethodConversion* conversion_of(actor::RouteNumber parents) const;
  void ask_parent(const std::string& module, actor::Envelope envelope);
  void leave();

  asio::io_context& context_;
  const Types& types_;
  std::function<void()> before_start_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<actor::Slot> slot_;
  std::unordered_map<actor::RouteNumber, actor::RouteNumber> handler_routes_;  // parent's → ours
  std::map<std::string, std::vector<actor::RouteNumber>, std::less<>> callback_routes_;  // by place
  /// Of the routes whose types differ, by the parent's number. `calls_` looks into it.
  std::map<actor::RouteNumber, schema::MethodConversion> conversions_;
  std::shared_ptr<Calls> calls_;
  bool leaving_ = false;
  int exit_code_ = 0;
};

}  // namespace kameo::process
