#include <kameo/codegen/generate.hpp>

#include "distinct.hpp"
#include "names.hpp"
#include "python/annotation.hpp"
#include "python/modules.hpp"
#include "python/schema_module.hpp"
#include "python/strategies.hpp"
#include "python/types.hpp"
#include "template.hpp"

#include <kameo/base64.hpp>

#include <array>
#include <map>
#include <set>

namespace kameo::codegen {
namespace {

using python::docstring;

/// What `import kameo` offers beside the schemas: names of kameo_runtime.api.
constexpr auto api = std::to_array<std::string_view>(
    {"Call", "CallbackError", "Cancelled", "DeadlineExceeded", "Deadlock", "Error", "Stream",
     "UnknownCallback", "ValidationError", "callback_handle", "set_stream_window"});
/// Names that later parts of the API will have, and the package's own.
constexpr auto reserved = std::to_array<std::string_view>({"progress", "strategies", "testing"});

/// The files of one package `kameo`, by path.
class Output {
 public:
  std::optional<Error> add(const std::string& path, std::string_view name, const Data& data) {
    auto text = render(name, data);
    if (!text) return text.error();
    const auto [place, added] = files_.try_emplace(concat("kameo/", path), *text);
    if (!added && place->second != *text) {
      return fail(errc::invalid_argument, "two schemas want to write ", place->first,
                  ", each with other content: give their packages different names");
    }
    return {};
  }

  [[nodiscard]] std::vector<OutputFile> take() {
    std::vector<OutputFile> files;
    for (auto& [path, text] : files_) files.push_back({path, std::move(text)});
    return files;
  }

 private:
  std::map<std::string, std::string> files_;
};

/// Both forms of a module: what runs, and what type checkers and editors read.
std::optional<Error> add_module(Output& output, const std::string& path, std::string_view name,
                                Data data) {
  if (auto error = output.add(path + ".py", concat(name, ".py"), data)) return error;
  return output.add(path + ".pyi", concat(name, ".pyi"), data);
}

std::optional<Error> check_names(const schema::Package& all, const std::string& package) {
  DistinctNames names(concat("module kameo.", package));
  for (const auto& def : all.types) {
    if (def.package != package) continue;
    names.add(def.name, concat("type ", def.name));
    for (std::size_t i = 0; i < def.variants.size(); ++i) {
      names.add(python::variant_class(def, i),
                concat("variant ", def.variants[i].name, " of union ", def.name));
    }
  }
  for (const auto& actor : all.actors) {
    if (actor.package == package) names.add(actor.name + "Handler", concat("actor ", actor.name));
  }
  for (const auto& module : all.modules) {
    if (module.package != package) continue;
    names.add(python::provider_class(module), concat("callback module ", module.name));
  }
  return names.error();
}

/// The names of the files that make up a package.
std::string sources_of(const schema::Package& all, const std::string& package) {
  std::set<std::string> names;
  for (const auto& file : all.files) {
    if (file.package == package) names.insert(file_name(file.path));
  }
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ", ", name);
  return text;
}

/// What its files say of the package, in their order.
std::string doc_of(const schema::Package& all, const std::string& package) {
  std::string text;
  for (const auto& file : all.files) {
    if (file.package != package || file.doc.empty()) continue;
    text += concat(text.empty() ? "" : "\n\n", file.doc);
  }
  return text;
}

/// What the classes of a package are led by where no parent says it, or another one of another
/// version: `_trading_schema.py`.
std::optional<Error> add_schema(Output& output, const schema::Package& all,
                                const schema::SourceFile& file, const std::string& path) {
  const auto package = split(file.package, '.');
  const auto folder = path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
  std::string text;
  append_base64(text, schema::to_bytes(python::package_alone(all, file.package)));
  auto lines = list();
  constexpr std::size_t width = 92;
  for (std::size_t at = 0; at < text.size(); at += width) lines.push_back(text.substr(at, width));
  Data data;
  data.set("version", version());
  data.set("source", sources_of(all, file.package));
  data.set("package", file.package);
  data.set("lines", lines);
  return output.add(concat(folder, "_", package.back(), "_schema.py"), "python/_schema.py", data);
}

/// How the module of a package is reached and from where.
struct Place {
  std::string path;  ///< below `kameo/`, without ending
  std::string dots;  ///< from it to `kameo`
};

Place place_of(const std::string& package, const std::set<std::string>& all) {
  const auto inside = all.lower_bound(package + ".");
  const bool has_inner = inside != all.end() && inside->starts_with(package + ".");
  const auto parts = split(package, '.');
  // A file a.py and a folder a cannot both be kameo.a; with a.b beside it, a is the folder.
  return {concat(replace_dots(package, "/"), has_inner ? "/__init__" : ""),
          std::string(parts.size() + (has_inner ? 1 : 0), '.')};
}

/// Random values of a package's types for hypothesis: `_trading_strategies.py`.
std::optional<Error> add_strategies(Output& output, const schema::Package& all,
                                    const schema::SourceFile& file, const Place& place) {
  const bool is_folder = place.path.ends_with("/__init__");
  auto data = python::describe_strategies(all, file.package, place.dots, is_folder ? ".." : ".");
  if (!data) return data.error();
  data->set("version", version());
  data->set("source", sources_of(all, file.package));
  const auto folder = place.path.substr(0, place.path.rfind('/') + 1);  // npos + 1 is 0
  const auto module = concat(folder, "_", split(file.package, '.').back(), "_strategies");
  return add_module(output, module, "python/_strategies", *data);
}

}  // namespace

