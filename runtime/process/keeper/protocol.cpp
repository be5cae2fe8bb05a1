#include "protocol.hpp"

#include <cstring>

namespace kameo::keeper {
namespace {

class Writer {
 public:
  template <class Number>
  void number(Number value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(const std::string& value) {
    number<std::uint64_t>(value.size());
    out_ += value;
  }
  void texts(const std::vector<std::string>& values) {
    number<std::uint64_t>(values.size());
    for (const auto& value : values) text(value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  Reader(const char* bytes, std::size_t size) : at_(bytes), left_(size) {}

  template <class Number>
  Number number() {
    Number value{};
    if (left_ < sizeof value) {
      bad_ = true;
      return value;
    }
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    left_ -= sizeof value;
    return value;
  }
  std::string text() {
    const auto size = count();
    std::string value(at_, size);
    at_ += size;
    left_ -= size;
    return value;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values(count());
    for (auto& value : values) value = text();
    return values;
  }
  /// Of elements that take a byte each or more: so a lie cannot make us take memory.
  std::size_t count() {
    const auto value = number<std::uint64_t>();
    if (value <= left_) return static_cast<std::size_t>(value);
    bad_ = true;
    return 0;
  }
  [[nodiscard]] bool done() const { return !bad_ && left_ == 0; }

 private:
  const char* at_;
  std::size_t left_;
  bool bad_ = false;
};

}  // namespace

std::string encode(const SpawnRequest& request) {
  Writer out;
  out.number(request.id);
  out.text(request.program);
  out.texts(request.arguments);
  out.texts(request.environment);
  out.text(request.directory);
  out.number<std::uint64_t>(request.targets.size());
  for (const auto target : request.targets) out.number(target);
  out.number<std::uint64_t>(request.limits.size());
  for (const auto& limit : request.limits) out.number(limit);
  out.number(request.niceness);
  out.number<std::uint8_t>(request.new_session ? 1 : 0);
  return out.take();
}

std::optional<SpawnRequest> decode(const char* bytes, std::size_t size) {
  Reader in(bytes, size);
  SpawnRequest request;
  request.id = in.number<std::uint64_t>();
  request.program = in.text();
  request.arguments = in.texts();
  request.environment = in.texts();
  request.directory = in.text();
  request.targets.resize(in.count());
  for (auto& target : request.targets) target = in.number<std::int32_t>();
  request.limits.resize(in.count());
  for (auto& limit : request.limits) limit = in.number<Limit>();
  request.niceness = in.number<std::int32_t>();
  request.new_session = in.number<std::uint8_t>() != 0;
  if (!in.done()) return std::nullopt;
  return request;
}

}  // namespace kameo::keeper
