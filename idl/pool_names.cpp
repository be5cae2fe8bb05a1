#include "pool_names.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"
#include "suggest.hpp"

namespace kameo::idl {
namespace {

template <class Declared>
std::vector<std::uint32_t> matches(const std::vector<Declared>& all, std::string_view name) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (name == all[i].name || name == concat(all[i].package, ".", all[i].name)) found.push_back(i);
  }
  return found;
}

template <class Declared>
std::optional<std::uint32_t> look_up(const std::vector<Declared>& all, const Name& name, Code code,
                                     std::string_view what, Report& report) {
  const auto found = matches(all, name.text);
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  if (found.size() > 1) {
    for (const auto index : found)
      names.push_back(concat(all[index].package, ".", all[index].name));
    report.error(code, name.place, concat("several packages have ", what, " `", name.text, "`"))
        .hint(concat("write one of ", listed(names)));
    return std::nullopt;
  }
  const bool qualified = name.text.find('.') != std::string::npos;
  for (const auto& each : all) {
    names.push_back(qualified ? concat(each.package, ".", each.name) : each.name);
  }
  report.error(code, name.place, concat("the schema has no ", what, " `", excerpt(name.text), "`"))
      .hint(did_you_mean(name.text, names,
                         names.empty() ? "it has none" : concat("it has ", listed(names))));
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> PoolNames::actor(const Name& name) const {
  return look_up(package_.actors, name, Code::unknown_actor, "actor", report_);
}

std::optional<std::uint32_t> PoolNames::module(const Name& name) const {
  return look_up(package_.modules, name, Code::unknown_module, "callback module", report_);
}

}  // namespace kameo::idl
