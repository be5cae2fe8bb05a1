#include <kameo/codegen/python_package.hpp>
#include <kameo/concat.hpp>

#include <algorithm>
#include <set>

namespace kameo::codegen {
namespace {

constexpr std::string_view head = "from . import ";

/// `shop` of `from . import shop as shop`; empty for another line.
std::string_view module_of(std::string_view line) {
  if (!line.starts_with(head)) return {};
  line.remove_prefix(head.size());
  return line.substr(0, line.find(' '));
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    visit(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

}  // namespace

std::string merge_modules(std::string_view generated, std::string_view present,
                          const std::function<bool(const std::string&)>& exists) {
  std::set<std::string, std::less<>> modules;
  for_each_line(generated, [&](std::string_view line) {
    if (const auto name = module_of(line); !name.empty()) modules.emplace(name);
  });
  const auto own = modules.size();
  for_each_line(present, [&](std::string_view line) {
    const auto name = module_of(line);
    if (!name.empty() && exists(std::string(name))) modules.emplace(name);
  });
  if (own == 0 || modules.size() == own) return std::string(generated);
  std::string out;
  bool written = false;
  for_each_line(generated, [&](std::string_view line) {
    if (module_of(line).empty()) {
      out += concat(line, "\n");
    } else if (!written) {
      for (const auto& name : modules) out += concat(head, name, " as ", name, "\n");
      written = true;
    }
  });
  return out;
}

}  // namespace kameo::codegen
