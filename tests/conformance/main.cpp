#include "fixture.hpp"

#include <run_tests.hpp>

namespace {

class Greeter final : public conformance::GreeterHandler {
 public:
  kameo::Reply<std::string> greet(conformance::GreeterGreet request) override {
    co_return "Hello, " + request.name + "!";
  }
};

class Counter final : public conformance::CounterHandler {
 public:
  kameo::Reply<std::uint32_t> add(conformance::CounterAdd request) override {
    sum_ += request.amount;
    co_return sum_;
  }

 private:
  std::uint32_t sum_ = 0;
};

}  // namespace

/// The tests, and the C++ children that they start.
int main(int argc, char** argv) {
  kameo::ChildMain child;
  child.add<conformance::Greeter>([] { return std::make_unique<Greeter>(); });
  child.add<conformance::Counter>([] { return std::make_unique<Counter>(); });
  if (const auto code = child.run()) return *code;
  return run_tests(argc, argv);
}
