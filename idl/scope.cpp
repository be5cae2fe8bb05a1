#include "scope.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::idl {

const Scope::Symbol* Scope::declare(const std::string& package, const std::string& name,
                                    Symbol symbol) {
  const auto [place, added] = packages_[package].try_emplace(name, symbol);
  return added ? nullptr : &place->second;
}

const Scope::Symbol* Scope::find_anywhere(std::uint32_t file, std::string_view name) const {
  const auto dot = name.rfind('.');
  const std::string_view package =
      dot == name.npos ? std::string_view(files_[file].declared.package.text) : name.substr(0, dot);
  const auto names = packages_.find(package);
  if (names == packages_.end()) return nullptr;
  const auto symbol = names->second.find(dot == name.npos ? name : name.substr(dot + 1));
  return symbol == names->second.end() ? nullptr : &symbol->second;
}

const Scope::Symbol* Scope::find(std::uint32_t file, std::string_view name) const {
  const auto* symbol = find_anywhere(file, name);
  return symbol != nullptr && sees(file, symbol->file) ? symbol : nullptr;
}

bool Scope::sees(std::uint32_t file, std::uint32_t other) const {
  const auto& imports = files_[file].imports;
  return file == other || std::find(imports.begin(), imports.end(), other) != imports.end();
}

std::string Scope::spelled(std::uint32_t file, const std::string& package,
                           const std::string& name) const {
  return package == files_[file].declared.package.text ? name : concat(package, ".", name);
}

std::vector<std::string> Scope::names(std::uint32_t file, What what) const {
  std::vector<std::string> all;
  for (const auto& [package, symbols] : packages_) {
    for (const auto& [name, symbol] : symbols) {
      if (symbol.what == what && sees(file, symbol.file)) {
        all.push_back(spelled(file, package, name));
      }
    }
  }
  return all;
}

std::string Scope::qualified_elsewhere(std::uint32_t file, std::string_view name, What what) const {
  const auto dot = name.rfind('.');
  const auto last = dot == name.npos ? name : name.substr(dot + 1);
  for (const auto& [package, symbols] : packages_) {
    const auto symbol = symbols.find(last);
    if (symbol != symbols.end() && symbol->second.what == what && sees(file, symbol->second.file)) {
      return spelled(file, package, symbol->first);
    }
  }
  return {};
}

}  // namespace kameo::idl
