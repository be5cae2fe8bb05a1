#include "python/modules.hpp"

#include "comments.hpp"
#include "layout.hpp"
#include "names.hpp"
#include "python/types.hpp"

#include <algorithm>
#include <array>

namespace kameo::codegen::python {
namespace {

using schema::Answer;

/// What the function of a callback gives.
std::string result_of(const schema::Method& callback, Annotations& stub) {
  if (callback.answer == Answer::stream) {
    return concat(stub.imported("Stream", "."), "[", stub.type(callback.output), "]");
  }
  if (callback.answer == Answer::none && !callback.input_stream) return "None";
  const auto output =
      callback.answer == Answer::reply ? stub.type(callback.output) : std::string("None");
  return concat(stub.imported("Call", "."), "[", output, "]");
}

/// How the input stream is called: a field of the request comes first.
std::string input_name(const schema::TypeDef& request) {
  const auto is_taken =
      std::ranges::any_of(request.fields, [](const auto& field) { return field.name == "input"; });
  return is_taken ? "_input" : "input";
}

}  // namespace

Result<Data> describe_module(const schema::Package& all, const schema::CallbackModule& module) {
  std::set<std::string> taken;
  for (const auto& callback : module.callbacks) taken.insert(callback.name);
  Annotations stub(all, {}, std::move(taken));
  auto plain = Annotations::at_run_time(all, {});
  bool uses_support = false;

  auto methods = list();
  for (const auto& callback : module.callbacks) {
    const auto& request = all.types[callback.request];
    Data data;
    std::vector<std::string> params;
    std::vector<std::string> stub_params;
    std::vector<std::string> arguments;
    std::string input;  // by place and not by name: any name may be a field's
    if (callback.input_stream) {
      input = input_name(request);
      const auto item = stub.type(*callback.input_stream);
      params.insert(params.end(), {input, "/"});
      stub_params.insert(
          stub_params.end(),
          {concat(input, ": ", stub.imported("Iterable", "collections.abc"), "[", item, "] | ",
                  stub.imported("AsyncIterable", "collections.abc"), "[", item, "]"),
           "/"});
    }
    if (!request.fields.empty()) {
      params.emplace_back("*");
      stub_params.emplace_back("*");
    }
    for (const auto& field : request.fields) {
      auto described = parameter(all, field, plain, stub);
      if (!described) return described.error().with_context(callback.name);
      const auto& name = described->name;
      uses_support = uses_support || described->default_text.starts_with("_support.");
      const auto with_default = [](std::string text, std::string_view sign,
                                   const std::string& value) {
        return value.empty() ? text : concat(text, sign, value);
      };
      params.push_back(with_default(name, "=", described->default_text));
      stub_params.push_back(
          with_default(concat(name, ": ", stub.type(field.type)), " = ", described->stub_default));
      arguments.push_back(concat(name, "=", name));
    }
    const bool is_told = callback.answer == Answer::none && input.empty();
    data.set("head", call(concat("def ", callback.name, "("), params, "):"));
    data.set("stub_head", call(concat("def ", callback.name, "("), stub_params,
                               concat(") -> ", result_of(callback, stub), ":")));
    data.set("call",
             call(concat("    ", is_told ? "_callback.tell(" : "return _callback.call(", "\"",
                         module.name, ".", callback.name, "\", ", plain.name(request), "("),
                  arguments, input.empty() ? "))" : concat("), ", input, ")")));
    const auto& why = callback.deprecated;
    data.set("is_deprecated", !why.empty());
    if (!why.empty()) {
      uses_support = true;
      data.set("warning", quoted(concat(module.name, ".", callback.name, " is deprecated: ", why)));
      data.set("deprecated", stub.imported("deprecated", "typing_extensions"));
      data.set("why", quoted(why));
    }
    auto text = method_comment(callback);
    if (const auto errors = declared_errors(all, callback); !errors.empty()) {
      text += concat(text.empty() ? "" : "\n", "Raises: ", errors, ".");
    }
    const auto doc = docstring(text, 4);
    data.set("doc", list_of(doc));
    data.set("ellipsis", doc.empty() ? " ..." : "");
    methods.push_back(data);
  }

  Data data;
  data.set("doc", list_of(docstring(module.doc, 0)));
  data.set("methods", methods);
  auto imports = plain.imports(".");
  if (uses_support) imports.insert(imports.begin(), "from . import _support");
  data.set("imports", list_of(imports));
  data.set("stub_imports", list_of(stub.imports(".")));
  return data;
}

}  // namespace kameo::codegen::python
