#include <kameo/idl/keys.hpp>

#include <kameo/concat.hpp>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

constexpr std::uint32_t most_concurrency = 65535;

constexpr std::array schema_keys = std::to_array<Key>({
    {"kameo", Holds::version, true, "the version of the format: `1`"},
    {"package", Holds::package_name, true,
     "a name for all that the file declares: snake_case parts between dots, `acme.trading`"},
    {"doc", Holds::text, false, "a text for people; it goes into the generated code"},
    {"import", Holds::words, false, "a file, or a list of them ([Imports](#imports))"},
    {"types", Holds::type_map, false, "name → [type declaration](#types)"},
    {"callbacks", Holds::module_map, false, "module → callbacks ([Callbacks](#callbacks))"},
    {"actors", Holds::actor_map, false, "name → [actor](#actors)"},
});
constexpr std::array type_keys = std::to_array<Key>({
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
    {"struct", Holds::field_map, false, "fields in order"},
    {"enum", Holds::value_list, false, "a list of names, or a map of them"},
    {"union", Holds::variant_map, false, "a map of variants"},
    {"alias", Holds::type, false, "the type that it is another name for"},
});
constexpr std::array field_keys = std::to_array<Key>({
    {"type", Holds::type, true, "the type"},
    {"default", Holds::value, false,
     "the value where none is given ([Values in YAML](#values-in-yaml)); a field without one is "
     "required, but for optionals, which start as none"},
    {"min", Holds::number, false, "the least value ([Limits](#limits))"},
    {"max", Holds::number, false, "the greatest value"},
    {"multiple_of", Holds::number, false, "what it is a multiple of"},
    {"length", Holds::range, false, "how long it is"},
    {"items", Holds::range, false, "how many elements it has"},
    {"pattern", Holds::text, false, "what the whole text matches ([Patterns](#patterns))"},
    {"unique", Holds::flag, false, "`true`: no two elements are equal"},
    {"secret", Holds::flag, false, "`true`: the value is never shown in errors and logs"},
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
});
constexpr std::array enum_value_keys = std::to_array<Key>({
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
});
constexpr std::array variant_keys = std::to_array<Key>({
    {"is", Holds::content, true, "nothing (`~`), a type, or a map of fields"},
    {"min", Holds::number, false, "limits of one value, as of a field"},
    {"max", Holds::number, false, "the same"},
    {"multiple_of", Holds::number, false, "the same"},
    {"length", Holds::range, false, "the same"},
    {"items", Holds::range, false, "the same"},
    {"pattern", Holds::text, false, "the same"},
    {"unique", Holds::flag, false, "the same"},
    {"secret", Holds::flag, false, "the same"},
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
});

// A callback's keys are a handler's without the last three.
constexpr std::array handler_keys = std::to_array<Key>({
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
    {"request", Holds::request, false,
     "fields, or the name of a struct; nothing where it takes none"},
    {"input", Holds::type, false, "the type of items that the caller streams in"},
    {"reply", Holds::type, false, "the type of its answer"},
    {"stream", Holds::type, false,
     "the type of the items that it gives, instead of a reply. Neither: the message is told, not "
     "asked"},
    {"errors", Holds::types, false, "structs that it may fail with: a name or a list"},
    {"idempotent", Holds::flag, false,
     "`true`: it may be run again when the actor died with it in hand"},
    {"deadline", Holds::deadline, false,
     "how long a caller waits where it does not say; `none`: as long as it takes"},
    {"budget", Holds::time, false, "how long one call may take before it counts as hung"},
    {"concurrency", Holds::count, false, "as of the actor, for this handler", "1", 1,
     most_concurrency},
    {"reentrant", Holds::flag, false, "as of the actor, for this handler"},
});
constexpr std::size_t callback_key_count = handler_keys.size() - 3;

constexpr std::array actor_keys = std::to_array<Key>({
    {"doc", Holds::text, false, "a text"},
    {"deprecated", Holds::text, false, "what to use instead"},
    {"uses", Holds::words, false, "the callback modules that its handlers call: a name or a list"},
    {"config", Holds::request, false,
     "what it gets when it starts: fields, or the name of a struct"},
    {"concurrency", Holds::count, false, "how many messages it takes at a time", "1", 1,
     most_concurrency},
    {"reentrant", Holds::flag, false, "`true`: it may be asked again from a callback of its own"},
    {"handlers", Holds::handler_map, false, "name → handler"},
});

