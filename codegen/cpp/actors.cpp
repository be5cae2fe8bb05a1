#include "cpp/actors.hpp"

#include "comments.hpp"
#include "layout.hpp"
#include "names.hpp"

#include <array>
#include <string>
#include <vector>

namespace kameo::codegen::cpp {
namespace {

using schema::Answer;
using schema::Method;

/// What refs and handlers have of their own: a handler `stop` becomes `stop_`.
constexpr auto own_names = std::to_array<std::string_view>(
    {"ask", "dispatch", "exchange", "module", "name", "on_start", "on_stop", "receiver", "start",
     "stop", "stream", "tell", "upload"});
/// What fakes have besides.
constexpr auto fake_names = std::to_array<std::string_view>({"add_route", "pass", "ref"});

schema::Type named(std::uint32_t index) {
  schema::Type type;
  type.kind = schema::Kind::named;
  type.ref = index;
  return type;
}

class Describer {
 public:
  Describer(const schema::Package& package, const Order& order, const Spelling& spelling)
      : package_(package), order_(order), spelling_(spelling) {}

  /// `owner`: `Strategy` or the `Market` of a module `market`.
  Data methods(const std::vector<Method>& all, const std::string& owner) {
    auto entries = list();
    for (std::size_t i = 0; i < all.size(); ++i) entries.push_back(method(all[i], owner, i + 1));
    return entries;
  }

  /// `std::move(*decoded)`; where a copy costs the same, that would be noise.
  [[nodiscard]] std::string moved(const std::string& value, const schema::Type& type) const {
    return order_.copies_trivially(type) ? concat("*", value) : concat("std::move(*", value, ")");
  }

 private:
  Data method(const Method& method, const std::string& owner, std::size_t number) {
    const auto name = cpp_name(snake_case(method.name), own_names);
    const auto& request = package_.types[method.request];
    const bool replies = method.answer == Answer::reply;
    const bool streams = method.answer == Answer::stream;
    const bool takes = method.input_stream.has_value();
    const auto output = replies ? spelling_.type(method.output) : std::string("void");
    const auto item = streams ? spelling_.type(method.output) : std::string();
    const auto input = takes ? spelling_.type(*method.input_stream) : std::string();

    const auto attribute = method.deprecated.empty()
                               ? std::string()
                               : concat("[[deprecated(", quoted(method.deprecated), ")]] ");

    Data data;
    data.set("name", name);
    data.set("idl_name", method.name);
    data.set("number", std::to_string(number));
    data.set("constant", concat(snake_case(owner), "_", snake_case(method.name)));
    data.set("request", spelling_.name(request));
    data.set("output", output);
    data.set("is_tell", !replies && !streams && !takes);
    data.set("is_ask", replies && !takes);
    data.set("is_stream", streams || takes);
    data.set("fit", concat(streams ? "true" : "false", ", ", takes ? "true" : "false"));
    data.set("replies", replies);
    data.set("reply", replies ? moved("reply", method.output) : std::string());
    data.set("doc", list_of(comment_lines(method_comment(method), 2)));
    auto errors = declared_errors(package_, method);
    data.set(
        "errors",
        list_of(errors.empty()
                    ? std::vector<std::string>{}
                    : comment_lines(concat("Errors: ", errors, ", and those of every ask."), 2)));
    const auto deadline = method.deadline.count();
    data.set("has_deadline", deadline != 0);
    data.set("deadline", deadline > 0 ? concat("std::chrono::milliseconds(", deadline, ")")
                                      : std::string("kameo::no_deadline"));
    std::vector<std::string> parameters{concat(spelling_.name(request), " request")};
    std::vector<std::string> arguments{moved("decoded", named(method.request))};
    if (takes) {
      parameters.push_back(concat("kameo::Stream<", input, "> input"));
      arguments.push_back(concat("streams.source<", input, ">()"));
    }
    if (streams) {
      parameters.push_back(concat("kameo::Sink<", item, "> output"));
      arguments.push_back(concat("streams.sink<", item, ">()"));
    }
    data.set("virtual", call(concat("  virtual kameo::Reply<", output, "> ", name, "("), parameters,
                             ") = 0;"));
    data.set("run", call(concat("      auto running = ", name, "("), arguments, ");"));
    data.set("tell", call(concat("  ", attribute, "kameo::Result<void> ", name, "("),
                          {concat("const ", spelling_.name(request), "& request")}, ") const {"));
    data.set("ask", call(concat("  ", attribute, "auto ", name, "("),
                         {concat("const ", spelling_.name(request), "& request"),
                          "kameo::AskOptions options = {}", "Token&& token = {}"},
                         ") const {"));
    data.set("ask_call", call(concat("    return ask<", output, ">("),
                              {concat("routes::", snake_case(owner), "_", snake_case(method.name)),
                               "request", "options", "std::forward<Token>(token)"},
                              ");"));
    // What the call of a stream gives, and the function of ActorRef that begins it.
    const auto kind = !takes ? std::string("stream") : streams ? "exchange" : "upload";
    const auto types = !takes ? item : concat(input, ", ", streams ? item : output);
    data.set(
        "stream",
        call(concat("  ", attribute, "kameo::", pascal_case(kind), "<", types, "> ", name, "("),
             {concat("const ", spelling_.name(request), "& request"),
              streams ? "kameo::StreamOptions options = {}" : "kameo::AskOptions options = {}"},
             ") const {"));
    data.set("fake", fake(method, name, owner));
    data.set("stream_call",
             call(concat("    return ", kind, "<", types, ">("),
                  {concat("routes::", snake_case(owner), "_", snake_case(method.name)), "request",
                   "options"},
                  ");"));
    return data;
  }

