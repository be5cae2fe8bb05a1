#include "keeper_image.hpp"

// KAMEO_KEEPER_IMAGE is the path of the built keeper. A user's program that is copied somewhere
// else would have no sure way to find a helper file; this way there is none to find.
asm(".pushsection .rodata.kameo_keeper, \"a\", @progbits\n"
    ".balign 16\n"
    "kameo_keeper_image_begin:\n"
    ".incbin \"" KAMEO_KEEPER_IMAGE
    "\"\n"
    "kameo_keeper_image_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte kameo_keeper_image_begin[] __attribute__((visibility("hidden")));
extern const std::byte kameo_keeper_image_end[] __attribute__((visibility("hidden")));
}

namespace kameo::process {

ByteView keeper_image() noexcept {
  return {kameo_keeper_image_begin, kameo_keeper_image_end};
}

}  // namespace kameo::process
