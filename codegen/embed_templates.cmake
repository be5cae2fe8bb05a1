# Writes OUTPUT, a C++ file with the templates NAMES of folder ROOT as string literals.
set(entries "")
foreach(name IN LISTS NAMES)
  file(READ ${ROOT}/${name}.mustache text)
  string(APPEND entries "    {\"${name}\", R\"template(${text})template\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"template.hpp\"

namespace kameo::codegen {

const std::map<std::string_view, std::string_view>& embedded_templates() {
  static const std::map<std::string_view, std::string_view> templates{
${entries}  };
  return templates;
}

}  // namespace kameo::codegen
")
