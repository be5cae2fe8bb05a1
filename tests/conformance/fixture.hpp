#pragma once

#include <conformance/conformance.hpp>
#include <kameo/kameo.hpp>

#include <array>
#include <stdexcept>
#include <string>

/// Answers the callbacks of module `basic`, in each of the ways in which a handler can.
class Basic final : public conformance::BasicCallbacks {
 public:
  kameo::Reply<std::uint32_t> test_callback(conformance::BasicTestCallback request) override {
    co_return request.value + 1;
  }
  kameo::Reply<std::uint32_t> refuse(conformance::BasicRefuse request) override {
    co_return kameo::fail(kameo::errc::handler_failed, request.text);
  }
  kameo::Reply<std::uint32_t> throw_(conformance::BasicThrow request) override {
    throw std::runtime_error(request.text);
    co_return 0U;
  }
};

/// How a Python handler is written and what it gets.
struct Form {
  const char* module;  ///< `echo_sync:Echo`
  bool generated;      ///< classes of the generated package, or dicts
};
inline constexpr std::array<Form, 4> forms = {{{"echo_sync:Echo", false},
                                               {"echo_sync:Echo", true},
                                               {"echo_async:Echo", false},
                                               {"echo_async:Echo", true}}};

/// A runtime with one Echo in a Python child.
class EchoFixture {
 public:
  EchoFixture(const EchoFixture&) = delete;
  EchoFixture& operator=(const EchoFixture&) = delete;
  explicit EchoFixture(const Form& form) {
    runtime.provide(std::make_shared<Basic>()).value();
    auto placement =
        kameo::python(form.module).interpreter(KAMEO_TEST_PYTHON).path(KAMEO_TEST_HANDLERS);
    if (form.generated) placement.path(KAMEO_TEST_GENERATED);
    echo = runtime.spawn<conformance::Echo>(placement, {}, {}, kameo::blocking).value();
  }
  ~EchoFixture() { static_cast<void>(runtime.stop(kameo::blocking)); }

  kameo::Runtime runtime;
  conformance::EchoRef echo;
};
