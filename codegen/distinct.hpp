#pragma once

#include <kameo/result.hpp>

#include <map>
#include <optional>
#include <string>

namespace kameo::codegen {

/// The names of one scope of generated code. Two things of the IDL can lead to one name (a struct
/// `OrderLimit` and the variant `limit` of a union `Order`): better an error that says so than code
/// that does not compile.
class DistinctNames {
 public:
  explicit DistinctNames(std::string scope) : scope_(std::move(scope)) {}

  /// `origin` is told in the error: "union trading.Order, variant limit".
  void add(const std::string& name, const std::string& origin);
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  std::string scope_;
  std::map<std::string, std::string> origins_;
  std::optional<Error> error_;
};

}  // namespace kameo::codegen
