#include "batch_writer.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace kameo::cli {

BatchWriter::BatchWriter(const BatchOptions& options, Console& console,
                         const std::atomic<bool>& given_up,
                         const std::atomic<std::uint64_t>& bytes_read)
    : options_(options),
      console_(console),
      given_up_(given_up),
      bytes_read_(bytes_read),
      output_(options, console, given_up) {}

bool BatchWriter::write(Outcome outcome) {
  if (!outcome.stream) {
    if (is_over()) return false;
    write_line(outcome);
    return !is_over();
  }
  const auto stream = std::move(outcome.stream);
  while (!is_over()) {
    auto next = stream->next(std::chrono::milliseconds(0));
    if (!next) {
      flush();  // what has come is seen while the handler makes more
      next = stream->next(redraw);
    }
    if (!next) continue;
    write_line(*next);
    if (!next->is_item) return !is_over();
    draw(false);
  }
  return false;
}

bool BatchWriter::has_failed() const noexcept {
  // A write that was broken off by whoever gave up is no failure.
  return output_.problem() != 0 && output_.problem() != ECANCELED;
}

void BatchWriter::write_line(const Outcome& outcome) {
  output_.add(outcome);
  if (outcome.is_item) {
    ++progress_.items;
    return;
  }
  ++progress_.answered;
  if (outcome.is_error) ++progress_.errors;
  if (outcome.took) latency_.add(*outcome.took);
}

void BatchWriter::flush() {
  output_.flush();
  draw(false);
}

void BatchWriter::draw(bool done) {
  const auto now = std::chrono::steady_clock::now();
  if (!done && now < next_draw_) return;
  next_draw_ = now + redraw;
  progress_.elapsed = now - started_;
  if (options_.input_bytes) {
    const auto all = static_cast<double>(std::max<std::uint64_t>(*options_.input_bytes, 1));
    progress_.part = done && !given_up_ ? 1.0 : static_cast<double>(bytes_read_.load()) / all;
  }
  if (console_.shows_progress()) console_.progress(progress_line(progress_, console_.width()));
}

void BatchWriter::finish() {
  if (!is_over()) output_.finish();
  draw(true);
  console_.clear_progress();
  // The last state of the bar stays, as a line like others.
  if (console_.shows_progress()) console_.print(progress_line(progress_, console_.width()));

  if (has_failed()) {
    console_.error(concat("cannot write ", options_.output_name, ": ",
                          std::generic_category().message(output_.problem())));
  }
  const auto items =
      progress_.items == 0 ? std::string() : concat(", ", counted(progress_.items, "item"));
  // Where no line got as far as an actor, there is nothing to say of its time.
  const auto times = latency_.empty() ? std::string()
                                      : concat(", p50 ", short_text(latency_.percentile(0.50)),
                                               ", p99 ", short_text(latency_.percentile(0.99)));
  console_.print(concat(counted(progress_.answered, "ask"), ", ",
                        counted(progress_.errors, "error"), items, " in ",
                        short_text(progress_.elapsed), ": ",
                        rate(progress_.answered, progress_.elapsed), " asks/s", times));
}

}  // namespace kameo::cli
