#pragma once

#include <cstdint>

/// How far the memory of this process grows beyond what it is when this is made: the peak of what
/// is resident, which includes what was taken and given back meanwhile.
class PeakMemory {
 public:
  PeakMemory();
  /// Bytes; 0 under a sanitizer, which keeps freed memory back.
  [[nodiscard]] std::uint64_t growth() const;

 private:
  std::uint64_t before_;
};
