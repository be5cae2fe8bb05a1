#include <kameo/schema/validate.hpp>

#include <kameo/coder.hpp>

#include <algorithm>
#include <limits>

namespace kameo::schema {
namespace {

using Form = TypeDef::Form;

/// Types inside each other, aliases followed; code that walks a type may recurse this deep.
constexpr std::size_t max_nesting = 32;
/// Types in one type, aliases followed: aliases that name each other twice would double it.
constexpr std::size_t max_type_size = 4096;
/// A value that needs more structs inside each other than this could not be sent.
constexpr std::size_t max_depth = CodecLimits{}.depth;
constexpr std::size_t max_alternatives = std::numeric_limits<std::uint16_t>::max();

class Validator {
 public:
  explicit Validator(const Package& package) : package_(package) {}

  std::optional<Fault> run() {
    // Each step relies on those before it.
    references();
    if (ok_) aliases();
    if (ok_) type_rules();
    if (ok_) finite_values();
    if (ok_) elements_carry_something();
    return std::move(fault_);
  }

 private:
  // What an alias's target holds once all aliases in it are followed.
  struct Extent {
    std::size_t nesting = 0;
    std::size_t size = 0;
  };
  enum class State : std::uint8_t { unseen, open, done };

  bool refuse(std::string why) {
    if (ok_) fault_ = Fault{std::move(why), at_};
    return ok_ = false;
  }

  // ---- every index points somewhere

  void references() {
    for (const auto& file : package_.files) {
      for (const auto import : file.imports) {
        if (import >= package_.files.size()) refuse("an import of a file that is not there");
      }
    }
    each_type([this](const Type& type) { references(type, 1); });
    std::size_t methods = 0;
    for (const auto& module : package_.modules) {
      for (const auto& callback : module.callbacks) references(callback);
      methods += module.callbacks.size();
    }
    for (const auto& actor : package_.actors) {
      structure(actor.config, "config");
      for (const auto used : actor.uses) {
        if (used >= package_.modules.size()) refuse("a use of a module that is not there");
      }
      if (actor.uses.size() > package_.modules.size()) refuse("a module used twice");
      for (const auto& handler : actor.handlers) references(handler);
      methods += actor.handlers.size();
    }
    // A session may carry an actor's handlers, the modules it uses and those it provides.
    if (methods > max_alternatives / 2) refuse("more handlers and callbacks than routes");
  }
  void references(const Method& method) {
    structure(method.request, "request");
    for (const auto error : method.errors) structure(error, "error");
  }
  bool references(const Type& type, std::size_t nesting) {
    if (nesting > max_nesting) return refuse("types nested too deep");
    if (type.kind == Kind::named && type.ref >= package_.types.size()) {
      return refuse("a reference to a type that is not there");
    }
    for (const auto& arg : type.args) {
      if (!references(arg, nesting + 1)) return false;
    }
    return true;
  }
  void structure(std::uint32_t index, std::string_view what) {
    if (index >= package_.types.size() || package_.types[index].form != Form::structure) {
      refuse(concat("a ", what, " that is no structure"));
    }
  }

  // ---- aliases end, and do not grow beyond bounds

  void aliases() {
    extents_.resize(package_.types.size());
    states_.resize(package_.types.size());
    for (std::uint32_t i = 0; i < package_.types.size() && ok_; ++i) {
      at_ = i;
      alias(i, 1);
    }
    at_.reset();
    each_type([this](const Type& type) {
      if (ok_) bounded(extent(type, 1));
    });
  }
  Extent alias(std::uint32_t index, std::size_t chain) {
    if (package_.types[index].form != Form::alias) return {1, 1};
    if (states_[index] == State::done) return extents_[index];
    if (states_[index] == State::open) {
      refuse("an alias that reaches itself");
      return {};
    }
    // `chain` bounds this recursion where extents are not yet known.
    if (chain > max_nesting) {
      refuse("types nested too deep");
      return {};
    }
    states_[index] = State::open;
    extents_[index] = extent(package_.types[index].target, chain + 1);
    states_[index] = State::done;
    bounded(extents_[index]);
    return extents_[index];
  }
  Extent extent(const Type& type, std::size_t chain) {
    if (type.kind == Kind::named) return ok_ ? alias(type.ref, chain) : Extent{};
    Extent sum{0, 1};
    for (const auto& arg : type.args) {
      const auto part = extent(arg, chain);
      if (!ok_) return {};
      sum.nesting = std::max(sum.nesting, part.nesting);
      sum.size += part.size;
      if (!bounded(sum)) return {};
    }
    ++sum.nesting;
    return sum;
  }
  bool bounded(Extent extent) {
    if (extent.nesting > max_nesting) return refuse("types nested too deep");
    if (extent.size > max_type_size) return refuse("a type of too many parts");
    return true;
  }

