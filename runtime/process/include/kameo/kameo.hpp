#pragma once

/// All that a program which uses kameo needs, beside its generated code.

#include <kameo/actor/actor_ref.hpp>
#include <kameo/actor/blocking.hpp>
#include <kameo/actor/handler.hpp>
#include <kameo/actor/stream.hpp>
#include <kameo/child_main.hpp>
#include <kameo/placement.hpp>
#include <kameo/runtime.hpp>
#include <kameo/spawn_options.hpp>
