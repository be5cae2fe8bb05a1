#include <kameo/idl/reference.hpp>

#include <kameo/concat.hpp>

#include <array>

namespace kameo::idl {
namespace {

// Members of the generated Python package, beside the modules of packages and of callbacks.
constexpr std::array module_names{
    TakenName{"callback_handle", "the dynamic call of the Python package"},
    TakenName{"progress", "a function of the Python package"},
    TakenName{"testing", "a module of the Python package"},
    TakenName{"strategies", "a module of the Python package"},
    TakenName{"kameo", "the Python package itself"},
    TakenName{"std", "the C++ standard library"}};
// Beside the namespaces of packages in C++; beside `shop/shop.hpp`, the header of package shop; and
// beside the modules of packages within packages in Python.
constexpr std::array package_parts{TakenName{"routes", "a namespace of the generated code"},
                                   TakenName{"schema_bytes", "a function of the generated code"},
                                   TakenName{"actors", "a header of every package"},
                                   TakenName{"cereal", "a header of every package"},
                                   TakenName{"generators", "a header of every package"},
                                   TakenName{"testing", "a header of every package"},
                                   TakenName{"types", "a header of every package"},
                                   TakenName{"strategies", "a module of every Python package"}};
// What a handler class of Python, and the refs and bases of C++, have of their own.
constexpr std::array handler_names{TakenName{"on_start", "what kameo calls when the actor starts"},
                                   TakenName{"on_stop", "what kameo calls when the actor stops"},
                                   TakenName{"ask", "a member of every ref"},
                                   TakenName{"tell", "a member of every ref"},
                                   TakenName{"name", "a member of every ref"},
                                   TakenName{"receiver", "a member of every ref"},
                                   TakenName{"start", "a member of every handler"},
                                   TakenName{"dispatch", "a member of every handler"},
                                   TakenName{"stop", "a member of every handler"}};
constexpr std::array callback_names{TakenName{"Ask", "a member of every ref"},
                                    TakenName{"Tell", "a member of every ref"},
                                    TakenName{"Name", "a member of every ref"},
                                    TakenName{"Receiver", "a member of every ref"},
                                    TakenName{"ModuleName", "a member of every ref"},
                                    TakenName{"Module", "a member of every handler"},
                                    TakenName{"Dispatch", "a member of every handler"}};
constexpr std::array field_names{TakenName{"self", "the object itself in Python"},
                                 TakenName{"from_dict", "a method of the generated class"},
                                 TakenName{"to_dict", "a method of the generated class"},
                                 TakenName{"from_json", "a method of the generated class"},
                                 TakenName{"to_json", "a method of the generated class"}};

}  // namespace

std::span<const TakenName> taken_names(TakenBy list) noexcept {
  switch (list) {
    case TakenBy::modules:
      return module_names;
    case TakenBy::package_parts:
      return package_parts;
    case TakenBy::handlers:
      return handler_names;
    case TakenBy::callbacks:
      return callback_names;
    case TakenBy::fields:
      break;
  }
  return field_names;
}

std::string markdown_taken() {
  struct Row {
    TakenBy list;
    std::string_view of;
    std::string_view by;
  };
  constexpr auto rows = std::to_array<Row>(
      {{TakenBy::modules, "a callback module, the first part of a package",
        "the Python package, the standard library"},
       {TakenBy::package_parts, "the last part of a package", "generated C++ and Python"},
       {TakenBy::handlers, "a handler", "handler classes and refs"},
       {TakenBy::callbacks, "a callback", "the same"},
       {TakenBy::fields, "a field", "generated Python classes"}});
  std::string out = "| name | of | by |\n|---|---|---|\n";
  for (const auto& row : rows) {
    std::string names;
    for (const auto& each : taken_names(row.list)) {
      names += concat(names.empty() ? "" : " ", "`", each.name, "`");
    }
    out += concat("| ", names, " | ", row.of, " | ", row.by, " |\n");
  }
  return out;
}

}  // namespace kameo::idl