  // ---- each kind has the arguments that it takes

  void type_rules() {
    each_type([this](const Type& type) {
      if (ok_) rules(type);
    });
    each_definition([this](const TypeDef& def) {
      if (def.form == Form::enumeration) alternatives(def.values.size());
      if (def.form != Form::tagged_union) return;
      alternatives(def.variants.size());
      for (const auto& variant : def.variants) {
        const auto wanted = variant.shape == Variant::Shape::unit    ? 0
                            : variant.shape == Variant::Shape::value ? 1
                                                                     : variant.fields.size();
        if (variant.fields.size() != wanted) refuse("a variant's fields do not fit its shape");
      }
    });
  }
  void alternatives(std::size_t count) {
    if (count == 0 || count > max_alternatives) refuse("an enum or union without alternatives");
  }
  bool rules(const Type& type) {
    const auto takes = [&](std::size_t args, bool dims) {
      if (type.args.size() == args && (dims || type.dims.empty())) return true;
      return refuse(concat("`", to_string(type.kind), "` with wrong arguments"));
    };
    switch (type.kind) {
      case Kind::optional:
        if (takes(1, false) && resolve(package_, type.args[0]).kind == Kind::optional) {
          refuse("an optional of an optional");
        }
        break;
      case Kind::list:
        takes(1, false);
        break;
      case Kind::set:
        if (takes(1, false)) key(type.args[0]);
        break;
      case Kind::map:
        if (takes(2, false)) key(type.args[0]);
        break;
      case Kind::fixed_array:
        if (takes(1, true) && (type.dims.size() != 1 || type.dims[0] == 0)) {
          refuse("a fixed array without a length");
        }
        break;
      case Kind::tuple:
        takes(type.args.size(), false);
        break;
      case Kind::numeric_array:
        if (takes(1, true) && !is_number(type.args[0].kind)) refuse("an array of no numbers");
        if (type.dims.size() > max_nesting) refuse("an array of too many dimensions");
        break;
      default:
        takes(0, false);
    }
    for (const auto& arg : type.args) {
      if (!ok_ || !rules(arg)) return false;
    }
    return ok_;
  }
  void key(const Type& type) {
    const auto& target = resolve(package_, type);
    const auto kind = target.kind;
    const bool may = is_integer(kind) || kind == Kind::boolean || kind == Kind::string ||
                     kind == Kind::bytes || kind == Kind::uuid ||
                     (kind == Kind::named && package_.type(target).form == Form::enumeration);
    if (!may) refuse("a set element or map key of a kind that can't be one");
  }

  // ---- each type has a value that ends, within the depth that a payload may have

