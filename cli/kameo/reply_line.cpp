#include "reply_line.hpp"

#include <kameo/json/payload.hpp>
#include <kameo/time.hpp>
#include <kameo/utf8.hpp>

#include <string_view>

namespace kameo::cli {
namespace {

/// An object being written: the members that are worth saying.
class Object {
 public:
  void raw(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    json::append_string(text_, name);
    text_ += ':';
    text_ += json;
  }
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    std::string json;
    append_lossy(json, value);
    raw(name, json);
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string json;
    for (const auto& value : values) {
      json += json.empty() ? '[' : ',';
      append_lossy(json, value);
    }
    raw(name, json + ']');
  }
  void number(std::string_view name, std::int64_t value) {
    std::string json;
    json::append_number(json, value);
    raw(name, json);
  }
  [[nodiscard]] std::string take() { return text_.empty() ? "{}" : std::move(text_) + '}'; }

 private:
  /// What a process printed need not be UTF-8; JSON must.
  static void append_lossy(std::string& out, std::string_view value) {
    std::string whole;
    while (!value.empty()) {
      const auto good = utf8_valid_prefix(value);
      whole += value.substr(0, good);
      value.remove_prefix(good);
      if (value.empty()) break;
      whole += "\xef\xbf\xbd";
      value.remove_prefix(1);
    }
    json::append_string(out, whole);
  }
  std::string text_;
};

std::string death_text(const DeathCertificate& death) {
  Object out;
  out.text("actor", death.actor);
  out.number("incarnation", death.incarnation);
  out.number("pid", death.pid);
  out.text("reason", death.reason);
  if (death.signal != 0) {
    out.number("signal", death.signal);
  } else {
    out.number("exit_code", death.exit_code);
  }
  out.texts("last_stderr", death.last_stderr);
  out.number("peak_rss_bytes", death.peak_rss_bytes);
  out.text("uptime", to_string(Duration(death.uptime_us)));
  if (death.restarts_left >= 0) out.number("restarts_left", death.restarts_left);
  return out.take();
}

std::string error_text(const Error& error, const schema::Package& package) {
  const auto& data = error.data();
  Object out;
  out.text("code", to_string(data.code));
  out.text("message", data.message);
  out.text("where", data.where);
  out.text("type", data.type);
  out.text("traceback", data.traceback);
  out.texts("notes", data.notes);
  out.text("cause", data.cause);
  out.text("declared", data.declared);
  for (std::uint32_t i = 0; !data.declared.empty() && i < package.types.size(); ++i) {
    const auto& type = package.types[i];
    if (concat(type.package, ".", type.name) != data.declared) continue;
    if (const auto value = json::to_text(package, json::structure(i), data.payload)) {
      out.raw("value", *value);
    }
  }
  if (data.death) out.raw("death", death_text(*data.death));
  return out.take();
}

std::string line(const std::optional<json::Value>& id, std::string_view name,
                 std::string_view json) {
  Object out;
  if (id) out.raw("id", json::to_text(*id));
  out.raw(name, json);
  return out.take();
}

}  // namespace

std::string reply_line(const std::optional<json::Value>& id, const std::string& reply) {
  return line(id, "reply", reply);
}

std::string item_line(const std::optional<json::Value>& id, const std::string& item) {
  return line(id, "item", item);
}

std::string end_line(const std::optional<json::Value>& id, std::uint64_t items) {
  Object end;
  end.number("items", static_cast<std::int64_t>(items));
  return line(id, "end", end.take());
}

std::string error_line(const std::optional<json::Value>& id, const Error& error,
                       const schema::Package& package) {
  return line(id, "error", error_text(error, package));
}

}  // namespace kameo::cli
