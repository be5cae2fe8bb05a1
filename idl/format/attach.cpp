#include "format/attach.hpp"

#include <algorithm>

namespace kameo::idl {

Attachments::Attachments(const Node& root, const Spans& spans)
    : spans_(spans), taken_(spans.comments().size()) {
  if (!root.is_map() && !root.is_list()) return;
  find_starts(root);
  const auto& comments = spans_.comments();
  for (std::size_t i = 0; i < comments.size(); ++i) {
    if (comments[i].own_line) continue;
    attach_trailing(comments[i]);
    taken_[i] = true;
  }
  constexpr auto end_of_file = static_cast<std::size_t>(-1);
  attach(root, 0, end_of_file);
  // Nothing is further out than the file: what is left, left of the first key, ends it.
  for (std::size_t i = 0; i < comments.size(); ++i) {
    if (!taken_[i]) tails_[&root].push_back(comments[i]);
  }
}

const Attached& Attachments::of(const Node& key_or_item) const {
  static const Attached none;
  const auto found = attached_.find(&key_or_item);
  return found == attached_.end() ? none : found->second;
}

const std::vector<Comment>& Attachments::tail(const Node& collection) const {
  static const std::vector<Comment> none;
  const auto found = tails_.find(&collection);
  return found == tails_.end() ? none : found->second;
}

bool Attachments::on_one_line(const Node& node) const {
  if (!spans_.is_flow(node)) return false;
  if (node.items.empty() && node.entries.empty()) return true;
  return spans_.line_at(node.place.offset) == spans_.line_at(spans_.end(node) - 1);
}

std::vector<Attachments::Element> Attachments::elements(const Node& collection) const {
  std::vector<Element> all;
  for (const auto& item : collection.items) {
    all.push_back({&item, item.place.offset, spans_.end(item), &item});
  }
  for (const auto& [key, value] : collection.entries) {
    all.push_back({&key, key.place.offset, std::max(spans_.end(key), spans_.end(value)), &value});
  }
  return all;
}

void Attachments::find_starts(const Node& collection) {
  for (const auto& element : elements(collection)) {
    starts_.push_back(element);
    const auto& value = *element.value;
    if ((value.is_map() || value.is_list()) && !on_one_line(value)) find_starts(value);
  }
}

void Attachments::attach_trailing(const Comment& comment) {
  const Element* owner = nullptr;
  for (const auto& each : starts_) {
    if (each.start > comment.offset) break;
    const auto last = each.end == 0 ? 0 : each.end - 1;
    const bool here = spans_.line_at(each.start) == comment.line ||
                      (each.end <= comment.offset && spans_.line_at(last) == comment.line);
    if (here) owner = &each;
  }
  if (owner != nullptr) {
    attached_[owner->node].trailing.push_back(comment);
    return;
  }
  // Behind a bracket or a dash that opens: a line of its own above what follows.
  const auto next = std::find_if(starts_.begin(), starts_.end(),
                                 [&](const Element& each) { return each.start > comment.offset; });
  const auto& target = next != starts_.end() ? *next : starts_.back();
  attached_[target.node].leading.push_back(comment);
}

/// Takes the own-line comments between `from` and `limit`, where what is around the collection goes
/// on. In block style a comment as deep as the collection's entries belongs to it; in brackets all
/// up to the closing one do.
void Attachments::attach(const Node& collection, std::size_t from, std::size_t limit) {
  const auto all = elements(collection);
  if (all.empty()) return;
  const bool flow = spans_.is_flow(collection);
  if (flow) limit = std::min(limit, spans_.end(collection));
  const auto& comments = spans_.comments();
  const auto column = spans_.column_at(all.front().start);

  const auto take = [&](std::size_t begin, std::size_t end, std::size_t least_column,
                        std::vector<Comment>& into) {
    for (std::size_t i = 0; i < comments.size(); ++i) {
      if (taken_[i] || comments[i].offset < begin || comments[i].offset >= end) continue;
      if (comments[i].column < least_column) break;  // it and what follows belong further out
      into.push_back(comments[i]);
      taken_[i] = true;
    }
  };

  take(from, all.front().start, 0, attached_[all.front().node].leading);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size();
    const auto next = last ? limit : all[i + 1].start;
    const auto& value = *all[i].value;
    if ((value.is_map() || value.is_list()) && !on_one_line(value)) {
      attach(value, all[i].start, next);
    }
    if (!last) {
      take(all[i].start, next, 0, attached_[all[i + 1].node].leading);
    } else {
      take(all[i].start, limit, flow ? 0 : column, tails_[&collection]);
    }
  }
}

}  // namespace kameo::idl
