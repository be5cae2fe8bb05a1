#pragma once

#include <string_view>

/// A child that attacks its parent, in frames put together by hand. Up to `ready` it is polite,
/// unless the attack is upon the handshake; the first ask (for one reply) is its signal, and an
/// attack that has an end ends in the reply `here`. hostile_test.cpp says what becomes of each.
int hostile_child(std::string_view attack);
