#include <kameo/codegen/project.hpp>

#include <kameo/concat.hpp>

#include "template.hpp"

#include <utility>

namespace kameo::codegen {
namespace {

struct File {
  std::string_view name;  ///< of the template
  std::string path;
};

}  // namespace

Result<std::vector<OutputFile>> new_project(std::string_view name, ProjectKind kind) {
  const bool cpp = kind == ProjectKind::cpp;
  Data data;
  data.set("version", version());
  data.set("name", name);
  data.set("cpp", cpp);
  std::vector<File> wanted{{"new/schema.kameo.yaml", concat(name, ".kameo.yaml")},
                           {"new/greeter.py", "greeter.py"},
                           {"new/test_greeter.py", "test_greeter.py"},
                           {"new/README.md", "README.md"},
                           {"new/gitignore", ".gitignore"}};
  if (cpp) {
    wanted.push_back({"new/CMakeLists.txt", "CMakeLists.txt"});
    wanted.push_back({"new/main.cpp", "main.cpp"});
  } else {
    wanted.push_back({"new/pool.yaml", "pool.yaml"});
    wanted.push_back({"new/requests.ndjson", "requests.ndjson"});
  }
  std::vector<OutputFile> files;
  for (const auto& [from, path] : wanted) {
    auto text = render(from, data);
    if (!text) return text.error();
    files.push_back({path, std::move(*text)});
  }
  return files;
}

}  // namespace kameo::codegen
