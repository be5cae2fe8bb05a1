#include <kameo/actor/item_reader.hpp>

namespace kameo::actor {

Result<void> ItemReader::result() {
  if (!result_) return fail(errc::invalid_argument, "the stream has not ended yet");
  asked_ = true;
  return *result_;
}

void ItemReader::end(const Error& why) {
  pipe_->end(why);
  pipe_->leave();
  if (call_) call_->cancel(why);
}

void ItemReader::drop() {
  if (!result_) return end(Error(errc::cancelled, "its reader has gone"));
  // Of a handler's input the caller knows: it broke it off.
  if (*result_ || asked_ || !call_ || !call_->receiver()) return;
  call_->receiver()->report(
      result_->error().with_context("a stream that nobody asked how it ended"));
}

}  // namespace kameo::actor
