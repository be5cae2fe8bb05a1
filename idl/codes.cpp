#include <kameo/idl/codes.hpp>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

constexpr std::array table = std::to_array<CodeInfo>({
    {Code::unreadable_file, "unreadable_file", "a file cannot be read",
     "The file does not exist, is a directory, is larger than 16 MiB, or the system refused to "
     "open "
     "it. The message holds the system's words."},
    {Code::not_utf8, "not_utf8", "a byte that is not UTF-8",
     "Schemas are UTF-8, so that names, texts and columns mean the same on every machine. Most "
     "often "
     "the file was saved as Latin-1 or UTF-16."},
    {Code::control_character, "control_character", "a control character in the file",
     "YAML forbids control characters other than tab and line break. Inside double quotes, an "
     "escape such as \\x1b stands for one. A byte-order mark may stand at the very start only, a "
     "carriage return only before a line feed."},
    {Code::tab_indentation, "tab_indentation", "a tab in the indentation",
     "YAML is indented with blanks only: how wide a tab is depends on the editor. Only the first "
     "tab "
     "of a file is reported."},
    {Code::yaml_syntax, "yaml_syntax", "the file is not valid YAML",
     "YAML could not be read any further, so what follows this place has not been checked."},
    {Code::several_documents, "several_documents", "a second YAML document in one file",
     "A file holds one schema. Put the second one into a file of its own and import it."},
    {Code::duplicate_key, "duplicate_key", "a key stands twice in one map",
     "YAML readers keep one of the two values without a word, and not all the same one."},
    {Code::alias_or_anchor, "alias_or_anchor", "a YAML anchor, alias or merge key",
     "A schema has names for what is used twice: structs, aliases of types, imports. YAML's own "
     "references would hide from the reader where a declaration stands."},
    {Code::yaml_tag, "yaml_tag", "a YAML tag",
     "The place of a value says what it is; a tag could only contradict that. Text that starts "
     "with "
     "an exclamation mark needs quotes."},
    {Code::unquoted_word, "unquoted_word", "an unquoted word that is no text to every YAML reader",
     "YAML 1.1 reads yes, no, on and off as truth values (the country code of Norway is the famous "
     "victim), and true, false and null are no text in any version. In quotes, the word is text."},
    {Code::number_as_text, "number_as_text", "an unquoted number where text is meant",
     "Other YAML readers turn 1.10 into 1.1 before anybody can ask whether text was meant. In "
     "quotes, "
     "the digits stay as they are."},
    {Code::comma_in_type, "comma_in_type", "a comma inside the brackets of a type",
     "In a map between braces, YAML ends the value at a comma, so map<string, u32> would be cut in "
     "two. The arguments of a type are separated by semicolons everywhere: map<string; u32>."},
    {Code::empty_file, "empty_file", "the file holds nothing",
     "A schema has at least the keys kameo and package."},
    {Code::nested_too_deep, "nested_too_deep", "values inside each other without end",
     "The limit keeps a file from exhausting the stack. No readable schema comes near it."},
    {Code::key_not_a_word, "key_not_a_word", "a list or map as a key",
     "Keys are words. A { or [ before a colon is often a missing quote."},
    {Code::cannot_format, "cannot_format", "a file that kameo-gen format leaves as it is",
     "What would be written has been read again, and it says something else or has lost a comment. "
     "Nothing has been changed. This is a mistake in kameo-gen."},

    {Code::bad_name, "bad_name", "a name with other letters or casing than its kind has",
     "Types, actors and callbacks are PascalCase; fields, handlers, callback modules, enum values, "
     "variants and the parts of a package are snake_case, of ASCII letters and digits. Generated "
     "code "
     "turns them into each language's own style, which needs to know where words begin."},
    {Code::reserved_word, "reserved_word", "a reserved word of C++ or Python",
     "The name would stand in generated code of both languages, where that word means something "
     "else. Nothing is renamed silently."},
    {Code::name_taken, "name_taken", "a name is declared twice",
     "Types, actors and callback modules of a package share one set of names, across all its "
     "files; "
     "so do the values of an enum."},
    {Code::unknown_type, "unknown_type", "a type that nobody declares",
     "A type is a word of the IDL, a name that this file declares, or package.Name from a file "
     "that "
     "it imports."},
    {Code::bad_type, "bad_type", "a type that is not spelled as one",
     "Types are spelled like optional<list<u32>>: a word, and its arguments in angle brackets, "
     "separated by semicolons."},
    {Code::wrong_arguments, "wrong_arguments", "too many or too few arguments of a type",
     "optional, list and set take one type, map two, tuple any number, fixed a type and a length, "
     "array a type and perhaps its dimensions. Other types take none."},
    {Code::optional_of_optional, "optional_of_optional", "an optional of an optional",
     "Neither language nor JSON can tell a missing value from one that holds a missing value."},
    {Code::bad_key_type, "bad_key_type", "a type that cannot be a map's key or a set's element",
     "Keys and elements are integers, bool, string, bytes, uuid or enums: their equality is the "
     "same "
     "in every language."},
    {Code::carries_nothing, "carries_nothing", "elements that carry nothing",
     "Elements of lists and arrays take at least one byte, so that a count never stands for more "
     "memory than the message has."},
    {Code::infinite_type, "infinite_type", "a type that holds itself without end",
     "A type may hold itself through an optional, a list, a set, a map, or a union that has "
     "another "
     "variant. On this path there is none of them, so no value could ever be finished."},
    {Code::alias_cycle, "alias_cycle", "aliases that lead in a circle",
     "An alias is another spelling of its target in both languages, so it cannot stand in its own "
     "target, not even inside a list. A struct can."},
    {Code::bad_dimensions, "bad_dimensions", "lengths of an array that are none",
     "fixed<T; 4> takes one length from 1 on; array<f64; 3x5> takes up to eight, with * for a "
     "dimension of any length."},
    {Code::bad_array_element, "bad_array_element", "an array of what is no number",
     "array<T> travels as one block of numbers: i8 to u64, f32 and f64. A list holds anything."},
    {Code::not_a_struct, "not_a_struct", "a name that must be a struct's",
     "Requests, configs and errors are structs, so that a field can be added to them later."},
    {Code::unknown_module, "unknown_module", "a callback module that nobody declares",
     "uses and provides name modules of this package, or package.module from an imported file."},
    {Code::generated_name, "generated_name", "a name that generated code has for itself",
     "The generated code would declare two things of one name. The lists stand in docs/idl.md."},
    {Code::module_clash, "module_clash", "two modules of one name in Python",
     "The Python package has one module per IDL package and one per callback module, side by side: "
     "their names must differ, across all packages of one program."},
    {Code::made_name_clash, "made_name_clash", "a made-up type name is taken",
     "The request of handler evaluate of actor Strategy becomes the struct StrategyEvaluate, that "
     "of "
     "callback market.Price MarketPrice, the config of Strategy StrategyConfig. No other type can "
     "have these names."},
    {Code::type_too_large, "type_too_large", "a type of which the smallest value is too large",
     "Its fixed parts alone take more than 16 MiB. Lists and dimensions of any length grow with "
     "what "
     "they hold."},
    {Code::not_imported, "not_imported", "a name of a file that is not imported",
     "A file sees its own names and those of the files that it imports itself, so that it says "
     "what "
     "it depends on."},

    {Code::bad_version, "bad_version", "an unknown version of the format",
     "The key kameo holds the version of the file's format, which is 1."},
    {Code::missing_key, "missing_key", "a key that is needed is missing",
     "The message names the key and what needs it."},
    {Code::unknown_key, "unknown_key", "a key that means nothing here",
     "Unknown keys are errors, so that a slip of the pen does not silently drop a setting."},
    {Code::wrong_kind, "wrong_kind", "a map, list or single value where another is expected",
     "Often a wrong indentation: what stands deeper belongs to the line before."},
    {Code::several_forms, "several_forms", "two keys that exclude each other",
     "A type is one of struct, enum, union and alias; a handler gives a reply or a stream or "
     "neither; "
     "an actor of a pool file runs a handler or a command."},
    {Code::nothing_declared, "nothing_declared", "an enum or union without alternatives",
     "No value of it could exist."},
    {Code::too_many, "too_many", "more alternatives than can be numbered",
     "The index of an enum value or variant travels in 16 bits."},
    {Code::bad_setting, "bad_setting", "a setting with a value that it cannot have",
     "The message says what the setting takes."},
    {Code::listed_twice, "listed_twice", "a name twice in one list", "One of the two is a slip."},

    {Code::limit_not_for_type, "limit_not_for_type", "a limit that the type does not have",
     "min and max are for numbers, decimal, timestamp and duration; multiple_of for integers, "
     "decimal "
     "and duration; length for string and bytes; items for list, set and map; pattern for string; "
     "unique for list. Of an optional they hold for the value in it."},
    {Code::bad_limit, "bad_limit", "a limit that is no value of the type",
     "A limit must itself fit the type that it limits."},
    {Code::empty_range, "empty_range", "limits that no value can meet",
     "The lower limit is above the upper one."},
    {Code::bad_default, "bad_default", "a default that does not fit its type",
     "The default of a field is written as its value would be in a config: see docs/idl.md, Values "
     "in "
     "YAML."},
    {Code::default_breaks_limit, "default_breaks_limit", "a default outside the field's limits",
     "A value made from defaults would be refused when it is sent."},
    {Code::bad_pattern, "bad_pattern", "a pattern that not both languages understand",
     "Patterns are checked in C++ and in Python and must mean the same: see docs/idl.md, "
     "Patterns."},
    {Code::default_in_itself, "default_in_itself", "a default that holds itself",
     "A default leaves out fields that have defaults of their own, and this way leads back to it."},

    {Code::import_not_found, "import_not_found", "an import that is not there",
     "Imports are looked for beside the importing file, then in the include directories, in "
     "order."},
    {Code::import_cycle, "import_cycle", "files that import each other",
     "The path of the cycle is in the message. What both need belongs into a third file."},
    {Code::imported_twice, "imported_twice", "one file imported twice by another",
     "One of the two is a slip."},

    {Code::unknown_actor, "unknown_actor", "an actor that the schema does not declare",
     "actor names one of the schema's actors, as Name or package.Name."},
    {Code::module_not_provided, "module_not_provided", "a callback module that nobody answers",
     "An actor uses the module, and no actor of the pool file provides it: its calls could only "
     "fail."},
    {Code::two_providers, "two_providers", "two actors that provide one module",
     "A callback goes to one actor; which of the two would be a guess."},
    {Code::nothing_to_run, "nothing_to_run", "an actor of a pool file that says nothing to run",
     "It needs the schema's actor that it is, the module that it provides, or both; and a handler "
     "or "
     "a command that does the work."},
    {Code::bad_handler, "bad_handler", "a handler that is not spelled as one",
     "module:Class, or module for one of plain functions; the module with dots, as Python imports "
     "it."},
    {Code::bad_config, "bad_config", "a config value that does not fit",
     "The config of an actor is checked against the fields that the schema declares for it, limits "
     "included."},
    {Code::missing_config, "missing_config", "a config field without a value",
     "The field has no default in the schema."},

    {Code::missing_doc, "missing_doc", "style: a type, module or actor without a doc",
     "A doc goes into the generated code of both languages, the place where users of the schema "
     "look."},
    {Code::unused_type, "unused_type", "style: a type that no message holds",
     "No handler, callback or config leads to it, so nobody can send or get one."},
    {Code::wide_integer, "wide_integer", "style: a 64-bit integer where JSON is read",
     "Readers that keep numbers as doubles lose digits beyond 2^53, so kameo writes such values as "
     "strings there: consumers of the JSON have to expect both. A smaller type, a string, or a max "
     "up to 9007199254740991 gives them one form."},
    {Code::repeated_name, "repeated_name", "style: a name that repeats what it stands in",
     "Generated code always has the outer name before the inner one: shop::ShopItem, "
     "Side.SIDE_BUY."},
    {Code::unused_import, "unused_import", "style: an import of which nothing is used",
     "It makes builds run again for nothing, and readers look for what is not there."},
    {Code::unused_module, "unused_module", "style: a callback module that no actor uses",
     "Handlers can only call the modules that their actor names under uses."},
    {Code::deprecated_use, "deprecated_use", "style: a deprecated type in use",
     "Its own text says what to use instead."},
    {Code::number_as_time, "number_as_time", "style: a time as a plain number",
     "A unit in a name is not checked by anyone: duration is std::chrono in C++ and a timedelta in "
     "Python."},
});

static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const CodeInfo& a, const CodeInfo& b) { return a.code < b.code; }));

}  // namespace

std::span<const CodeInfo> all_codes() noexcept {
  return table;
}

const CodeInfo& info(Code code) noexcept {
  const auto* const found =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const CodeInfo& each, Code wanted) { return each.code < wanted; });
  return found != table.end() && found->code == code ? *found : table.front();
}

std::string to_string(Code code) {
  auto digits = std::to_string(static_cast<unsigned>(code));
  digits.insert(0, 4 - std::min<std::size_t>(digits.size(), 4), '0');
  return "K" + digits;
}

}  // namespace kameo::idl
