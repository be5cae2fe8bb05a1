#include <kameo/wire/frame.hpp>

#include <cstring>

namespace kameo::wire {

std::string_view to_string(FrameType type) noexcept {
  switch (type) {
    case FrameType::hello:
      return "hello";
    case FrameType::welcome:
      return "welcome";
    case FrameType::ready:
      return "ready";
    case FrameType::ask:
      return "ask";
    case FrameType::tell:
      return "tell";
    case FrameType::reply:
      return "reply";
    case FrameType::error:
      return "error";
    case FrameType::stream_item:
      return "stream_item";
    case FrameType::stream_end:
      return "stream_end";
    case FrameType::credit:
      return "credit";
    case FrameType::cancel:
      return "cancel";
    case FrameType::log:
      return "log";
    case FrameType::metric:
      return "metric";
    case FrameType::ping:
      return "ping";
    case FrameType::pong:
      return "pong";
    case FrameType::drain:
      return "drain";
    case FrameType::bye:
      return "bye";
    case FrameType::chunk:
      return "chunk";
  }
  return "unknown";
}

bool is_known(FrameType type) noexcept {
  return to_string(type) != "unknown";
}

bool is_control(FrameType type) noexcept {
  switch (type) {
    case FrameType::credit:
    case FrameType::cancel:
    case FrameType::ping:
    case FrameType::pong:
    case FrameType::drain:
      return true;
    default:
      return false;
  }
}

void store_header(const FrameHeader& header, std::span<std::byte, FrameHeader::size> out) noexcept {
  std::memcpy(out.data(), &header.length, 4);
  out[4] = static_cast<std::byte>(header.type);
  out[5] = static_cast<std::byte>(header.flags);
  std::memcpy(out.data() + 6, &header.route, 2);
  std::memcpy(out.data() + 8, &header.correlation, 8);
}

Result<FrameHeader> load_header(std::span<const std::byte, FrameHeader::size> in) {
  FrameHeader header;
  std::memcpy(&header.length, in.data(), 4);
  header.type = static_cast<FrameType>(in[4]);
  header.flags = static_cast<std::uint8_t>(in[5]);
  std::memcpy(&header.route, in.data() + 6, 2);
  std::memcpy(&header.correlation, in.data() + 8, 8);
  if (!is_known(header.type)) {
    return fail(errc::bad_frame, "frame type ", static_cast<unsigned>(in[4]), " is none");
  }
  if ((header.flags & ~unsigned{flag::known}) != 0) {
    return fail(errc::bad_frame, "flags ", static_cast<unsigned>(in[5]), " of a ",
                to_string(header.type), " frame name unknown parts");
  }
  // The length is the peer's claim: judged before memory is taken for it.
  if (header.length > FrameHeader::max_length) {
    return fail(errc::over_limit, "a ", to_string(header.type), " frame of ", header.length,
                " bytes; FrameHeader::max_length is ", FrameHeader::max_length);
  }
  return header;
}

}  // namespace kameo::wire
