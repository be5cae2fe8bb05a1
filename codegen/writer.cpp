#include <kameo/codegen/writer.hpp>

#include <unistd.h>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace kameo::codegen {
namespace fs = std::filesystem;
namespace {

bool holds(const fs::path& path, std::string_view text) {
  std::error_code none;
  if (fs::file_size(path, none) != text.size() || none) return false;
  std::ifstream in(path, std::ios::binary);
  const std::string present{std::istreambuf_iterator<char>(in), {}};
  return in.good() && present == text;
}

Error cannot(std::string_view what, const fs::path& path, std::error_code why) {
  return fail(errc::system, "cannot ", what, " ", path.string(), ": ", why.message());
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

void append_escaped(std::string& out, std::string_view path) {
  for (const char c : path) {
    if (c == ' ' || c == '#' || c == '\\') out += '\\';
    if (c == '$') out += '$';
    out += c;
  }
}

}  // namespace

Result<bool> write_file(const fs::path& named, std::string_view text) {
  if (holds(named, text)) return false;

  std::error_code why;
  // A link stays one: what it leads to is written.
  auto path = fs::canonical(named, why);
  const bool is_there = !why;
  if (!is_there) path = named;
  why.clear();
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), why);
  if (why) return cannot("make the folder of", path, why);

  // A fixed name would let two runs at once write into each other's file.
  fs::path temporary = path;
  temporary += concat(".", static_cast<long>(::getpid()), ".tmp");
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) {
      why = last_error();
      std::error_code ignored;  // what matters is why it could not be written
      fs::remove(temporary, ignored);
      return cannot("write", path, why);
    }
  }
  if (is_there) {
    // Who may read the file is no business of who writes it anew.
    std::error_code ignored;
    fs::permissions(temporary, fs::status(path, ignored).permissions(), ignored);
  }
  fs::rename(temporary, path, why);
  if (why) {
    std::error_code ignored;  // as above
    fs::remove(temporary, ignored);
    return cannot("write", path, why);
  }
  return true;
}

Result<Written> write_files(const fs::path& folder, std::span<const OutputFile> files) {
  Written written;
  for (const auto& file : files) {
    const auto changed = write_file(folder / file.path, file.text);
    if (!changed) return changed.error();
    ++(*changed ? written.changed : written.unchanged);
  }
  return written;
}

std::string depfile_text(std::string_view target, std::span<const std::string> inputs) {
  std::string text;
  append_escaped(text, target);
  text += ':';
  for (const auto& input : inputs) {
    text += " \\\n  ";
    append_escaped(text, input);
  }
  text += '\n';
  return text;
}

}  // namespace kameo::codegen
