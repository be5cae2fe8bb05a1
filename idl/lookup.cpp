#include "lookup.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"
#include "suggest.hpp"

#include <map>

namespace kameo::idl {
namespace {

using What = Scope::What;

/// What other languages call our scalars.
std::string other_word(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> words{
      {"int", "i32"},        {"integer", "i32"},        {"int8", "i8"},
      {"int16", "i16"},      {"int32", "i32"},          {"int64", "i64"},
      {"uint", "u32"},       {"uint8", "u8"},           {"uint16", "u16"},
      {"uint32", "u32"},     {"uint64", "u64"},         {"long", "i64"},
      {"float", "f32"},      {"float32", "f32"},        {"float64", "f64"},
      {"double", "f64"},     {"boolean", "bool"},       {"str", "string"},
      {"text", "string"},    {"String", "string"},      {"binary", "bytes"},
      {"byte", "u8"},        {"vector", "list"},        {"array", "list"},
      {"dict", "map"},       {"datetime", "timestamp"}, {"date", "timestamp"},
      {"time", "timestamp"}, {"timedelta", "duration"}, {"UUID", "uuid"},
      {"guid", "uuid"}};
  const auto found = words.find(name);
  return found == words.end() ? std::string() : found->second;
}

}  // namespace

std::string_view kind_of(What what) noexcept {
  switch (what) {
    case What::type:
      return "a type";
    case What::made_type:
      return "a made-up type";
    case What::actor:
      return "an actor";
    case What::module:
      break;
  }
  return "a callback module";
}

const Scope::Symbol* Lookup::find(std::uint32_t file, const std::string& name, const Place& place,
                                  What wanted) const {
  const auto* symbol = scope_.find(file, name);
  const bool type_like = wanted == What::type;
  if (symbol != nullptr &&
      (symbol->what == wanted || (type_like && symbol->what == What::made_type))) {
    return symbol;
  }
  if (symbol != nullptr) {
    report_
        .error(type_like ? Code::unknown_type : Code::unknown_module, place,
               concat("`", name, "` is ", kind_of(symbol->what), ", not ", kind_of(wanted)))
        .note(symbol->place, concat("`", name, "` is declared here"));
    return nullptr;
  }
  if (const auto* unseen = scope_.find_anywhere(file, name)) {
    report_
        .error(Code::not_imported, place,
               concat("`", name, "` is declared in a file that this one does not import"))
        .hint(concat("add it to `import`: ", unseen->place.source->path()))
        .note(unseen->place, concat("`", name, "` is declared here"));
    return nullptr;
  }
  // The file that could not be read may well declare it.
  if (files_[file].import_failed) return nullptr;
  say_unknown(file, name, place, wanted);
  return nullptr;
}

void Lookup::say_unknown(std::uint32_t file, const std::string& name, const Place& place,
                         What wanted) const {
  const bool type_like = wanted == What::type;
  auto said = report_.error(
      type_like ? Code::unknown_type : Code::unknown_module, place,
      concat("unknown ", type_like ? "type" : "callback module", " `", excerpt(name), "`"));
  auto best = scope_.qualified_elsewhere(file, name, wanted);
  auto candidates = scope_.names(file, wanted);
  if (type_like) {
    candidates.insert(candidates.end(), type_words().begin(), type_words().end());
  }
  if (best.empty() && type_like) best = other_word(name);
  if (best.empty()) best = nearest(name, candidates);
  if (best.empty()) {
    if (!type_like && candidates.empty()) said.hint("declare it under `callbacks`");
    return;
  }
  said.hint(concat("did you mean `", best, "`?"));
  if (const auto* meant = scope_.find(file, best)) {
    said.note(meant->place, concat("`", best, "` is declared here"));
  }
}

}  // namespace kameo::idl
