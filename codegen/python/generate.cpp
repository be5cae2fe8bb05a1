#include <kameo/codegen/generate.hpp>
namespace kameo::codegen {
Result<std::vector<OutputFile>> generate_python(std::span<const schema::Package>) {
  return std::vector<OutputFile>{};
}
}  // namespace kameo::codegen
