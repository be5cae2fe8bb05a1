#pragma once

#include <kameo/idl/diagnostic.hpp>

#include <string>
#include <utility>
#include <vector>

namespace kameo::idl {

/// Collects what the passes find. The places must be of live sources only while they are given.
class Report {
 public:
  /// Something just said, to add to.
  class Said {
   public:
    Said(Report& report, std::size_t index) : report_(report), index_(index) {}
    Said& hint(std::string text) {
      report_.diagnostics_[index_].hint = std::move(text);
      return *this;
    }
    Said& note(const Place& place, std::string text) {
      report_.diagnostics_[index_].notes.push_back(
          {place.source->path(), place.position(), std::move(text)});
      return *this;
    }

   private:
    Report& report_;
    std::size_t index_;
  };

  Said error(Code code, const Place& place, std::string message) {
    return say(Severity::error, code, place, std::move(message));
  }
  Said warning(Code code, const Place& place, std::string message) {
    return say(Severity::warning, code, place, std::move(message));
  }

  /// How many errors so far: equal before and after means that nothing was found in between.
  [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
  /// Adds all that another has.
  void absorb(Report&& other) {
    errors_ += other.errors_;
    for (auto& each : other.diagnostics_) diagnostics_.push_back(std::move(each));
  }
  [[nodiscard]] std::vector<Diagnostic> take() {
    sort(diagnostics_);
    return std::move(diagnostics_);
  }

 private:
  Said say(Severity severity, Code code, const Place& place, std::string message);

  std::vector<Diagnostic> diagnostics_;
  std::size_t errors_ = 0;
};

}  // namespace kameo::idl
