#pragma once

#include <kameo/schema/package.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kameo::evolution {

/// A handler or callback under its full name, and what its messages are made of.
struct Route {
  std::string name;             ///< `trading.Strategy.evaluate`
  std::uint64_t fingerprint;    ///< as the handshake compares it
  std::set<std::string> types;  ///< full names of all that it reaches
};

/// The routes of all actors and modules of a package, by name; an actor's config too, as
/// `trading.Strategy config`.
[[nodiscard]] std::map<std::string, Route> routes_of(const schema::Package& package);

/// The routes of two versions side by side.
class Routes {
 public:
  Routes(const schema::Package& before, const schema::Package& after)
      : before_(routes_of(before)), after_(routes_of(after)) {}

  /// Those in both versions that reach a type and are written in another way than before.
  [[nodiscard]] std::vector<std::string> changed_with(const std::string& type) const;
  /// Those in both versions that reach a type, however they are written.
  [[nodiscard]] std::vector<std::string> with(const std::string& type) const;
  /// Whether a route of both versions is written in another way than before.
  [[nodiscard]] bool changed_of(const std::string& route) const;

 private:
  [[nodiscard]] std::vector<std::string> select(const std::string& type, bool only_changed) const;

  std::map<std::string, Route> before_;
  std::map<std::string, Route> after_;
};

/// `trading.Tick`
[[nodiscard]] std::string full_name(const auto& declared) {
  return declared.package + "." + declared.name;
}

}  // namespace kameo::evolution
