#include "pool_file.hpp"

#include <utility>

namespace kameo::cli {

std::optional<idl::Pool> load_pool_file(const std::string& path, Console& console) {
  idl::DiskReader disk;
  auto loaded = idl::load_pool(path, {}, disk);
  if (!loaded.diagnostics.empty()) {
    console.print(idl::to_string(loaded.diagnostics, console.color()));
  }
  return std::move(loaded.pool);
}

}  // namespace kameo::cli
