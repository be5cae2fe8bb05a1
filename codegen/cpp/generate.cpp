#include <kameo/codegen/generate.hpp>

#include "comments.hpp"
#include "cpp/actors.hpp"
#include "cpp/order.hpp"
#include "cpp/spelling.hpp"
#include "cpp/types.hpp"
#include "distinct.hpp"
#include "layout.hpp"
#include "names.hpp"
#include "template.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace kameo::codegen {
namespace {

using schema::TypeDef;

/// What code mentions, and the header that it then needs. In the order of the includes.
constexpr auto headers = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"kameo::ActorRef", "<kameo/actor/actor_ref.hpp>"},
    {"kameo::Handler", "<kameo/actor/handler.hpp>"},
    {"kameo::CallbackHandler", "<kameo/actor/handler.hpp>"},
    {"kameo::Box<", "<kameo/box.hpp>"},
    {"kameo::Bytes", "<kameo/bytes.hpp>"},
    {"kameo::ByteView", "<kameo/bytes.hpp>"},
    {"kameo::Encoder", "<kameo/coder.hpp>"},
    {"kameo::Decimal", "<kameo/decimal.hpp>"},
    {"kameo::LimitCheck", "<kameo/limit_check_fwd.hpp>"},
    {"kameo::NumericArray<", "<kameo/numeric_array.hpp>"},
    {"kameo::Overloaded", "<kameo/overloaded.hpp>"},
    {"kameo::Result<", "<kameo/result.hpp>"},
    {"kameo::Duration", "<kameo/time.hpp>"},
    {"kameo::Timestamp", "<kameo/time.hpp>"},
    {"kameo::Uuid", "<kameo/uuid.hpp>"},
    {"std::array<", "<array>"},
    {"std::chrono::", "<chrono>"},
    {"operator<=>", "<compare>"},
    {"std::hash<", "<functional>"},
    {"std::byte", "<cstddef>"},
    {"std::size_t", "<cstddef>"},
    {"int8_t", "<cstdint>"},
    {"int16_t", "<cstdint>"},
    {"int32_t", "<cstdint>"},
    {"int64_t", "<cstdint>"},
    {"std::ostream", "<iosfwd>"},
    {"std::numeric_limits<", "<limits>"},
    {"std::map<", "<map>"},
    {"std::optional<", "<optional>"},
    {"std::nullopt", "<optional>"},
    {"std::set<", "<set>"},
    {"std::string ", "<string>"},
    {"std::string>", "<string>"},
    {"std::string,", "<string>"},
    {"std::string(", "<string>"},
    {"std::string_view", "<string_view>"},
    {"std::tuple<", "<tuple>"},
    {"kameo::Exchange<", "<kameo/actor/stream.hpp>"},
    {"kameo::Sink<", "<kameo/actor/stream.hpp>"},
    {"kameo::Stream<", "<kameo/actor/stream.hpp>"},
    {"kameo::Upload<", "<kameo/actor/stream.hpp>"},
    {"std::move(", "<utility>"},
    {"std::forward<", "<utility>"},
    {"std::variant<", "<variant>"},
    {"std::vector<", "<vector>"},
});

/// One block per origin, as the project's own headers have them.
Data includes_for(std::string_view code, const std::vector<std::string>& imported) {
  std::vector<std::string> ours(imported);
  std::vector<std::string> standard;
  for (const auto& [mention, header] : headers) {
    if (code.find(mention) == std::string_view::npos) continue;
    auto& block = header.starts_with("<kameo/") ? ours : standard;
    auto line = concat("#include ", header);
    if (std::find(block.begin(), block.end(), line) == block.end())
      block.push_back(std::move(line));
  }
  std::sort(ours.begin() + static_cast<std::ptrdiff_t>(imported.size()), ours.end());
  if (!ours.empty() && !standard.empty()) ours.emplace_back();
  ours.insert(ours.end(), standard.begin(), standard.end());
  return list_of(ours);
}