constexpr std::array pool_keys = std::to_array<Key>({
    {"kameo", Holds::version, true, "`1`"},
    {"doc", Holds::text, false, "a text"},
    {"schema", Holds::words, true, "a schema file, or a list of them"},
    {"actors", Holds::pool_actor_map, true,
     "name → settings; the names are snake_case and appear in logs"},
    {"batch", Holds::batch, false,
     "the pool's own job, which `kameo run` does where no `--input` is given"},
});
constexpr std::array pool_actor_keys = std::to_array<Key>({
    {"doc", Holds::text, false, "a text"},
    {"actor", Holds::text, false,
     "which actor of the schema it is: `Name`, or `package.Name` where two packages have one"},
    {"provides", Holds::words, false,
     "callback modules that it answers for the others: a name or a list"},
    {"handler", Holds::text, false,
     "Python's side: `module:Class`, or `module` for plain functions"},
    {"command", Holds::arguments, false,
     "instead of a handler, a program that speaks the protocol, with its arguments"},
    {"instances", Holds::count, false, "how many of it, 1 to 4096", "1", 1, 4096},
    {"config", Holds::value, false,
     "values of the actor's config ([Values in YAML](#values-in-yaml))", "the defaults"},
    {"deadlines", Holds::deadlines, false,
     "handler → how long its callers wait where they do not say, in place of what the schema has; "
     "`none`: as long as it takes"},
    {"env", Holds::environment, false, "variables to set, as text exactly as written"},
    {"inherit_env", Holds::words, false,
     "names of variables to pass on; others are not seen by the child"},
    {"dir", Holds::text, false, "working directory", "that of `kameo`"},
    {"log_level", Holds::word, false, "from which level on it logs", "`info`", 0, 0,
     "debug info warning error critical"},
    {"python", Holds::python, false, "which Python runs it"},
    {"restart", Holds::restart, false, "what happens when it ends"},
    {"limits", Holds::limits, false, "what one child of it may cost"},
    {"start_timeout", Holds::time, false, "how long it may take to get ready"},
    {"stop_timeout", Holds::time, false, "how long it may take to end"},
});
constexpr std::array python_keys = std::to_array<Key>({
    {"interpreter", Holds::text, false, "a path, or a word to be found in PATH",
     "the default interpreter"},
    {"path", Holds::words, false, "directories put in front of Python's module path",
     "that of the pool file"},
});
constexpr std::array restart_keys = std::to_array<Key>({
    {"policy", Holds::word, false, "after which ends it is started again", "`on_failure`", 0, 0,
     "always on_failure never"},
    {"intensity", Holds::intensity, false, "at most so many restarts in a time: `5/60s`",
     "`5/60s`"},
    {"backoff", Holds::backoff, false, "how long a restart waits"},
});
constexpr std::array backoff_keys = std::to_array<Key>({
    {"min", Holds::time, false, "the first wait, which doubles", "`100ms`"},
    {"max", Holds::time, false, "the longest", "`10s`"},
    {"jitter", Holds::part, false, "0 to 1, the part by which it varies", "0.2"},
});
constexpr std::uint32_t any_number = 4'294'967'295;
constexpr std::array limits_keys = std::to_array<Key>({
    {"message_bytes", Holds::count, false, "the largest message that it may send", "67108864", 1024,
     any_number},
    {"open_asks", Holds::count, false, "its asks (callbacks) that are not answered yet", "65536", 1,
     any_number},
    {"open_streams", Holds::count, false, "those of them with a stream, either way", "16384", 1,
     any_number},
    {"parked_bytes", Holds::count, false,
     "what it sent and nobody has done with: requests without an answer, items unread",
     "1073741824", 1024, any_number},
    {"output_bytes", Holds::count, false, "what waits for it to read", "268435456", 1024,
     any_number},
    {"log_rate", Holds::count, false,
     "log records and lines a second; what is more is dropped and counted", "10000", 1, any_number},
});
constexpr std::array batch_keys = std::to_array<Key>({
    {"input", Holds::text, true, "a file with a request per line"},
    {"format", Holds::word, false, "`ndjson`: a JSON object per answer; or `table`", "`ndjson`", 0,
     0, "ndjson table"},
});

}  // namespace

std::span<const Key> keys_of(Table table) noexcept {
  switch (table) {
    case Table::schema:
      return schema_keys;
    case Table::type:
      return type_keys;
    case Table::field:
      return field_keys;
    case Table::enum_value:
      return enum_value_keys;
    case Table::variant:
      return variant_keys;
    case Table::callback:
      return std::span<const Key>(handler_keys).first(callback_key_count);
    case Table::handler:
      return handler_keys;
    case Table::actor:
      return actor_keys;
    case Table::pool:
      return pool_keys;
    case Table::pool_actor:
      return pool_actor_keys;
    case Table::python:
      return python_keys;
    case Table::restart:
      return restart_keys;
    case Table::backoff:
      return backoff_keys;
    case Table::limits:
      return limits_keys;
    case Table::batch:
      break;
  }
  return batch_keys;
}

std::vector<std::string> key_names(Table table) {
  std::vector<std::string> names;
  for (const auto& key : keys_of(table)) names.emplace_back(key.name);
  return names;
}

const Key* find_key(Table table, std::string_view name) noexcept {
  const auto keys = keys_of(table);
  const auto found =
      std::find_if(keys.begin(), keys.end(), [name](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> words_of(const Key& key) {
  std::vector<std::string> words;
  for (auto rest = key.words; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    words.emplace_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return words;
}

std::string markdown(Table table) {
  const auto keys = keys_of(table);
  const bool otherwise =
      std::any_of(keys.begin(), keys.end(), [](const Key& key) { return !key.otherwise.empty(); });
  std::string out = otherwise ? "| key | what it says | where nothing is written |\n|---|---|---|\n"
                              : "| key | what it says |\n|---|---|\n";
  for (const auto& key : keys) {
    out += concat("| `", key.name, "` | ", key.says);
    if (!key.words.empty() && key.says.find('`') == std::string_view::npos) {
      std::string words;
      for (const auto& word : words_of(key))
        words += concat(words.empty() ? "" : " ", "`", word, "`");
      out += concat(": ", words);
    }
    if (key.required) out += "; needed";
    if (otherwise) out += concat(" | ", key.otherwise);
    out += " |\n";
  }
  return out;
}

}  // namespace kameo::idl
