#include <fcntl.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "line_reader.hpp"

#include <array>
#include <string_view>
#include <thread>
#include <vector>

using namespace kameo::cli;

namespace {

/// A pipe with a reader of lines at its end.
class Pipe {
 public:
  explicit Pipe(std::size_t longest = 100) : ends_(open()), lines_(ends_[0], longest) {}
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    end();
  }
  void write(std::string_view text) {
    REQUIRE(::write(ends_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  LineReader& lines() { return lines_; }
  /// All lines that come until the end, those too long as `<too long>`.
  std::vector<std::string> all() {
    std::vector<std::string> texts;
    while (true) {
      auto line = lines_.next();
      REQUIRE(line);
      if (!*line) return texts;
      CHECK((*line)->number == texts.size() + 1);
      texts.push_back((*line)->too_long ? "<too long>" : (*line)->text);
    }
  }

 private:
  static std::array<int, 2> open() {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    return ends;
  }
  std::array<int, 2> ends_;
  LineReader lines_;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come as they were written, a last one without an end too", "[cli][lines]") {
  Pipe pipe;
  pipe.write("one\n\nthr");
  pipe.write("ee\r\nlast");
  pipe.end();
  CHECK(pipe.all() == Lines{"one", "", "three\r", "last"});
}

TEST_CASE("an empty input has no lines", "[cli][lines]") {
  Pipe pipe;
  pipe.end();
  CHECK(pipe.all().empty());
  CHECK_FALSE(*pipe.lines().next());  // and stays so
}

TEST_CASE("a line beyond the limit is told and skipped, the next one is whole", "[cli][lines]") {
  Pipe pipe(5);
  pipe.write("12345\n123456\n" + std::string(1000, 'x'));
  pipe.write(std::string(1000, 'x') + "\nnext\n" + std::string(6, 'y'));
  pipe.end();
  CHECK(pipe.all() == Lines{"12345", "<too long>", "<too long>", "next", "<too long>"});
}

TEST_CASE("a stop ends a wait for a line, and half a line is none", "[cli][lines]") {
  Pipe pipe;
  pipe.write("whole\nhal");
  REQUIRE((*pipe.lines().next())->text == "whole");
  std::thread stopping([&] { pipe.lines().stop(); });
  const auto line = pipe.lines().next();
  stopping.join();
  REQUIRE(line);
  CHECK_FALSE(*line);
}

TEST_CASE("a descriptor that cannot be read is an error", "[cli][lines]") {
  LineReader lines(-1, 100);
  lines.stop();
  CHECK_FALSE(*lines.next());

  LineReader directory(open("/", 0), 100);
  const auto line = directory.next();
  REQUIRE_FALSE(line);
  CHECK_THAT(line.error().message(), Catch::Contains("Is a directory"));
}
