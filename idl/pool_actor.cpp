#include "pool_actor.hpp"

#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>
#include <kameo/time.hpp>

#include "display.hpp"
#include "names.hpp"
#include "settings.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace kameo::idl {
namespace {

bool is_identifier(std::string_view word) noexcept {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;  // Python allows other scripts
  };
  return !word.empty() && letter(word.front()) &&
         std::all_of(word.begin(), word.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_dotted(std::string_view words) noexcept {
  for (;;) {
    const auto dot = words.find('.');
    if (!is_identifier(words.substr(0, dot))) return false;
    if (dot == words.npos) return true;
    words.remove_prefix(dot + 1);
  }
}

class ActorReader {
 public:
  ActorReader(const Source& file, const Name& name, const Node& node, Report& report)
      : file_(file),
        report_(report),
        keys_(node, concat("actor `", excerpt(name.text), "`"), key_names(Table::pool_actor),
              report) {
    actor_.name = name.text;
    actor_.at = name.place.position();
    place_ = name.place;
    if (node.is_null()) say_wrong_kind(node, concat("a map for ", keys_.what()), report);
  }

  PoolActor read(PoolActorNames& names) {
    if (!keys_) return std::move(actor_);
    (void)keys_.text("doc");
    read_names(names);
    read_work();
    actor_.instances =
        keys_.count("instances", 1, find_key(Table::pool_actor, "instances")->most, 1);
    read_env();
    if (const auto dir = keys_.text("dir"); !dir.empty()) actor_.dir = beside(file_.path(), dir);
    actor_.log_level =
        keys_.choice("log_level", words_of(*find_key(Table::pool_actor, "log_level")));
    read_python();
    read_restart();
    read_limits();
    actor_.start_timeout = keys_.time("start_timeout");
    actor_.stop_timeout = keys_.time("stop_timeout");
    return std::move(actor_);
  }

 private:
  void read_names(PoolActorNames& names) {
    const auto* actor = keys_.find("actor");
    if (actor != nullptr) {
      if (auto text = read_text(*actor, "`actor`", report_)) {
        names.actor = Name{std::move(*text), actor->place};
      }
    }
    names.provides = keys_.words("provides");
    names.config = keys_.find("config");
    names.deadlines = keys_.find("deadlines");
    if (keys_.find("actor") == nullptr && keys_.find("provides") == nullptr) {
      report_.error(Code::nothing_to_run, place_, concat(keys_.what(), " does not say what it is"))
          .hint("`actor: package.Name`, or `provides: module`");
    }
  }

  void read_work() {
    const auto* handler = keys_.find("handler");
    const auto* command = keys_.find("command");
    if (handler != nullptr && command != nullptr) {
      report_
          .error(Code::several_forms, keys_.key_place("command"),
                 concat(keys_.what(), " cannot have a `handler` and a `command`"))
          .hint("a handler is run by Python, a command is any other program")
          .note(keys_.key_place("handler"), "the handler stands here");
    } else if (handler != nullptr) {
      read_handler(*handler);
    } else if (command != nullptr) {
      read_command(*command);
    } else {
      report_.error(Code::nothing_to_run, place_, concat(keys_.what(), " has nothing to run"))
          .hint("`handler: \"module:Class\"` for Python, or `command: [program, argument]`");
    }
  }

  void read_handler(const Node& node) {
    const auto text = read_text(node, "`handler`", report_);
    if (!text) return;
    const std::string_view spelled = *text;
    const auto colon = spelled.find(':');
    const bool good = is_dotted(spelled.substr(0, colon)) &&
                      (colon == spelled.npos || is_dotted(spelled.substr(colon + 1)));
    if (good) {
      actor_.handler = *text;
      return;
    }
    const bool path = spelled.find('/') != spelled.npos || spelled.ends_with(".py");
    report_
        .error(Code::bad_handler, node.place,
               concat("`", excerpt(spelled), "` is no handler: that is `module:Class` or `module`"))
        .hint(path ? "the module's name, not its file; `python: {path: […]}` says where it lies"
                   : "");
  }

  void read_command(const Node& node) {
    for (const auto& word : read_arguments(node)) actor_.command.push_back(word);
    if (actor_.command.empty()) {
      if (!node.is_list() || !node.items.empty()) return;  // has been said
      report_.error(Code::nothing_to_run, node.place, "an empty command");
      return;
    }
    actor_.command.front() = program(actor_.command.front());
  }

  /// Arguments are what is written: `4` and `no` are text on a command line.
  std::vector<std::string> read_arguments(const Node& node) {
    std::vector<std::string> words;
    const auto add = [&](const Node& each) {
      if (each.is_scalar()) {
        words.push_back(each.text);
      } else {
        say_wrong_kind(each, "text for an argument of `command`", report_);
      }
    };
    if (node.is_list()) {
      for (const auto& item : node.items) add(item);
    } else if (node.is_scalar()) {
      add(node);
    } else {
      say_wrong_kind(node, "a list for `command`", report_);
    }
    return words;
  }

  /// A path is relative to the file; a word without a slash is looked up in PATH.
  std::string program(const std::string& word) const {
    if (word.find('/') == std::string::npos) return word;
    // Beside a pool file of the current directory it would lose its slash, and so its meaning.
    auto path = beside(file_.path(), word);
    return path.find('/') == std::string::npos ? "./" + path : path;
  }

  void read_env() {
    actor_.inherit_env = {};
    for (const auto& name : keys_.words("inherit_env")) {
      if (check_variable(name.text, name.place)) actor_.inherit_env.push_back(name.text);
    }
    const auto* env = keys_.find("env");
    if (env == nullptr) return;
    if (!env->is_map()) return say_wrong_kind(*env, "a map for `env`", report_);
    for (const auto& [key, value] : env->entries) {
      if (!check_variable(key.text, key.place) || value.is_bad()) continue;
      // A variable is text whatever it looks like, and is passed on as it is written.
      if (value.is_scalar()) {
        actor_.env.emplace_back(key.text, value.text);
      } else if (value.is_null() && !value.text.empty()) {
        actor_.env.emplace_back(key.text, value.text);
      } else {
        say_wrong_kind(value, concat("text for `", excerpt(key.text), "`"), report_);
      }
    }
  }

  bool check_variable(const std::string& name, const Place& place) {
    const bool ascii = std::all_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (is_identifier(name) && ascii) return true;
    report_
        .error(Code::bad_setting, place,
               concat("`", excerpt(name), "` cannot be the name of a variable"))
        .hint("letters, digits and `_`");
    return false;
  }

  void read_python() {
    actor_.python_path = {beside(file_.path(), ".")};
    const auto* python = keys_.find("python");
    if (python == nullptr) return;
    if (keys_.find("command") != nullptr) {
      report_.error(Code::several_forms, keys_.key_place("python"),
                    "`python` settings for a `command`, which Python does not run");
      return;
    }
    const Settings keys(*python, "`python`", key_names(Table::python), report_);
    if (!keys) {
      if (python->is_null()) say_wrong_kind(*python, "a map for `python`", report_);
      return;
    }
    if (const auto word = keys.text("interpreter"); !word.empty())
      actor_.interpreter = program(word);
    if (keys.find("path") == nullptr) return;
    actor_.python_path.clear();
    for (const auto& path : keys.words("path")) {
      actor_.python_path.push_back(beside(file_.path(), path.text));
    }
  }

  void read_restart() {
    const auto* restart = keys_.find("restart");
    if (restart == nullptr) return;
    const Settings keys(*restart, "`restart`", key_names(Table::restart), report_);
    if (!keys) {
      if (restart->is_null()) say_wrong_kind(*restart, "a map for `restart`", report_);
      return;
    }
    const auto policy = keys.choice("policy", words_of(*find_key(Table::restart, "policy")));
    if (policy == "always") actor_.restart.when = PoolRestart::When::always;
    if (policy == "never") actor_.restart.when = PoolRestart::When::never;
    if (const auto* intensity = keys.find("intensity")) read_intensity(*intensity);
    if (const auto* backoff = keys.find("backoff")) read_backoff(*backoff);
  }

  void read_limits() {
    const auto* limits = keys_.find("limits");
    if (limits == nullptr) return;
    const Settings keys(*limits, "`limits`", key_names(Table::limits), report_);
    if (!keys) {
      if (limits->is_null()) say_wrong_kind(*limits, "a map for `limits`", report_);
      return;
    }
    const auto read = [&](std::string_view name) {
      const auto* key = find_key(Table::limits, name);
      return keys.count(name, key->least, key->most, 0);
    };
    auto& read_into = actor_.limits;
    read_into.message_bytes = read("message_bytes");
    read_into.open_asks = read("open_asks");
    read_into.open_streams = read("open_streams");
    read_into.parked_bytes = read("parked_bytes");
    read_into.output_bytes = read("output_bytes");
    read_into.log_rate = read("log_rate");
  }

  void read_intensity(const Node& node) {
    const std::string_view text = node.is_scalar() ? std::string_view(node.text) : "";
    const auto slash = text.find('/');
    const auto* const end = text.data() + std::min(slash, text.size());
    const auto [stop, error] = std::from_chars(text.data(), end, actor_.restart.intensity);
    const auto window =
        slash == text.npos ? Result<Duration>(Duration(0)) : parse_duration(text.substr(slash + 1));
    if (error == std::errc() && stop == end && window && *window >= std::chrono::milliseconds(1)) {
      actor_.restart.window = std::chrono::duration_cast<std::chrono::milliseconds>(*window);
      return;
    }
    if (node.is_bad()) return;
    report_
        .error(Code::bad_setting, node.place,
               concat("`intensity` is a number of restarts in a time, not ",
                      node.is_scalar() ? concat("`", excerpt(text), "`")
                                       : std::string(kind_name(node))))
        .hint("such as 5/60s: at most five in a minute");
  }

  void read_backoff(const Node& node) {
    const Settings keys(node, "`backoff`", key_names(Table::backoff), report_);
    if (!keys) {
      if (node.is_null()) say_wrong_kind(node, "a map for `backoff`", report_);
      return;
    }
    auto& restart = actor_.restart;
    const auto least = keys.time("min");
    const auto most = keys.time("max");
    restart.backoff_min = least.value_or(restart.backoff_min);
    // One end alone moves the other where the default would contradict it.
    restart.backoff_max = most.value_or(std::max(restart.backoff_max, restart.backoff_min));
    if (!least) restart.backoff_min = std::min(restart.backoff_min, restart.backoff_max);
    if (restart.backoff_min > restart.backoff_max) {
      report_.error(Code::empty_range, keys.find("min")->place, "`min` is longer than `max`")
          .note(keys.find("max")->place, "`max` stands here");
    }
    if (const auto* jitter = keys.find("jitter")) read_jitter(*jitter);
  }

  void read_jitter(const Node& node) {
    double part = -1;
    if (node.is_scalar()) {
      const auto* const end = node.text.data() + node.text.size();
      const auto [stop, error] = std::from_chars(node.text.data(), end, part);
      if (error != std::errc() || stop != end) part = -1;
    }
    if (part >= 0 && part <= 1) {
      actor_.restart.jitter = part;
      return;
    }
    if (node.is_bad()) return;
    report_.error(Code::bad_setting, node.place, "`jitter` is a number from 0 to 1")
        .hint("the part of a wait by which it is made longer or shorter");
  }

  const Source& file_;
  Report& report_;
  Settings keys_;
  PoolActor actor_;
  Place place_;
};

}  // namespace

std::string beside(const std::string& file, const std::string& path) {
  namespace fs = std::filesystem;
  auto joined = (fs::path(file).parent_path() / path).lexically_normal().generic_string();
  while (joined.size() > 1 && joined.ends_with('/')) joined.pop_back();
  return joined.empty() ? "." : joined;
}

PoolActor read_pool_actor(const Source& file, const Name& name, const Node& node,
                          PoolActorNames& names, Report& report) {
  return ActorReader(file, name, node, report).read(names);
}

}  // namespace kameo::idl
