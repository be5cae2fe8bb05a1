#include <kameo/idl/lint.hpp>

#include <algorithm>

#include "lint/rules.hpp"
#include "loader.hpp"

namespace kameo::idl {
namespace {

/// `# lint: off wide_integer, missing_doc` in the line itself.
bool allowed_by_line(const Diagnostic& finding) {
  const auto comment = finding.line.find("# lint: off");
  if (comment == std::string::npos) return false;
  return finding.line.find(info(finding.code).name, comment) != std::string::npos;
}

}  // namespace

std::vector<Code> lint_rules() {
  std::vector<Code> rules;
  for (const auto& row : all_codes()) {
    if (row.code >= Code::missing_doc) rules.push_back(row.code);
  }
  return rules;
}

Loaded lint_file(const std::string& path, const std::vector<std::string>& include_dirs,
                 FileReader& reader, std::span<const Code> off) {
  Loaded linted;
  Report report;
  Loader loader(include_dirs, reader, report);
  loader.load_root(path);
  if (auto draft = build_draft(loader.files(), report)) {
    Report findings;
    const LintInput in{loader.files(), *draft,
                       static_cast<std::uint32_t>(loader.files().size() - 1)};
    lint_docs(in, findings);
    lint_unused(in, findings);
    lint_names(in, findings);
    lint_fields(in, findings);
    lint_deprecated(in, findings);
    linted.diagnostics = findings.take();
    std::erase_if(linted.diagnostics, [&](const Diagnostic& each) {
      return std::find(off.begin(), off.end(), each.code) != off.end() || allowed_by_line(each);
    });
    linted.package = std::move(draft->package);
  } else {
    linted.diagnostics = report.take();
  }
  linted.files = loader.read();
  return linted;
}

}  // namespace kameo::idl
