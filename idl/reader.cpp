#include <kameo/idl/load.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace kameo::idl {

Result<std::string> DiskReader::read(const std::string& path) {
  constexpr std::uintmax_t largest = 16U << 20U;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail(errc::not_found, "no such file");
  if (std::filesystem::is_directory(status)) return fail(errc::system, "it is a directory");
  if (std::filesystem::is_regular_file(status) &&
      std::filesystem::file_size(path, error) > largest) {
    return fail(errc::over_limit, "it is larger than 16 MiB");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(errc::system, std::strerror(errno));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return fail(errc::system, "it cannot be read");
  return text;
}

Result<std::string> MemoryReader::read(const std::string& path) {
  const auto file = files_.find(path);
  if (file == files_.end()) return fail(errc::not_found, "no such file");
  return file->second;
}

}  // namespace kameo::idl
