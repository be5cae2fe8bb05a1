#pragma once

#include "draft.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kameo::idl {

/// All names that the files declare, and which of them a file can see: its own package's in itself
/// and in what it imports, without the package; others' with it.
class Scope {
 public:
  enum class What : std::uint8_t { type, made_type, actor, module };
  struct Symbol {
    What what = What::type;
    std::uint32_t index = 0;  ///< into the list of its kind in the package
    std::uint32_t file = 0;
    Place place;
  };

  explicit Scope(const std::vector<LoadedFile>& files) : files_(files) {}

  /// The symbol that had the name before, which stays.
  const Symbol* declare(const std::string& package, const std::string& name, Symbol symbol);

  /// What `name`, alone or behind `package.`, means in a file; null where nothing that it sees.
  [[nodiscard]] const Symbol* find(std::uint32_t file, std::string_view name) const;
  /// The same among all files, seen or not.
  [[nodiscard]] const Symbol* find_anywhere(std::uint32_t file, std::string_view name) const;

  /// Names of a kind as `file` would have to write them, for suggestions.
  [[nodiscard]] std::vector<std::string> names(std::uint32_t file, What what) const;
  /// Every spelling under which a last part of `name` is known elsewhere: `common.Tick` for `Tick`.
  [[nodiscard]] std::string qualified_elsewhere(std::uint32_t file, std::string_view name,
                                                What what) const;

 private:
  [[nodiscard]] bool sees(std::uint32_t file, std::uint32_t other) const;
  [[nodiscard]] std::string spelled(std::uint32_t file, const std::string& package,
                                    const std::string& name) const;

  const std::vector<LoadedFile>& files_;
  std::map<std::string, std::map<std::string, Symbol, std::less<>>, std::less<>> packages_;
};

}  // namespace kameo::idl
