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
  const schema::Method* method;  ///< in the package; null for a config
  std::uint32_t config;          ///< the structure, where it is one
  std::uint64_t fingerprint;     ///< as the handshake compares it
  std::set<std::string> types;   ///< full names of all that it reaches
};

/// What the handshake of two programs makes of a route that both have.
enum class Fate : std::uint8_t {
  unchanged,   ///< its messages are written alike
  translated,  ///< the child converts them: what is new stands at the end and can be left out
  refused,
};

/// The routes of all actors and modules of a package, by name; an actor's config too, as
/// `trading.Strategy config`.
[[nodiscard]] std::map<std::string, Route> routes_of(const schema::Package& package);

/// The routes of two versions side by side.
class Routes {
 public:
  Routes(const schema::Package& before, const schema::Package& after);

  /// Those in both versions that reach a type and have that fate.
  [[nodiscard]] std::vector<std::string> with(const std::string& type, Fate fate) const;
  /// Those in both versions that reach a type, whatever their fate.
  [[nodiscard]] std::vector<std::string> with(const std::string& type) const;
  /// Of a route of both versions; one that only one has is `refused`.
  [[nodiscard]] Fate fate_of(const std::string& route) const;

 private:
  [[nodiscard]] bool reaches(const std::string& route, const std::string& type) const;

  std::map<std::string, Route> before_;
  std::map<std::string, Route> after_;
  std::map<std::string, Fate> fates_;  // of those in both
};

/// `trading.Tick`
[[nodiscard]] std::string full_name(const auto& declared) {
  return declared.package + "." + declared.name;
}

}  // namespace kameo::evolution
