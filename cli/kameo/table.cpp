#include "table.hpp"

#include <kameo/idl/terminal_width.hpp>

#include "console.hpp"

#include <algorithm>
#include <utility>

namespace kameo::cli {
namespace {

void append_padded(std::string& out, const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width - std::min(width, idl::terminal_width(text)), ' ');
  out += right ? blanks + text : text + blanks;
}

void end_line(std::string& out) {
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

}  // namespace

std::size_t Table::column(const std::string& name) {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  const auto index = static_cast<std::size_t>(found - columns_.begin());
  if (index == columns_.size()) columns_.push_back(name);
  return index;
}

void Table::add(const json::Value& reply) {
  Row row;
  const auto put = [&](const std::string& name, const json::Value& value) {
    const auto at = column(name);
    if (row.cells.size() <= at) row.cells.resize(at + 1);
    auto& cell = row.cells[at];
    if (!value.is_null()) {
      cell.content = value.number() != nullptr ? Content::number : Content::text;
    }
    const auto* text = value.string();
    cell.text = value.is_null() ? "-" : visible(text != nullptr ? *text : json::to_text(value));
  };
  if (const auto* members = reply.object()) {
    for (const auto& member : *members) put(member.name, member.value);
  } else {
    put("reply", reply);
  }
  rows_.push_back(std::move(row));
}

void Table::add_note(std::string text) {
  rows_.push_back({{}, visible(text)});
}

std::string Table::take() {
  std::vector<std::size_t> widths;
  std::vector<bool> numbers(columns_.size());
  std::vector<bool> texts(columns_.size());
  for (const auto& name : columns_) widths.push_back(idl::terminal_width(name));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], idl::terminal_width(row.cells[i].text));
      if (row.cells[i].content == Content::number) numbers[i] = true;
      if (row.cells[i].content == Content::text) texts[i] = true;
    }
  }

  std::string out;
  const auto line = [&](const auto& text_of) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) out += "  ";
      append_padded(out, text_of(i), widths[i], numbers[i] && !texts[i]);
    }
    end_line(out);
  };
  if (!columns_.empty()) {
    line([&](std::size_t i) { return columns_[i]; });
    line([&](std::size_t i) { return std::string(widths[i], '-'); });
  }
  for (const auto& row : rows_) {
    if (!row.note.empty()) {
      out += row.note;
      out += '\n';
    } else {
      line([&](std::size_t i) { return i < row.cells.size() ? row.cells[i].text : std::string(); });
    }
  }
  columns_.clear();
  rows_.clear();
  return out;
}

}  // namespace kameo::cli
