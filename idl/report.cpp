#include "report.hpp"

#include <algorithm>

namespace kameo::idl {

Report::Said Report::say(Severity severity, Code code, const Place& place, std::string message) {
  if (severity == Severity::error) ++errors_;
  const auto& source = *place.source;
  const auto at = place.position();
  const auto line = source.line(at.line);
  const auto offset = std::min(place.offset, source.text().size());
  const auto line_end = source.line_start(at.line) + line.size();
  const auto left = line_end > offset ? line_end - offset : 0;
  const auto length = code_points(source.text().substr(offset, std::min(place.length, left)));
  diagnostics_.push_back({severity,
                          code,
                          source.path(),
                          at,
                          static_cast<std::uint32_t>(std::max<std::size_t>(length, 1)),
                          std::move(message),
                          std::string(line),
                          {},
                          {}});
  return {*this, diagnostics_.size() - 1};
}

}  // namespace kameo::idl
