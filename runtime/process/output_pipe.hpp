#pragma once

#include "line_splitter.hpp"

#include <kameo/process/fd.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace kameo::process {

/// The reading end of a child's stdout or stderr, line by line.
/// Thread-safety: none; everything on the one strand that it is given.
class OutputPipe final : public std::enable_shared_from_this<OutputPipe> {
 public:
  using Line = std::function<void(std::string_view)>;

  /// Use make_shared.
  OutputPipe(const asio::any_io_executor& strand, UniqueFd fd, Line line);
  void start();
  /// The child has died: reads what stands in the pipe, gives the last line and closes. A
  /// grandchild that holds the other end is not waited for.
  void finish();

 private:
  /// True when there may be more.
  bool read_some(int reads);

  asio::posix::stream_descriptor pipe_;
  LineSplitter splitter_;
  Line line_;
};

}  // namespace kameo::process
