#pragma once

#include <kameo/result.hpp>
#include <kameo/schema/type.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::schema {

/// What a handler or callback gives back.
enum class Answer : std::uint8_t { none, reply, stream };

/// One thing that can be asked: a handler of an actor, or a callback of a module.
struct Method {
  std::string name;  ///< handler: snake_case; callback: PascalCase
  std::string doc;
  std::string deprecated;
  /// Index into Package::types of the structure that the request's fields make. Always there: a
  /// request without fields is a structure without fields.
  std::uint32_t request = 0;
  Answer answer = Answer::none;
  Type output;                        ///< the reply's or the stream items' type
  std::optional<Type> input_stream;   ///< items that the caller streams in
  std::vector<std::uint32_t> errors;  ///< declared errors: structures in Package::types
  bool idempotent = false;
  bool reentrant = false;
  std::chrono::milliseconds budget{0};    ///< 0: none
  std::chrono::milliseconds deadline{0};  ///< of an ask; 0: not said; below: none, expressly
  std::uint32_t concurrency = 1;
  std::uint32_t line = 0;

  friend bool operator==(const Method&, const Method&) = default;
};

struct CallbackModule {
  std::string package;
  std::string name;  ///< snake_case: `market`
  std::string doc;
  std::vector<Method> callbacks;
  std::uint32_t line = 0;

  friend bool operator==(const CallbackModule&, const CallbackModule&) = default;
};

struct Actor {
  std::string package;
  std::string name;  ///< PascalCase
  std::string doc;
  std::string deprecated;
  std::uint32_t config = 0;  ///< structure in Package::types; without fields where none is declared
  std::vector<std::uint32_t> uses;  ///< indices into Package::modules
  std::vector<Method> handlers;
  std::uint32_t concurrency = 1;
  bool reentrant = false;
  std::uint32_t line = 0;

  friend bool operator==(const Actor&, const Actor&) = default;
};

/// A file as it was given on the command line or imported.
struct SourceFile {
  std::string package;
  std::string path;  ///< as the user named it; relative stays relative
  std::string doc;
  std::vector<std::uint32_t> imports;  ///< indices into Package::files

  friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

/// One IDL file with everything that it imports, checked and resolved: all references are indices.
/// The order of each list is the order of declaration, imports first; the root file is the last.
/// Requests and configs are structures in `types` too, with names that the checker makes:
/// `StrategyEvaluate` is the request of handler `evaluate` of actor `Strategy`,
/// `MarketPrice` that of callback `market.Price`, `StrategyConfig` the config of `Strategy`.
struct Package {
  std::string name;
  std::vector<SourceFile> files;
  std::vector<TypeDef> types;
  std::vector<CallbackModule> modules;
  std::vector<Actor> actors;

  [[nodiscard]] const TypeDef& type(const Type& named) const { return types[named.ref]; }
  /// By `package.Name`, or by `Name` where the root package has one.
  [[nodiscard]] const Actor* find_actor(std::string_view name) const noexcept;
  [[nodiscard]] const CallbackModule* find_module(std::string_view name) const noexcept;

  friend bool operator==(const Package&, const Package&) = default;
};

/// `list<optional<trading.Tick>>`: the IDL's spelling, with full names.
[[nodiscard]] std::string to_string(const Package& package, const Type& type);
/// Follows aliases to a type that is none.
[[nodiscard]] const Type& resolve(const Package& package, const Type& type) noexcept;
/// The fewest bytes that a value takes in a payload; recursion counts as 0 where it may end.
[[nodiscard]] std::size_t min_encoded_bytes(const Package& package, const Type& type);

/// The package as one self-contained piece, for generated code and for the welcome frame
/// (docs/protocol.md, "Schema bytes"). The same package makes the same bytes anywhere.
/// Throws `invalid_argument` for text that is not UTF-8 and `over_limit` for a type nested deeper
/// than 32; the IDL's checker lets neither through.
[[nodiscard]] Bytes to_bytes(const Package& package);
/// Fails with `bad_request` where the bytes are not a package, also where an index points nowhere.
[[nodiscard]] Result<Package> from_bytes(ByteView bytes);

}  // namespace kameo::schema
