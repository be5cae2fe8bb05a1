#pragma once

#include "report.hpp"
#include "scope.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// Finds what a name means where it is written, and says so where it means nothing: what stands in
/// the way, or which name was most likely meant.
class Lookup {
 public:
  Lookup(const std::vector<LoadedFile>& files, const Scope& scope, Report& report)
      : files_(files), scope_(scope), report_(report) {}

  /// A name that is seen and of the kind wanted, `type` or `module`; else null, and it has been
  /// said.
  const Scope::Symbol* find(std::uint32_t file, const std::string& name, const Place& place,
                            Scope::What wanted) const;

 private:
  void say_unknown(std::uint32_t file, const std::string& name, const Place& place,
                   Scope::What wanted) const;

  const std::vector<LoadedFile>& files_;
  const Scope& scope_;
  Report& report_;
};

/// `a type`, `a callback module`.
[[nodiscard]] std::string_view kind_of(Scope::What what) noexcept;

}  // namespace kameo::idl
