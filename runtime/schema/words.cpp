#include <kameo/schema/words.hpp>

namespace kameo::schema {

std::string_view word(TypeDef::Form form) noexcept {
  switch (form) {
    case TypeDef::Form::structure:
      return "a struct";
    case TypeDef::Form::enumeration:
      return "an enum";
    case TypeDef::Form::tagged_union:
      return "a union";
    case TypeDef::Form::alias:
      break;
  }
  return "an alias";
}

std::string_view word(Variant::Shape shape) noexcept {
  switch (shape) {
    case Variant::Shape::unit:
      return "nothing";
    case Variant::Shape::value:
      return "a value";
    case Variant::Shape::fields:
      break;
  }
  return "fields";
}

std::string_view word(Answer answer) noexcept {
  switch (answer) {
    case Answer::none:
      return "no answer";
    case Answer::reply:
      return "a reply";
    case Answer::stream:
      break;
  }
  return "a stream";
}

}  // namespace kameo::schema