/// Refuses what C++ could not tell apart.
std::optional<Error> check_names(const schema::Package& package) {
  DistinctNames names(concat("namespace ", replace_dots(package.name, "::")));
  for (const auto& def : package.types) {
    if (def.package != package.name) continue;
    names.add(def.name, concat("type ", def.name));
    for (const auto& variant : def.variants) {
      names.add(def.name + pascal_case(variant.name),
                concat("variant ", variant.name, " of union ", def.name));
    }
  }
  for (const auto& actor : package.actors) {
    if (actor.package != package.name) continue;
    for (const auto* suffix : {"", "Ref", "Handler"}) {
      names.add(actor.name + suffix, concat("actor ", actor.name));
    }
  }
  for (const auto& module : package.modules) {
    if (module.package != package.name) continue;
    for (const auto* suffix : {"Ref", "Callbacks"}) {
      names.add(pascal_case(module.name) + suffix, concat("callback module ", module.name));
    }
  }
  return names.error();
}

struct Source {
  std::string name;
  std::string doc;
};

Source source_of(const schema::Package& package) {
  for (const auto& file : package.files) {
    if (file.package == package.name) return {file_name(file.path), file.doc};
  }
  return {package.name, {}};
}

/// Folders of the other packages whose types are mentioned.
std::vector<std::string> imports_of(const schema::Package& package) {
  std::set<std::string> folders;
  for (const auto& file : package.files) {
    if (file.package != package.name) folders.insert(replace_dots(file.package, "/"));
  }
  return {folders.begin(), folders.end()};
}

/// Where the files lie on this machine is nobody's business: same schema, same code.
schema::Package without_folders(schema::Package package) {
  for (auto& file : package.files) file.path = file_name(file.path);
  return package;
}

}  // namespace

std::string_view version() noexcept {
  return KAMEO_VERSION;
}

Result<std::vector<OutputFile>> generate_cpp(const schema::Package& package) {
  if (const auto error = check_names(package)) return *error;

  const cpp::Order order(package);
  const cpp::Spelling spelling(package, order);
  auto types = cpp::describe_types(package, order, spelling);
  if (!types) return types.error();
  auto actors = cpp::describe_actors(without_folders(package), spelling);
  if (!actors) return actors.error();

  const auto source = source_of(package);
  const auto path = replace_dots(package.name, "/");
  const auto imports = imports_of(package);
  for (auto* data : {&*types, &*actors}) {
    data->set("version", std::string(version()));
    data->set("source", source.name);
    data->set("path", path);
    data->set("namespace", replace_dots(package.name, "::"));
    data->set("package_doc", list_of(comment_lines(source.doc, 0)));
    data->set("imports", list_of(imports));
    data->set("includes", list());
  }
  const auto imported = [&](std::string_view header) {
    std::vector<std::string> lines;
    for (const auto& folder : imports) lines.push_back(concat("#include <", folder, header, ">"));
    return lines;
  };

  std::vector<OutputFile> files;
  const auto add = [&](std::string_view name, std::string_view file, Data& data,
                       const std::vector<std::string>* with_includes) -> std::optional<Error> {
    auto text = render(name, data);
    // What a header includes is seen by what it says.
    if (text && with_includes != nullptr) {
      data.set("includes", includes_for(*text, *with_includes));
      text = render(name, data);
    }
    if (!text) return text.error();
    files.push_back({concat(path, "/", file), std::move(*text)});
    return {};
  };
  const auto type_includes = imported("/types.hpp");
  const std::vector<std::string> none;
  const auto umbrella = concat(split(package.name, '.').back(), ".hpp");
  if (const auto e = add("cpp/types.hpp", "types.hpp", *types, &type_includes)) return *e;
  if (const auto e = add("cpp/types.cpp", "types.cpp", *types, nullptr)) return *e;
  if (const auto e = add("cpp/actors.hpp", "actors.hpp", *actors, &none)) return *e;
  if (const auto e = add("cpp/actors.cpp", "actors.cpp", *actors, nullptr)) return *e;
  if (const auto e = add("cpp/cereal.hpp", "cereal.hpp", *types, nullptr)) return *e;
  if (const auto e = add("cpp/package.hpp", umbrella, *types, nullptr)) return *e;
  return files;
}

}  // namespace kameo::codegen
