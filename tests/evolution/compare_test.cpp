#include <catch2/catch.hpp>

#include <kameo/evolution/compare.hpp>
#include <kameo/idl/load.hpp>

#include <string>

/// Each change of a schema by itself: what it is called, and what it breaks.
namespace kameo::evolution {
namespace {

schema::Package load(const std::string& text) {
  idl::MemoryReader reader;
  reader.add("shop.yaml", "kameo: 1\npackage: shop\n" + text);
  auto loaded = idl::load_file("shop.yaml", {}, reader);
  INFO(idl::to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  return std::move(*loaded.package);
}

std::string told(const Change& change) {
  auto text = change.where + ": " + change.what + " [";
  for (const auto& route : change.routes) text += "wire " + route + "; ";
  for (const auto& route : change.translated) text += "translated " + route + "; ";
  if (change.cpp) text += "cpp; ";
  if (change.python) text += "python; ";
  if (text.ends_with("; ")) text.resize(text.size() - 2);
  return text + "]";
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  std::vector<std::string> all;
  for (const auto& change : compare(load(before), load(after))) all.push_back(told(change));
  return all;
}

using Told = std::vector<std::string>;

/// A schema in which two routes are asked with an Item, and one is not.
std::string with_item(const std::string& item) {
  return "types:\n  Item: " + item +
         "\n  Cart: {struct: {items: list<Item>}}\n"
         "callbacks:\n  stock: {Count: {request: {of: Item}, reply: u32}}\n"
         "actors:\n  Till: {uses: [stock], handlers: {pay: {request: Cart}, close: {reply: "
         "bool}}}\n";
}
Told item(const std::string& before, const std::string& after) {
  return changes(with_item(before), with_item(after));
}

const std::string both = "wire shop.Till.pay; wire shop.stock.Count";
const std::string translated = "translated shop.Till.pay; translated shop.stock.Count";

}  // namespace

TEST_CASE("the same schema has no changes, docs and budgets are none", "[evolution]") {
  CHECK(item("{struct: {name: string}}", "{struct: {name: string}}").empty());
  CHECK(item("{struct: {name: string}}",
             "{doc: A thing., struct: {name: {type: string, doc: Its name., deprecated: why}}}")
            .empty());
  CHECK(changes("actors:\n  A: {handlers: {go: {budget: 1s}}}\n",
                "actors:\n  A: {handlers: {go: {deadline: 2s, idempotent: true}}}\n")
            .empty());
}

TEST_CASE("a field that is gone, new, moved or of another type breaks the routes that reach it",
          "[evolution]") {
  CHECK(item("{struct: {name: string, size: u8}}", "{struct: {name: string}}") ==
        Told{"shop.Item: field `size` is gone [" + both + "; cpp; python]"});
  CHECK(item("{struct: {name: string}}", "{struct: {name: string, size: u8}}") ==
        Told{"shop.Item: field `size` is new, without a default [" + both + "; cpp; python]"});
  CHECK(item("{struct: {name: string}}", "{struct: {name: string, size: optional<u8>}}") ==
        Told{"shop.Item: field `size` is new [" + translated + "]"});
  CHECK(
      item("{struct: {name: string}}", "{struct: {size: {type: u8, default: 1}, name: string}}") ==
      Told{"shop.Item: field `size` is new, before others [" + both + "; cpp]"});
  CHECK(item("{struct: {a: u8, b: u8}}", "{struct: {b: u8, a: u8}}") ==
        Told{"shop.Item: fields stand in another order [" + both + "; cpp]"});
  CHECK(item("{struct: {size: u8}}", "{struct: {size: u16}}") ==
        Told{"shop.Item: field `size` is u16, was u8 [" + both + "; cpp]"});
  CHECK(item("{struct: {size: u8}}", "{struct: {size: string}}") ==
        Told{"shop.Item: field `size` is string, was u8 [" + both + "; cpp; python]"});
}

TEST_CASE("defaults are no part of a message, but of the source that leaves them out",
          "[evolution]") {
  const std::string without = "{struct: {size: u8}}";
  const std::string with = "{struct: {size: {type: u8, default: 1}}}";
  CHECK(item(without, with) == Told{"shop.Item: field `size` has a default now []"});
  CHECK(item(with, without) == Told{"shop.Item: field `size` has no default any more [python]"});
  CHECK(item(with, "{struct: {size: {type: u8, default: 2}}}") ==
        Told{"shop.Item: field `size` has another default []"});
}

TEST_CASE("a limit that leaves out more than before breaks the wire, a looser one nothing",
          "[evolution]") {
  const auto limited = [](const std::string& limits) {
    return "{struct: {size: {type: i32, " + limits + "}}}";
  };
  CHECK(item(limited("max: 100"), limited("max: 9")) ==
        Told{"shop.Item: field `size`: `max` is 9, was 100 [" + both + "]"});
  CHECK(item(limited("max: 9"), limited("max: 100")) ==
        Told{"shop.Item: field `size`: `max` is 100, was 9 []"});
  CHECK(item(limited("min: -9"), limited("min: -10")) ==
        Told{"shop.Item: field `size`: `min` is -10, was -9 []"});
  CHECK(item(limited("multiple_of: 6"), limited("multiple_of: 3")) ==
        Told{"shop.Item: field `size`: `multiple_of` is 3, was 6 []"});
  CHECK(item(limited("multiple_of: 6"), limited("multiple_of: 4")) ==
        Told{"shop.Item: field `size`: `multiple_of` is 4, was 6 [" + both + "]"});
  CHECK(item("{struct: {name: string}}", "{struct: {name: {type: string, length: 2..5}}}") ==
        Told{"shop.Item: field `name`: `least length` is 2, was none [" + both + "]",
             "shop.Item: field `name`: `most length` is 5, was none [" + both + "]"});
  CHECK(item("{struct: {when: {type: optional<duration>, max: 60s}}}",
             "{struct: {when: {type: optional<duration>, max: 1m}}}") == Told{});  // the same
}

TEST_CASE("values of an enum and variants of a union", "[evolution]") {
  CHECK(item("{enum: [a, b]}", "{enum: [a, b, c]}") ==
        Told{"shop.Item: value `c` is new [" + translated + "]"});
  CHECK(item("{enum: [a, b]}", "{enum: [b]}") ==
        Told{"shop.Item: value `a` is gone [" + both + "; cpp; python]"});
  CHECK(item("{enum: [a, b]}", "{enum: [b, a]}") ==
        Told{"shop.Item: values stand in another order [" + both + "]"});
  CHECK(item("{union: {a: u8, b: ~}}", "{union: {a: u8, b: ~, c: {x: u8}}}") ==
        Told{"shop.Item: variant `c` is new [" + translated + "; cpp]"});
  CHECK(item("{union: {a: u8, b: ~}}", "{union: {a: u8}}") ==
        Told{"shop.Item: variant `b` is gone [" + translated + "; cpp; python]"});
  CHECK(item("{union: {a: u8, b: ~}}", "{union: {a: {x: u8}, b: ~}}") ==
        Told{"shop.Item: variant `a` holds fields, held a value [" + both + "; cpp; python]"});
  CHECK(item("{union: {a: {x: u8}}}", "{union: {a: {x: u8, y: u8}}}") ==
        Told{"shop.Item: variant `a`: field `y` is new, without a default [" + both +
             "; cpp; python]"});
  CHECK(item("{struct: {x: u8}}", "{enum: [x]}") ==
        Told{"shop.Item: is an enum, was a struct [" + both + "; cpp; python]"});
}

TEST_CASE("what stands at the end and can be left out is translated, both when it comes and goes",
          "[evolution]") {
  const std::string bare = "{struct: {a: u8}}";
  const std::string more = "{struct: {a: u8, b: {type: u8, default: 1}, c: optional<string>}}";
  CHECK(item(bare, more) == Told{"shop.Item: field `b` is new [" + translated + "]",
                                 "shop.Item: field `c` is new [" + translated + "]"});
  CHECK(item(more, bare) == Told{"shop.Item: field `b` is gone [" + translated + "; cpp; python]",
                                 "shop.Item: field `c` is gone [" + translated + "; cpp; python]"});
  CHECK(item("{enum: [a, b]}", "{enum: [a]}") ==
        Told{"shop.Item: value `b` is gone [" + translated + "; cpp; python]"});
  CHECK(item("{union: {a: {x: u8}}}", "{union: {a: {x: u8, y: optional<u8>}}}") ==
        Told{"shop.Item: variant `a`: field `y` is new [" + translated + "]"});
  // Behind it one that every caller has to give: only that one is to blame.
  CHECK(item(bare, "{struct: {a: u8, b: {type: u8, default: 1}, c: u8}}") ==
        Told{"shop.Item: field `b` is new [cpp]",
             "shop.Item: field `c` is new, without a default [" + both + "; cpp; python]"});
  // A route is translated or refused as a whole.
  CHECK(changes("types:\n  A: {struct: {x: u8}}\n  B: {struct: {y: u8}}\n"
                "actors:\n  T: {handlers: {go: {request: A, reply: B}, run: {request: A}}}\n",
                "types:\n  A: {struct: {x: u8, z: optional<u8>}}\n  B: {struct: {y: u16}}\n"
                "actors:\n  T: {handlers: {go: {request: A, reply: B}, run: {request: A}}}\n") ==
        Told{"shop.A: field `z` is new [translated shop.T.run]",
             "shop.B: field `y` is u16, was u8 [wire shop.T.go; cpp]"});
  CHECK(changes("actors:\n  T: {config: {a: u8}}\n",
                "actors:\n  T: {config: {a: u8, b: optional<u8>}}\n") ==
        Told{"shop.TConfig: field `b` is new [translated shop.T config]"});
}

TEST_CASE("another name of a type is one of source only", "[evolution]") {
  CHECK(changes("types:\n  A: {struct: {x: u8}}\nactors:\n  T: {handlers: {go: {reply: A}}}\n",
                "types:\n  B: {struct: {x: u8}}\nactors:\n  T: {handlers: {go: {reply: B}}}\n") ==
        Told{"shop.A: type is gone [cpp; python]", "shop.B: type is new []",
             "shop.T.go: reply is shop.B, was shop.A [cpp; python]"});
  // An alias is another spelling of what it stands for.
  CHECK(changes("types:\n  A: {alias: u8}\n  B: {struct: {x: A}}\n",
                "types:\n  B: {struct: {x: u8}}\n") == Told{"shop.A: type is gone [cpp; python]"});
}

TEST_CASE("handlers and callbacks", "[evolution]") {
  const auto actor = [](const std::string& handlers) {
    return "types:\n  Oops: {struct: {}}\nactors:\n  T: {handlers: {" + handlers + "}}\n";
  };
  CHECK(changes(actor("go: {}, stop_it: {}"), actor("go: {}")) ==
        Told{"shop.TStopIt: type is gone [cpp; python]",
             "shop.T.stop_it: is gone [wire shop.T.stop_it; cpp]"});
  CHECK(changes(actor("go: {}"), actor("go: {}, more: {}")) ==
        Told{"shop.TMore: type is new []",
             "shop.T.more: is new: who implements it has to [cpp; python]"});
  CHECK(changes(actor("go: {}"), actor("go: {reply: u8}")) ==
        Told{"shop.T.go: gives a reply, gave no answer [wire shop.T.go; cpp; python]"});
  CHECK(changes(actor("go: {reply: u8}"), actor("go: {reply: u16}")) ==
        Told{"shop.T.go: reply is u16, was u8 [wire shop.T.go; cpp]"});
  CHECK(changes(actor("go: {stream: u8}"), actor("go: {stream: u8, input: u8}")) ==
        Told{"shop.T.go: takes an input stream now [wire shop.T.go; cpp; python]"});
  CHECK(changes(actor("go: {}"), actor("go: {errors: Oops}")) ==
        Told{"shop.T.go: error shop.Oops is new [translated shop.T.go]"});
  CHECK(changes("callbacks:\n  m: {Go: {}, Run: {}}\n", "callbacks:\n  m: {Go: {}}\n") ==
        Told{"shop.MRun: type is gone [cpp; python]",
             "shop.m.Run: is gone [wire shop.m.Run; cpp; python]"});
}

TEST_CASE("actors, modules and what an actor uses", "[evolution]") {
  const std::string modules = "callbacks:\n  m: {Go: {}}\n";
  CHECK(changes(modules + "actors:\n  T: {}\n  U: {handlers: {go: {}}}\n",
                modules + "actors:\n  T: {uses: [m]}\n") ==
        Told{"shop.UConfig: type is gone [cpp; python]", "shop.UGo: type is gone [cpp; python]",
             "shop.T: uses shop.m, which its parent has to provide [wire shop.T start]",
             "shop.U: actor is gone [wire shop.U.go; wire shop.U start; cpp; python]"});
  CHECK(changes("actors:\n  T: {config: {a: u8}}\n", "actors:\n  T: {config: {a: u16}}\n") ==
        Told{"shop.TConfig: field `a` is u16, was u8 [wire shop.T config; cpp]"});
}

TEST_CASE("a change has the place of the newer declaration", "[evolution]") {
  const auto all = compare(load("types:\n  A: {struct: {x: u8}}\n"),
                           load("types:\n\n  A: {struct: {x: u16}}\n"));
  REQUIRE(all.size() == 1);
  CHECK(all[0].file == "shop.yaml");
  CHECK(all[0].line == 5);
}

}  // namespace kameo::evolution
