#include <kameo/codegen/writer.hpp>

#include <catch2/catch.hpp>

#include <unistd.h>
#include <chrono>
#include <fstream>
#include <iterator>

namespace kameo::codegen {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    auto name = (fs::temp_directory_path() / "kameo-writer-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::string text(const char* file) const {
    std::ifstream in(path_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("files are written with their folders, and nothing else is left", "[codegen][writer]") {
  const Folder folder;
  const std::vector<OutputFile> files{{"a/b/one.txt", "1\n"}, {"two.txt", ""}};
  const auto written = write_files(folder.path(), files);
  REQUIRE(written);
  CHECK(written->changed == 2);
  CHECK(folder.text("a/b/one.txt") == "1\n");
  CHECK(std::distance(fs::recursive_directory_iterator(folder.path()), {}) == 4);
}

TEST_CASE("a file that holds the text already is not touched", "[codegen][writer]") {
  const Folder folder;
  const std::vector<OutputFile> files{{"one.txt", "same"}, {"two.txt", "old"}};
  REQUIRE(write_files(folder.path(), files));
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(folder.path() / "one.txt", long_ago);

  const auto written =
      write_files(folder.path(), std::vector<OutputFile>{{"one.txt", "same"}, {"two.txt", "new"}});

  REQUIRE(written);
  CHECK(written->unchanged == 1);
  CHECK(written->changed == 1);
  CHECK(fs::last_write_time(folder.path() / "one.txt") == long_ago);
  CHECK(folder.text("two.txt") == "new");
}

TEST_CASE("a file written anew keeps its permissions, and a link leads where it did",
          "[codegen][writer]") {
  const Folder folder;
  const auto file = folder.path() / "real.txt";
  REQUIRE(write_file(file, "old"));
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real.txt", folder.path() / "link.txt");

  CHECK(write_file(folder.path() / "link.txt", "new").value());

  CHECK(fs::is_symlink(folder.path() / "link.txt"));
  CHECK(folder.text("real.txt") == "new");
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a file that cannot be written is an error that names it", "[codegen][writer]") {
  const Folder folder;
  REQUIRE(write_file(folder.path() / "file", "x"));
  const auto inside_a_file = write_file(folder.path() / "file" / "inner", "y");
  REQUIRE_FALSE(inside_a_file);
  CHECK(inside_a_file.error().code() == errc::system);
  CHECK(inside_a_file.error().message().find("file/inner") != std::string::npos);

  fs::create_directory(folder.path() / "folder");
  CHECK_FALSE(write_file(folder.path() / "folder", "y"));
  // The temporary file is gone as well.
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("a dependency file escapes what make would read as its own", "[codegen][writer]") {
  const std::vector<std::string> inputs{"a b.yaml", "c#d$.yaml"};
  CHECK(depfile_text("out dir/x", inputs) == "out\\ dir/x: \\\n  a\\ b.yaml \\\n  c\\#d$$.yaml\n");
}

}  // namespace kameo::codegen