Result<std::vector<OutputFile>> generate_python(std::span<const schema::Package> packages) {
  Output output;
  std::set<std::string> names;
  for (const auto& all : packages) {
    for (const auto& file : all.files) names.insert(file.package);
  }

  DistinctNames in_kameo("package kameo");
  for (const auto name : api) in_kameo.add(std::string(name), "kameo's own functions");
  for (const auto name : reserved) in_kameo.add(std::string(name), "kameo's own functions");
  std::set<std::string> modules;
  std::set<std::string> known;  // in several of `packages`, as imports are
  const auto add_name = [&](const std::string& name, const std::string& origin) {
    modules.insert(name);
    if (known.insert(origin).second) in_kameo.add(name, origin);
  };

  for (const auto& all : packages) {
    std::set<std::string> written;  // several files may share a package
    for (const auto& file : all.files) {
      if (!written.insert(file.package).second) continue;
      add_name(split(file.package, '.')[0], concat("package ", split(file.package, '.')[0]));
      if (auto error = check_names(all, file.package)) return *error;

      const auto place = place_of(file.package, names);
      auto data = python::describe_package(all, file.package, place.dots);
      if (!data) return data.error();
      data->set("version", version());
      data->set("source", sources_of(all, file.package));
      data->set("package", file.package);
      data->set("module", split(file.package, '.').back());
      data->set("doc", list_of(docstring(doc_of(all, file.package), 0)));
      if (auto error = add_module(output, place.path, "python/package", *data)) return *error;
      if (auto error = add_schema(output, all, file, place.path)) return *error;
      if (auto error = add_strategies(output, all, file, place)) return *error;
    }
    for (const auto& module : all.modules) {
      add_name(module.name,
               concat("callback module ", module.name, " of package ", module.package));
      auto data = python::describe_module(all, module);
      if (!data) return data.error();
      data->set("version", version());
      data->set("source", sources_of(all, module.package));
      data->set("package", module.package);
      if (auto error = add_module(output, module.name, "python/module", *data)) return *error;
    }
  }
  if (in_kameo.error()) return *in_kameo.error();

  Data data;
  data.set("version", version());
  data.set("modules", list_of({modules.begin(), modules.end()}));
  auto api_names = list();
  for (const auto name : api) {
    Data entry;
    entry.set("name", name);
    api_names.push_back(entry);
  }
  data.set("api", api_names);
  if (auto error = add_module(output, "__init__", "python/__init__", data)) return *error;
  if (auto error = add_module(output, "_support", "python/_support", data)) return *error;
  auto files = output.take();
  files.push_back({"kameo/py.typed", ""});
  return files;
}

}  // namespace kameo::codegen
