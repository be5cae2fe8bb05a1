#pragma once

#include <string_view>

/// A child that does one thing wrong, in frames and without the help of kameo's own child:
///
///     no-hello            never says a word
///     exit-first          exits with 3 before hello
///     exit-after-hello    exits with 3 once it was welcomed
///     kill-after-hello    SIGKILL then
///     refuse              answers the welcome with start_failed
///     garbage             bytes that are no frame
///     exit-in-ask         is ready; exits with 0 at the first ask
///     answer-and-exit     is ready; answers the first ask and exits with 3
///     answer-twice        is ready; answers the first ask twice
///     silent              is ready; never answers, ignores drain
///     stubborn            as silent, and ignores SIGTERM
int raw_child(std::string_view what);
