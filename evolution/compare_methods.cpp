#include <kameo/concat.hpp>
#include <kameo/schema/words.hpp>

#include "comparison.hpp"
#include "same_type.hpp"

#include <algorithm>

namespace kameo::evolution {
namespace {

using schema::Answer;
using schema::Method;

/// A method as a place of its own: `trading.Strategy.evaluate`.
struct Where {
  std::string package;
  std::string name;
  std::uint32_t line = 0;
};

class Methods {
 public:
  /// `implemented` and `called`: who writes such functions, and who calls them.
  Methods(Comparison& all, std::string package, std::string owner, Breaks implemented,
          Breaks called)
      : all_(all),
        package_(std::move(package)),
        owner_(std::move(owner)),
        implemented_(implemented),
        called_(called) {}

  void compare(const std::vector<Method>& was, const std::vector<Method>& is) {
    for (const auto& method : was) {
      if (const auto* now = find_name(is, method.name)) {
        compare_method(method, *now);
      } else {
        all_.add(where(method.name, 0), "is gone", {route(method.name)},
                 {called_.cpp || implemented_.cpp, called_.python});
      }
    }
    for (const auto& method : is) {
      if (find_name(was, method.name) == nullptr) {
        all_.add(where(method.name, method.line), "is new: who implements it has to", {},
                 implemented_);
      }
    }
  }

 private:
  [[nodiscard]] Where where(const std::string& name, std::uint32_t line) const {
    return {package_, concat(owner_, ".", name), line};
  }
  [[nodiscard]] std::string route(const std::string& name) const {
    return concat(package_, ".", owner_, ".", name);
  }

  void compare_method(const Method& was, const Method& is) {
    const auto here = where(is.name, is.line);
    const auto say = [&](std::string what, bool python = true) {
      all_.on_route(here, std::move(what), route(is.name), {true, python});
    };
    compare_request(was, is, here);
    if (was.answer != is.answer) {
      say(concat("gives ", word(is.answer), ", gave ", word(was.answer)));
    } else if (is.answer != Answer::none) {
      compare_type(was.output, is.output, is.answer == Answer::reply ? "reply" : "stream", say);
    }
    if (was.input_stream.has_value() != is.input_stream.has_value()) {
      say(is.input_stream ? "takes an input stream now" : "takes no input stream any more");
    } else if (is.input_stream) {
      compare_type(*was.input_stream, *is.input_stream, "input", say);
    }
    compare_errors(was, is, here);
  }

  void compare_type(const schema::Type& was, const schema::Type& is, std::string_view what,
                    const auto& say) {
    const TypeInTwo types{all_.before, was, all_.after, is};
    if (same_type(types)) return;
    say(concat(what, " is ", to_string(all_.after, is), ", was ", to_string(all_.before, was)),
        !same_in_python(types));
  }

  /// The struct may be another one; its fields are compared where it is declared.
  void compare_request(const Method& was, const Method& is, const Where& here) {
    const auto before = full_name(all_.before.types[was.request]);
    const auto after = full_name(all_.after.types[is.request]);
    if (before == after) return;
    all_.on_route(here, concat("request is ", after, ", was ", before), route(is.name),
                  {true, true});
  }

  void compare_errors(const Method& was, const Method& is, const Where& here) {
    const auto names = [](const schema::Package& package, const Method& method) {
      std::vector<std::string> all;
      for (const auto error : method.errors) all.push_back(full_name(package.types[error]));
      return all;
    };
    const auto before = names(all_.before, was);
    const auto after = names(all_.after, is);
    const auto missing = [](const std::vector<std::string>& from, const std::string& name) {
      return std::find(from.begin(), from.end(), name) == from.end();
    };
    for (const auto& name : before) {
      if (missing(after, name)) {
        all_.on_route(here, concat("error ", name, " is gone"), route(is.name), {});
      }
    }
    for (const auto& name : after) {
      if (missing(before, name)) {
        all_.on_route(here, concat("error ", name, " is new"), route(is.name), {});
      }
    }
  }

  Comparison& all_;
  std::string package_;
  std::string owner_;
  Breaks implemented_;
  Breaks called_;
};

std::vector<std::string> used(const schema::Package& package, const schema::Actor& actor) {
  std::vector<std::string> names;
  for (const auto module : actor.uses) names.push_back(full_name(package.modules[module]));
  return names;
}

void compare_uses(Comparison& all, const schema::Actor& was, const schema::Actor& is) {
  const auto before = used(all.before, was);
  const auto after = used(all.after, is);
  for (const auto& name : after) {
    if (std::find(before.begin(), before.end(), name) != before.end()) continue;
    // Whoever starts the actor must provide it, an older parent does not.
    all.add(is, concat("uses ", name, ", which its parent has to provide"),
            {full_name(is) + " start"}, {});
  }
  for (const auto& name : before) {
    if (std::find(after.begin(), after.end(), name) != after.end()) continue;
    all.add(is, concat("does not use ", name, " any more"), {full_name(is) + " callbacks"},
            {false, true});
  }
}

}  // namespace

void compare_modules(Comparison& all) {
  for (const auto& was : all.before.modules) {
    const auto* is = find_full(all.after.modules, was);
    if (is == nullptr) {
      auto gone = was;
      gone.line = 0;
      std::vector<std::string> routes;
      for (const auto& each : was.callbacks) routes.push_back(full_name(was) + "." + each.name);
      all.add(gone, "callback module is gone", std::move(routes), {true, true});
      continue;
    }
    // Callbacks are called by handlers and implemented by C++, or by another actor's handlers.
    Methods(all, is->package, is->name, {true, true}, {false, true})
        .compare(was.callbacks, is->callbacks);
  }
  for (const auto& is : all.after.modules) {
    if (find_full(all.before.modules, is) == nullptr) all.add(is, "callback module is new", {}, {});
  }
}

void compare_actors(Comparison& all) {
  for (const auto& was : all.before.actors) {
    const auto* is = find_full(all.after.actors, was);
    if (is == nullptr) {
      auto gone = was;
      gone.line = 0;
      std::vector<std::string> routes;
      for (const auto& each : was.handlers) routes.push_back(full_name(was) + "." + each.name);
      routes.push_back(full_name(was) + " start");
      all.add(gone, "actor is gone", std::move(routes), {true, true});
      continue;
    }
    Methods(all, is->package, is->name, {true, true}, {true, false})
        .compare(was.handlers, is->handlers);
    compare_uses(all, was, *is);
  }
  for (const auto& is : all.after.actors) {
    if (find_full(all.before.actors, is) == nullptr) all.add(is, "actor is new", {}, {});
  }
}

}  // namespace kameo::evolution
