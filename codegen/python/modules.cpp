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

}  // namespace

Result<Data> describe_module(const schema::Package& all, const schema::CallbackModule& module) {
  std::set<std::string> taken;
  for (const auto& callback : module.callbacks) taken.insert(callback.name);
  Annotations stub(all, {}, std::move(taken));
  auto plain = Annotations::at_run_time(all, {});
  bool uses_support = false;

  auto methods = list();
  for (const auto& callback : module.callbacks) {
    const bool replies = callback.answer == Answer::reply;
    const bool is_stream = callback.answer == Answer::stream || callback.input_stream;
    Data data;
    data.set("name", callback.name);
    data.set("is_stream", is_stream);
    if (!is_stream) {
      std::vector<std::string> params;
      std::vector<std::string> stub_params;
      std::vector<std::string> arguments;
      const auto& request = all.types[callback.request];
      for (const auto& field : request.fields) {
        auto described = parameter(all, field, plain, stub);
        if (!described) return described.error().with_context(callback.name);
        const auto& name = described->name;
        uses_support = uses_support || described->default_text.starts_with("_support.");
        const auto with_default = [](std::string text, std::string_view sign,
                                     const std::string& value) {
          return value.empty() ? text : concat(text, sign, value);
        };
        if (params.empty()) {
          params.emplace_back("*");
          stub_params.emplace_back("*");
        }
        params.push_back(with_default(name, "=", described->default_text));
        stub_params.push_back(with_default(concat(name, ": ", stub.type(field.type)), " = ",
                                           described->stub_default));
        arguments.push_back(concat(name, "=", name));
      }
      const auto output = replies ? stub.type(callback.output) : std::string("None");
      const auto result =
          replies ? concat(stub.imported("Call", "."), "[", output, "]") : std::string("None");
      data.set("head", call(concat("def ", callback.name, "("), params, "):"));
      data.set("stub_head",
               call(concat("def ", callback.name, "("), stub_params, concat(") -> ", result, ":")));
      data.set("call",
               call(concat("    ", replies ? "return _callback.call(" : "_callback.tell(", "\"",
                           module.name, ".", callback.name, "\", ", plain.name(request), "("),
                    arguments, "))"));
      static_cast<void>(stub.type(callback.output));
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
