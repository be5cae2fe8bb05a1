#pragma once

#include <conformance/conformance.hpp>
#include <kameo/kameo.hpp>

#include <array>
#include <cstdlib>
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

/// The program that answers in the place of the Python handlers, where KAMEO_CONFORMANCE_CHILD
/// names one: a child in another language is driven by these tests, too (tests/go/run). Null
/// otherwise.
inline const char* foreign_child() {
  return std::getenv("KAMEO_CONFORMANCE_CHILD");
}
/// A child with the handlers of a form; a foreign one gets the module's name as its argument.
inline kameo::Placement place(const Form& form) {
  if (const char* program = foreign_child()) return kameo::executable({program, form.module});
  auto placement =
      kameo::python(form.module).interpreter(KAMEO_TEST_PYTHON).path(KAMEO_TEST_HANDLERS);
  if (form.generated) placement.path(KAMEO_TEST_GENERATED);
  return placement;
}

/// A runtime with one Echo in a Python child.
class EchoFixture {
 public:
  EchoFixture(const EchoFixture&) = delete;
  EchoFixture& operator=(const EchoFixture&) = delete;
  explicit EchoFixture(const Form& form) {
    runtime.provide(std::make_shared<Basic>()).value();
    echo = runtime.spawn<conformance::Echo>(place(form), {}, {}, kameo::blocking).value();
  }
  ~EchoFixture() { static_cast<void>(runtime.stop(kameo::blocking)); }

  kameo::Runtime runtime;
  conformance::EchoRef echo;
};
