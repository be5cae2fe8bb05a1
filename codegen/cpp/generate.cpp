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

/// What code mentions, and the header that it then needs.
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
    {"asio::any_io_executor", "<asio/any_io_executor.hpp>"},
    {"asio::system_executor", "<asio/system_executor.hpp>"},
    {"kameo::testing::FakeAsk<", "<kameo/testing/fake_ask.hpp>"},
    {"kameo::testing::FakeExchange<", "<kameo/testing/fake_input.hpp>"},
    {"kameo::testing::FakeStream<", "<kameo/testing/fake_stream.hpp>"},
    {"kameo::testing::FakeTell<", "<kameo/testing/fake_ask.hpp>"},
    {"kameo::testing::FakeUpload<", "<kameo/testing/fake_input.hpp>"},
    {"kameo::testing::Fake(", "<kameo/testing/fake.hpp>"},
});

/// One block per origin, as the project's own headers have them.
Data includes_for(std::string_view code, const std::vector<std::string>& imported) {
  std::set<std::string> ours;
  std::set<std::string> asio;
  std::set<std::string> standard;
  for (const auto& [mention, header] : headers) {
    if (code.find(mention) == std::string_view::npos) continue;
    auto& block = header.starts_with("<kameo/")  ? ours
                  : header.starts_with("<asio/") ? asio
                                                 : standard;
    block.insert(concat("#include ", header));
  }
  std::vector<std::string> lines(imported);
  lines.insert(lines.end(), ours.begin(), ours.end());
  for (const auto* block : {&asio, &standard}) {
    if (!lines.empty() && !block->empty()) lines.emplace_back();
    lines.insert(lines.end(), block->begin(), block->end());
  }
  return list_of(lines);
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
    names.add("Fake" + actor.name, concat("actor ", actor.name));
  }
  for (const auto& module : package.modules) {
    if (module.package != package.name) continue;
    for (const auto* suffix : {"Ref", "Callbacks"}) {
      names.add(pascal_case(module.name) + suffix, concat("callback module ", module.name));
    }
    names.add("Fake" + pascal_case(module.name), concat("callback module ", module.name));
  }
  return names.error();
}

/// Whether it is deprecated, or something in it.
bool is_deprecated(const TypeDef& def) {
  const auto any = [](const auto& all) {
    return std::any_of(all.begin(), all.end(),
                       [](const auto& it) { return !it.deprecated.empty(); });
  };
  return !def.deprecated.empty() || any(def.fields) || any(def.values) || any(def.variants) ||
         std::any_of(def.variants.begin(), def.variants.end(),
                     [&](const auto& variant) { return any(variant.fields); });
}

/// Whether generated code mentions what is deprecated, of this package or an imported one.
bool mentions_deprecated(const schema::Package& package) {
  return std::any_of(package.types.begin(), package.types.end(), is_deprecated) ||
         std::any_of(package.actors.begin(), package.actors.end(),
                     [](const auto& actor) { return !actor.deprecated.empty(); });
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
  auto actors = cpp::describe_actors(without_folders(package), order, spelling);
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
    data->set("has_deprecated", mentions_deprecated(package));
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
  if (const auto e = add("cpp/testing.hpp", "testing.hpp", *actors, &none)) return *e;
  if (const auto e = add("cpp/generators.hpp", "generators.hpp", *types, nullptr)) return *e;
  if (const auto e = add("cpp/package.hpp", umbrella, *types, nullptr)) return *e;
  return files;
}

}  // namespace kameo::codegen