  void finite_values() {
    std::vector<bool> settled(package_.types.size(), false);
    for (std::size_t depth = 0; depth <= max_depth; ++depth) {
      auto next = settled;
      bool all = true;
      for (std::size_t i = 0; i < settled.size(); ++i) {
        next[i] = settled[i] || settles(package_.types[i], settled);
        all = all && next[i];
      }
      if (all) return;
      if (next == settled) break;
      settled = std::move(next);
    }
    const auto unsettled = std::find(settled.begin(), settled.end(), false);
    at_ = static_cast<std::uint32_t>(unsettled - settled.begin());
    refuse("a type that contains itself without end, or too deep");
  }
  bool settles(const TypeDef& def, const std::vector<bool>& settled) const {
    const auto all = [&](const std::vector<Field>& fields) {
      return std::all_of(fields.begin(), fields.end(),
                         [&](const Field& field) { return settles(field.type, settled); });
    };
    switch (def.form) {
      case Form::structure:
        return all(def.fields);
      case Form::enumeration:
        return true;
      case Form::tagged_union:
        return std::any_of(def.variants.begin(), def.variants.end(),
                           [&](const Variant& variant) { return all(variant.fields); });
      case Form::alias:
        return settles(def.target, settled);
    }
    return false;
  }
  bool settles(const Type& used, const std::vector<bool>& settled) const {
    const auto& type = resolve(package_, used);
    switch (type.kind) {
      case Kind::named:
        return settled[type.ref];
      case Kind::fixed_array:
      case Kind::tuple:
        return std::all_of(type.args.begin(), type.args.end(),
                           [&](const Type& arg) { return settles(arg, settled); });
      default:
        return true;  // an empty one is a value
    }
  }

  // ---- an element that takes no bytes could be claimed 2^32 times in four

  void elements_carry_something() {
    // Nothing is carried only through structs, fixed arrays and tuples, which by now end; so each
    // round reaches one struct further up.
    std::vector<bool> empty(package_.types.size(), false);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < empty.size(); ++i) {
        const auto& def = package_.types[i];
        if (empty[i] || def.form != Form::structure) continue;
        empty[i] = std::all_of(def.fields.begin(), def.fields.end(), [&](const Field& field) {
          return carries_nothing(field.type, empty);
        });
        changed = changed || empty[i];
      }
    }
    each_type([&](const Type& type) { elements(type, empty); });
  }
  bool carries_nothing(const Type& used, const std::vector<bool>& empty) const {
    const auto& type = resolve(package_, used);
    if (type.kind == Kind::named) return empty[type.ref];
    if (type.kind != Kind::fixed_array && type.kind != Kind::tuple) return false;
    return std::all_of(type.args.begin(), type.args.end(),
                       [&](const Type& arg) { return carries_nothing(arg, empty); });
  }
  void elements(const Type& type, const std::vector<bool>& empty) {
    const bool repeats = type.kind == Kind::list || type.kind == Kind::fixed_array;
    if (repeats && carries_nothing(type.args[0], empty)) refuse("elements that carry nothing");
    for (const auto& arg : type.args) elements(arg, empty);
  }

  /// Calls `visit` with every definition; what is refused meanwhile is that one's fault.
  template <class Visit>
  void each_definition(Visit visit) {
    for (std::uint32_t i = 0; i < package_.types.size(); ++i) {
      at_ = i;
      visit(package_.types[i]);
    }
    at_.reset();
  }
  /// Calls `visit` with every type that is used anywhere; its arguments are the visitor's.
  template <class Visit>
  void each_type(Visit visit) {
    const auto visit_fields = [&](const std::vector<Field>& fields) {
      for (const auto& field : fields) visit(field.type);
    };
    const auto visit_methods = [&](const std::vector<Method>& methods) {
      for (const auto& method : methods) {
        visit(method.output);
        if (method.input_stream) visit(*method.input_stream);
      }
    };
    each_definition([&](const TypeDef& def) {
      visit_fields(def.fields);
      for (const auto& variant : def.variants) visit_fields(variant.fields);
      if (def.form == Form::alias) visit(def.target);
    });
    for (const auto& module : package_.modules) visit_methods(module.callbacks);
    for (const auto& actor : package_.actors) visit_methods(actor.handlers);
  }

  const Package& package_;
  bool ok_ = true;
  std::optional<Fault> fault_;
  std::optional<std::uint32_t> at_;  // the definition that is looked at
  std::vector<Extent> extents_;
  std::vector<State> states_;
};

}  // namespace

std::optional<Fault> find_fault(const Package& package) {
  return Validator(package).run();
}

}  // namespace kameo::schema
