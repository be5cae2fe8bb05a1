#include "batch_job.hpp"

#include "batch_output.hpp"
#include "latency.hpp"
#include "progress_bar.hpp"
#include "reply_line.hpp"

#include <kameo/json/payload.hpp>

#include <algorithm>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

namespace kameo::cli {
namespace {

/// As much as a request's payload may take on the wire, written out as JSON.
constexpr std::size_t longest_line = std::size_t{128} << 20U;
/// Answers that wait for an earlier one.
constexpr std::size_t waiting_bytes = std::size_t{16} << 20U;
constexpr auto redraw = std::chrono::milliseconds(100);

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
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
  const auto started = std::chrono::steady_clock::now();
  std::thread reading([this] { read_lines(); });

  BatchOutput output(options_, console_, abandoned_);
  Latency latency;
  Progress progress;
  const auto draw = [&](bool done) {
    progress.elapsed = std::chrono::steady_clock::now() - started;
    if (options_.input_bytes) {
      const auto all = static_cast<double>(std::max<std::uint64_t>(*options_.input_bytes, 1));
      progress.part = done ? 1.0 : static_cast<double>(bytes_read_.load()) / all;
    }
    if (console_.shows_progress()) console_.progress(progress_line(progress, console_.width()));
  };

  int failed = 0;
  auto next_draw = started;
  while (auto outcomes = window_.take(redraw)) {
    for (const auto& outcome : *outcomes) {
      output.add(outcome);
      ++progress.answered;
      if (outcome.is_error) ++progress.errors;
      if (outcome.took) latency.add(*outcome.took);
    }
    output.flush();
    if (abandoned_) break;
    if (output.problem() != 0) {
      failed = output.problem();
      abandon();
      break;
    }
    if (std::chrono::steady_clock::now() >= next_draw) {
      draw(false);
      next_draw = std::chrono::steady_clock::now() + redraw;
    }
  }
  reading.join();
  {
    // Those who answer hold a pointer to this job.
    std::unique_lock lock(open_mutex_);
    open_changed_.wait(lock, [this] { return open_in_all_ == 0; });
  }
  if (!abandoned_) {
    output.finish();
    if (!abandoned_) failed = output.problem();
  }
  draw(!abandoned_);
  console_.clear_progress();
  // The last state of the bar stays, as a line like others.
  if (console_.shows_progress()) console_.print(progress_line(progress, console_.width()));

  if (failed != 0) {
    console_.error(concat("cannot write ", options_.output_name, ": ",
                          std::generic_category().message(failed)));
  }
  console_.print(concat(counted(progress.answered, "ask"), ", ", counted(progress.errors, "error"),
                        " in ", short_text(progress.elapsed), ": ",
                        rate(progress.answered, progress.elapsed), " asks/s, p50 ",
                        short_text(latency.percentile(0.50)), ", p99 ",
                        short_text(latency.percentile(0.99))));
  if (failed != 0) return ExitCode::output_failed;
  if (input_error_) {
    console_.error(input_error_->message());
    return ExitCode::bad_usage;
  }
  return progress.errors == 0 ? ExitCode::ok : ExitCode::some_errors;
}

void BatchJob::stop() {
  {
    const std::lock_guard lock(open_mutex_);
    stopped_ = true;
    open_changed_.notify_all();
  }
  reader_.stop();
}

void BatchJob::abandon() {
  abandoned_ = true;
  stop();
  window_.close();
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
    if (parsed.request && !wait_for_room(parsed.request->target)) break;
    const auto place = window_.enter();
    if (!place) {
      if (parsed.request) leave(parsed.request->target);
      break;
    }
    if (parsed.request) {
      ask(*place, std::move(parsed.id), std::move(*parsed.request));
    } else {
      const auto error = parsed.request.error().with_context(where);
      finish(*place, error_line(parsed.id, error, package_), true);
    }
  }
  window_.close();
}

/// Counts an ask as open; false once stopped.
bool BatchJob::wait_for_room(std::size_t target) {
  std::unique_lock lock(open_mutex_);
  open_changed_.wait(lock, [&] { return stopped_ || open_[target] < asker_.capacity(target); });
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

void BatchJob::ask(std::uint64_t place, std::optional<json::Value> id, Request request) {
  const auto target = request.target;
  const auto& method = targets_[target].type->handlers[request.handler];
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
  asker_.ask(target, request.handler, std::move(request.payload), std::move(done));
}

void BatchJob::finish(std::uint64_t place, std::string line, bool is_error,
                      std::optional<std::chrono::nanoseconds> took) {
  window_.complete(place, {std::move(line), is_error, took});
}

}  // namespace kameo::cli