  /// The member of a fake that stands for the method.
  [[nodiscard]] std::string fake(const Method& method, const std::string& name,
                                 const std::string& owner) const {
    const auto request = spelling_.name(package_.types[method.request]);
    const auto output = method.answer == Answer::none ? "void" : spelling_.type(method.output);
    std::string kind;
    if (method.input_stream) {
      const auto input = spelling_.type(*method.input_stream);
      kind = concat(method.answer == Answer::stream ? "FakeExchange<" : "FakeUpload<", request,
                    ", ", input, ", ", output, ">");
    } else if (method.answer == Answer::none) {
      kind = concat("FakeTell<", request, ">");
    } else {
      kind = concat(method.answer == Answer::stream ? "FakeStream<" : "FakeAsk<", request, ", ",
                    output, ">");
    }
    return call(concat("  kameo::testing::", kind, " ", cpp_name(name, fake_names), "{"),
                {"*this", concat("routes::", snake_case(owner), "_", snake_case(method.name)),
                 quoted(method.name)},
                "};");
  }

  const schema::Package& package_;
  const Order& order_;
  const Spelling& spelling_;
};

Data fake_doc(const std::string& what, std::string_view method) {
  return list_of(
      comment_lines(concat("Plays ", what,
                           " in a test. `ref()` goes to what is tested; each member says what its ",
                           method, " answers, and what it was asked."),
                    0));
}

std::string dispatch_head(const std::string& owner, const std::vector<Method>& methods) {
  if (methods.empty()) {
    return call(concat("kameo::Reply<kameo::actor::Message> ", owner, "::dispatch("),
                {"std::uint16_t route", "kameo::actor::Message", "kameo::actor::Streams"}, ") {");
  }
  return call(
      concat("kameo::Reply<kameo::actor::Message> ", owner, "::dispatch("),
      {"std::uint16_t route", "kameo::actor::Message request", "kameo::actor::Streams streams"},
      ") {");
}

std::string in_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  std::size_t column = 0;
  for (const auto byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += column > 0 ? " " : text.empty() ? "    " : "\n    ";
    text += {'0', 'x', digits[value >> 4], digits[value & 15], ','};
    column = (column + 1) % 16;
  }
  return text;
}

}  // namespace

Result<Data> describe_actors(const schema::Package& package, const Order& order,
                             const Spelling& spelling) {
  Describer describe(package, order, spelling);
  auto actors = list();
  auto fakes = list();
  for (const auto& actor : package.actors) {
    if (actor.package != package.name) continue;
    Data data;
    const auto& config = package.types[actor.config];
    data.set("name", actor.name);
    data.set("full_name", concat(actor.package, ".", actor.name));
    data.set("config", spelling.name(config));
    data.set("start_config", describe.moved("decoded", named(actor.config)));
    data.set("attribute", actor.deprecated.empty()
                              ? std::string()
                              : concat("[[deprecated(", quoted(actor.deprecated), ")]] "));
    data.set("dispatch", dispatch_head(concat(actor.name, "Handler"), actor.handlers));
    data.set("doc", list_of(comment_lines(with_deprecation(actor.doc, actor.deprecated), 0)));
    data.set("has_doc", !actor.doc.empty() || !actor.deprecated.empty());
    data.set("methods", describe.methods(actor.handlers, actor.name));
    data.set("fake_doc", fake_doc(concat("an actor ", actor.name), "handler"));
    data.set("idl_name", concat(actor.package, ".", actor.name));
    data.set("has_methods", !actor.handlers.empty());
    actors.push_back(data);
    fakes.push_back(data);
  }
  auto modules = list();
  for (const auto& module : package.modules) {
    if (module.package != package.name) continue;
    Data data;
    const auto name = pascal_case(module.name);
    data.set("dispatch", dispatch_head(concat(name, "Callbacks"), module.callbacks));
    data.set("name", name);
    data.set("idl_name", module.name);
    data.set("doc", list_of(comment_lines(module.doc, 0)));
    data.set("has_doc", !module.doc.empty());
    data.set("methods", describe.methods(module.callbacks, name));
    data.set("fake_doc", fake_doc(concat("who provides module `", module.name, "`"), "callback"));
    data.set("has_methods", !module.callbacks.empty());
    modules.push_back(data);
    fakes.push_back(data);
  }
  Data data;
  data.set("has_any", actors.is_non_empty_list() || modules.is_non_empty_list());
  data.set("actors", actors);
  data.set("modules", modules);
  data.set("fakes", fakes);
  data.set("schema", in_hex(schema::to_bytes(package)));
  return data;
}

}  // namespace kameo::codegen::cpp
