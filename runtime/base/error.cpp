#include <kameo/error.hpp>

#include <kameo/concat.hpp>

#include <utility>

namespace kameo {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::internal:
      return "internal";
    case errc::invalid_argument:
      return "invalid_argument";
    case errc::handler_failed:
      return "handler_failed";
    case errc::declared:
      return "declared";
    case errc::bad_request:
      return "bad_request";
    case errc::bad_reply:
      return "bad_reply";
    case errc::unknown_route:
      return "unknown_route";
    case errc::schema_mismatch:
      return "schema_mismatch";
    case errc::overloaded:
      return "overloaded";
    case errc::cancelled:
      return "cancelled";
    case errc::deadline_exceeded:
      return "deadline_exceeded";
    case errc::not_started:
      return "not_started";
    case errc::died_may_have_run:
      return "died_may_have_run";
    case errc::stopped:
      return "stopped";
    case errc::start_failed:
      return "start_failed";
    case errc::handshake_timeout:
      return "handshake_timeout";
    case errc::bad_frame:
      return "bad_frame";
    case errc::over_limit:
      return "over_limit";
    case errc::session_closed:
      return "session_closed";
    case errc::no_answer:
      return "no_answer";
    case errc::not_provided:
      return "not_provided";
    case errc::deadlock:
      return "deadlock";
    case errc::already_provided:
      return "already_provided";
    case errc::not_found:
      return "not_found";
    case errc::system:
      return "system";
  }
  return "unknown";
}

std::optional<bool> Error::started() const noexcept {
  switch (code()) {
    case errc::handler_failed:
    case errc::declared:
    case errc::bad_reply:
    case errc::no_answer:
      return true;
    case errc::invalid_argument:
    case errc::bad_request:
    case errc::unknown_route:
    case errc::schema_mismatch:
    case errc::overloaded:
    case errc::not_started:
    case errc::stopped:
    case errc::start_failed:
    case errc::handshake_timeout:
    case errc::not_provided:
    case errc::deadlock:
    case errc::already_provided:
    case errc::not_found:
      return false;
    case errc::internal:
    case errc::cancelled:
    case errc::deadline_exceeded:
    case errc::died_may_have_run:
    case errc::bad_frame:
    case errc::over_limit:  // the request, or the answer to it
    case errc::session_closed:
    case errc::system:
      break;
  }
  return std::nullopt;
}

struct Error::Shared {
  ErrorData data;
  std::string what;
};

namespace {
std::string describe(const ErrorData& data) {
  auto text = concat(to_string(data.code), ": ", data.message);
  if (data.death && !data.death->reason.empty()) text += concat(" (", data.death->reason, ")");
  return text;
}
}  // namespace

Error::Error(std::shared_ptr<const Shared> shared)
    : shared_(std::move(shared)), data_(&shared_->data) {}

Error::Error(ErrorData data)
    : Error([&data] {
        auto what = describe(data);
        return std::make_shared<const Shared>(Shared{std::move(data), std::move(what)});
      }()) {}

Error::Error(errc code, std::string message)
    : Error([&] {
        ErrorData data;
        data.code = code;
        data.message = std::move(message);
        return data;
      }()) {}

const char* Error::what() const noexcept {
  return shared_->what.c_str();
}

Error Error::with_context(std::string_view context) const {
  auto data = *data_;
  data.message = concat(context, ": ", data.message);
  return Error(std::move(data));
}

}  // namespace kameo
