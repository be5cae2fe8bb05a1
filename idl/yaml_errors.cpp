#include "yaml_errors.hpp"

#include <kameo/concat.hpp>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

struct Translation {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
};

// yaml-cpp's messages in the words of this tool, with what usually is the reason.
constexpr std::array translations{
    Translation{"end of map not found", "this line does not fit the map that it stands in",
                "keys of one map start in one column, each followed by `: `"},
    Translation{"end of sequence not found", "this line does not fit the list that it stands in",
                "items of one list start in one column, each with `- `"},
    Translation{"end of map flow not found", "a `{` is not closed, or a comma is missing here",
                "entries stand between commas: {a: u32, b: string}"},
    Translation{"end of sequence flow not found", "a `[` is not closed, or a comma is missing here",
                "items stand between commas: [buy, sell]"},
    Translation{"illegal map value", "a `:` that YAML does not expect here",
                "put text that holds `: ` in quotes"},
    Translation{"illegal map key", "a key that YAML does not expect here", "check the indentation"},
    Translation{"illegal block entry", "a `- ` that YAML does not expect here",
                "a list starts on a line of its own"},
    Translation{"illegal flow end", "a `}` or `]` that closes nothing", "remove it"},
    Translation{"illegal EOF in scalar", "the quote that opens here is never closed", ""},
    Translation{"illegal document indicator in scalar", "`---` or `...` inside quotes",
                "close the quotes first"},
    Translation{"unknown token", "a character that cannot start a value in YAML",
                "put text that starts with one of @ ` % in quotes"},
    Translation{"illegal character in scalar", "a character that YAML forbids here", ""},
    Translation{"unexpected character in block scalar",
                "only `+`, `-`, a digit or a comment may follow `|` or `>`", ""},
    Translation{"cannot set zero indentation for a block scalar",
                "a block of text cannot be indented by 0", ""},
    Translation{"YAML directives must have exactly one argument",
                "a `%YAML` line without a version", "leave the line out"},
    Translation{"repeated YAML directive", "a second `%YAML` line", "leave the line out"},
    Translation{"YAML major version too large", "a version of YAML that is not known",
                "leave the line out"},
};

}  // namespace

void say_syntax_error(const Source& source, const YAML::Exception& error, Report& report) {
  const auto offset =
      error.mark.pos < 0 ? std::size_t{0}
                         : std::min(static_cast<std::size_t>(error.mark.pos), source.text().size());
  const Place place{&source, offset, 1};
  if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) {
    report.error(Code::nested_too_deep, place, "values are nested too deep")
        .hint("give the inner types names of their own");
    return;
  }
  const std::string_view text = error.msg;
  if (text.find("anchor") != text.npos || text.find("alias") != text.npos) {
    report.error(Code::alias_or_anchor, place, "YAML anchors, aliases and merge keys are refused")
        .hint("put text that starts with & or * in quotes");
    return;
  }
  if (text.find("tag") != text.npos || text.find("TAG") != text.npos) {
    report.error(Code::yaml_tag, place, "YAML tags are refused")
        .hint("put text that starts with ! in quotes");
    return;
  }
  if (text.starts_with("unknown escape character") || text.starts_with("bad character found")) {
    report.error(Code::yaml_syntax, place, "an escape that YAML does not know")
        .hint("single quotes take a backslash as it is");
    return;
  }
  if (text.starts_with("invalid unicode")) {
    report.error(Code::yaml_syntax, place, "an escape that names no Unicode character");
    return;
  }
  for (const auto& [theirs, message, hint] : translations) {
    if (text == theirs) {
      report.error(Code::yaml_syntax, place, std::string(message)).hint(std::string(hint));
      return;
    }
  }
  report.error(Code::yaml_syntax, place, concat("not valid YAML: ", text));
}

}  // namespace kameo::idl
