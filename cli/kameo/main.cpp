#include "commands.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <map>

namespace {

using namespace kameo::cli;

constexpr const char* examples = R"(
Examples:
  kameo run pool.yaml                          serve until Ctrl-C, or the pool's own batch job
  kameo run pool.yaml --input requests.ndjson  answer each line, in order, on standard output
  echo '{"request": {"symbol": "AAPL"}}' | kameo run pool.yaml --input - --format table
  kameo check pool.yaml                        everything short of starting a process

A line of input:   {"actor": "strategy", "handler": "evaluate", "request": {"symbol": "AAPL"}, "id": 7}
A line of output:  {"id":7,"reply":…}  or  {"id":7,"error":{"code":"handler_failed","message":…}}
A stream:          {"id":7,"item":…} for each item, then {"id":7,"end":{"items":2}} or an error
`actor` and `handler` may be left out where only one fits; `id` is yours and comes back; the items of
an input stream are a list, `"input": [1, 2]`.

Exit codes:
  0    every ask was answered; the pool file is right
  1    the job ran to its end, some asks ended with an error
  2    the command line, the pool file or an input is wrong
  3    an actor could not be started
  4    the results could not be written
  5    it served, and every actor has ended for good: their restarts are spent
  130  ended by Ctrl-C (143 by SIGTERM): once lets open asks finish, twice kills)";

const std::map<std::string, ColorMode> color_modes = {
    {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
const std::map<std::string, Format> formats = {{"ndjson", Format::ndjson},
                                               {"table", Format::table}};

void add_common(CLI::App& command, std::string& pool, ColorMode& color) {
  command.add_option("pool", pool, "The pool file")->required()->type_name("POOL.yaml");
  command.add_option("--color", color, "auto, always or never; NO_COLOR counts for auto")
      ->transform(CLI::CheckedTransformer(color_modes))
      ->type_name("WHEN");
}

int command_line(int argc, char** argv) {
  CLI::App app("kameo runs pools of supervised actors from a config file.", "kameo");
  app.set_version_flag("--version", "kameo " KAMEO_VERSION);
  app.require_subcommand(1);
  app.footer(examples);

  RunOptions run;
  auto* run_app = app.add_subcommand("run", "Start a pool; answer a batch of requests, or serve");
  add_common(*run_app, run.pool, run.color);
  auto* input = run_app
                    ->add_option("--input", run.input,
                                 "Requests, a JSON object per line; `-` is standard input")
                    ->type_name("FILE");
  run_app
      ->add_option("--output", run.output, "Where answers go; `-`, the default, is standard output")
      ->type_name("FILE");
  run_app->add_option("--format", run.format, "ndjson (a line per answer) or table")
      ->transform(CLI::CheckedTransformer(formats))
      ->type_name("FORMAT");
  run_app->add_flag("--serve", run.serve, "Serve, also where the pool file has a `batch`")
      ->excludes(input);
  run_app->add_flag("!--no-progress", run.progress, "No progress bar, also on a terminal");
  run_app->footer(examples);

  CheckOptions check;
  auto* check_app =
      app.add_subcommand("check", "Check a pool file, its schema and its handlers' names");
  add_common(*check_app, check.pool, check.color);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : static_cast<int>(ExitCode::bad_usage);
  }
  const auto code = run_app->parsed() ? run_command(run) : check_command(check);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away is an error of the write, which is reported, not the end of us.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return command_line(argc, argv);
  } catch (const std::exception& problem) {
    std::cerr << "kameo: internal error, please report it: " << problem.what() << '\n';
    return static_cast<int>(ExitCode::bad_usage);
  }
}
