#include "batch_job.hpp"

#include "batch_writer.hpp"
#include "reply_line.hpp"
#include "stream_lines.hpp"

#include <kameo/json/payload.hpp>

#include <memory>
#include <thread>
#include <utility>

namespace kameo::cli {
namespace {

/// As much as a request's payload may take on the wire, written out as JSON.
constexpr std::size_t longest_line = std::size_t{128} << 20U;
/// Answers that wait for an earlier one.
constexpr std::size_t waiting_bytes = std::size_t{16} << 20U;

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

Asked asked_of(const schema::Method& method, Request request) {
  return {method.name, std::move(request.payload), std::move(request.input)};
}

std::size_t window_lines(const std::vector<Target>& targets, const Asker& asker) {
  std::size_t open = 1;
  for (std::size_t i = 0; i < targets.size(); ++i) open += asker.capacity(i);
  // One slow ask must not hold up all others: the window is some times what may be open.
  return 4 * open;
}

}  // namespace

BatchJob::BatchJob(const schema::Package& package, std::vector<Target> targets, Asker& asker,
                   Console& console, BatchOptions options)
    : package_(package),
      targets_(std::move(targets)),
      asker_(asker),
      console_(console),
      options_(std::move(options)),
      reader_(options_.input_fd, longest_line),
      window_(window_lines(targets_, asker_), waiting_bytes),
      open_(targets_.size()) {}

ExitCode BatchJob::run() {
  std::thread reading([this] { read_lines(); });
  BatchWriter writer(options_, console_, abandoned_, bytes_read_);
  while (auto outcomes = window_.take(BatchWriter::redraw)) {
    for (auto& outcome : *outcomes) {
      // Those that nobody can be told any more are still taken, until the last ask has ended.
      if (!writer.write(std::move(outcome)) && !abandoned_) abandon();
    }
    writer.flush();
    if (writer.has_failed() && !abandoned_) abandon();
  }
  reading.join();
  {
    // Those who answer hold a pointer to this job.
    std::unique_lock lock(open_mutex_);
    open_changed_.wait(lock, [this] { return open_in_all_ == 0; });
  }
  writer.finish();
  if (writer.has_failed()) return ExitCode::output_failed;
  if (input_error_) {
    console_.error(input_error_->message());
    return ExitCode::bad_usage;
  }
  return writer.errors() == 0 ? ExitCode::ok : ExitCode::some_errors;
}

void BatchJob::stop() {
  {
    const std::lock_guard lock(open_mutex_);
    stopped_ = true;
    open_changed_.notify_all();
  }
  reader_.stop();
  window_.close();
}

void BatchJob::abandon() {
  abandoned_ = true;
  stop();
  asker_.kill();
}

void BatchJob::read_lines() {
  while (true) {
    auto line = reader_.next();
    if (!line) {
      const std::lock_guard lock(open_mutex_);
      input_error_ = line.error();
      break;
    }
    if (!*line) break;
    bytes_read_ += (*line)->text.size() + 1;
    if (!(*line)->too_long && is_blank((*line)->text)) continue;

    const auto where = concat("line ", (*line)->number);
    auto parsed = (*line)->too_long
                      ? ParsedLine{std::nullopt,
                                   fail(errc::over_limit, "longer than ", longest_line, " bytes")}
                      : parse_request((*line)->text, package_, targets_);
    if (parsed.request && !wait_for_room(*parsed.request)) break;
    const auto place = window_.enter();
    if (!place) {
      if (parsed.request) leave(parsed.request->target);
      break;
    }
    if (parsed.request && method_of(*parsed.request).answer == schema::Answer::stream) {
      ask_items(*place, std::move(parsed.id), std::move(*parsed.request));
    } else if (parsed.request) {
      ask(*place, std::move(parsed.id), std::move(*parsed.request));
    } else {
      const auto error = parsed.request.error().with_context(where);
      finish(*place, error_line(parsed.id, error, package_), true);
    }
  }
  window_.close();
}

/// Counts an ask as open; false once stopped.
bool BatchJob::wait_for_room(const Request& request) {
  const auto target = request.target;
  // A stream stands still until its turn has come. Where another ask can wait for its actor, or for
  // an actor that works for it, and its own turn comes first, both would stand for ever.
  const bool alone = method_of(request).answer == schema::Answer::stream &&
                     !asker_.may_stand_still(target, request.handler);
  const auto has_room = [&] {
    return alone ? open_in_all_ == 0 : open_[target] < asker_.capacity(target, request.handler);
  };
  std::unique_lock lock(open_mutex_);
  open_changed_.wait(lock, [&] { return stopped_ || has_room(); });
  if (stopped_) return false;
  ++open_[target];
  ++open_in_all_;
  return true;
}

void BatchJob::leave(std::size_t target) {
  const std::lock_guard lock(open_mutex_);
  --open_[target];
  --open_in_all_;
  // Under the lock: once the last one has left, this job may be gone.
  open_changed_.notify_all();
}

const schema::Method& BatchJob::method_of(const Request& request) const {
  return targets_[request.target].type->handlers[request.handler];
}

void BatchJob::ask(std::uint64_t place, std::optional<json::Value> id, Request request) {
  const auto target = request.target;
  const auto& method = method_of(request);
  const auto asked = std::chrono::steady_clock::now();
  auto done = [this, place, target, &method, asked,
               id = std::move(id)](const Result<Bytes>& answer) {
    const auto took = std::chrono::steady_clock::now() - asked;
    Result<std::string> text = std::string("null");
    if (!answer) {
      text = answer.error();
    } else if (method.answer == schema::Answer::reply) {
      text = json::to_text(package_, method.output, *answer);
    }
    finish(place, text ? reply_line(id, *text) : error_line(id, text.error(), package_), !text,
           took);
    leave(target);
  };
  asker_.ask(target, asked_of(method, std::move(request)), std::move(done));
}

void BatchJob::ask_items(std::uint64_t place, std::optional<json::Value> id, Request request) {
  const auto target = request.target;
  const auto& method = method_of(request);
  auto items = asker_.ask_items(target, asked_of(method, std::move(request)));
  Outcome outcome;
  outcome.stream = std::make_unique<StreamLines>(std::move(items), std::move(id), package_,
                                                 method.output, [this, target] { leave(target); });
  window_.complete(place, std::move(outcome));
}

void BatchJob::finish(std::uint64_t place, std::string line, bool is_error,
                      std::optional<std::chrono::nanoseconds> took) {
  Outcome outcome;
  outcome.line = std::move(line);
  outcome.is_error = is_error;
  outcome.took = took;
  window_.complete(place, std::move(outcome));
}

}  // namespace kameo::cli
