"""Matches the schema that came in the welcome with the classes that kameo-gen wrote, and has the
worker translate what is of another version.
"""

import sys

from ._load import StartError


def _generated(package: str):
    """The generated module of a package, or None where there is none."""
    name = f"kameo.{package}"
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        # Only that the module itself, or a package on the way to it, isn't there; not that it
        # fails to import something.
        if error.name is not None and (name + ".").startswith(error.name + "."):
            return None
        raise
    module = sys.modules[name]
    return module if hasattr(module, "__kameo_types__") else None


def _same(idl: list[str], slots) -> bool:
    """A reserved word has a trailing underscore as a slot."""
    slots = list(slots)
    return len(idl) == len(slots) and all(s in (n, n + "_") for n, s in zip(idl, slots))


def _fits(form: str, names, generated) -> bool:
    """Whether a generated class has the fields, values or variants of a type."""
    if form == "struct":
        slots = getattr(generated, "__slots__", None)
        return slots is not None and _same(names, slots)
    if form == "enum":
        return [member.value for member in generated] == names
    if form == "union":
        return [cls.tag for cls in generated] == [tag for tag, _, _ in names] and all(
            _same(fields, cls.__slots__) for cls, (_, _, fields) in zip(generated, names)
        )
    return True


def _when_used(known, full_name: str, names):
    def enum():
        made = known[full_name]
        return made if _fits("enum", names, made) else None

    return enum


class _Packages:
    """The generated modules, each imported once, and the schemas that they were made from."""

    def __init__(self) -> None:
        self._modules: dict[str, object] = {}
        self._schemas: dict[int, object] = {}

    def module(self, package: str):
        if package not in self._modules:
            self._modules[package] = _generated(package)
        return self._modules[package]

    def with_callback(self, key: str):
        """The module of the package that declares a callback, or None."""
        for module in self._modules.values():
            if key in getattr(module, "__kameo_routes__", {}):
                return module
        return None

    def schema(self, module):
        """Read only where versions differ: it takes longer than all the rest."""
        if id(module) not in self._schemas:
            from . import _data

            self._schemas[id(module)] = _data.Codec(module).schema
        return self._schemas[id(module)]


def bind(worker, welcome) -> None:
    """Gives the worker the classes of all types that they fit. Where the parent's schema is of
    another version than the generated code, a route is translated, or else refused with the first
    difference that can't be; the config fails the start.
    """
    packages = _Packages()
    types: dict[str, object] = {}
    for full_name, form, names in welcome["types"]:
        module = packages.module(full_name.rpartition(".")[0])
        known = getattr(module, "__kameo_types__", {})
        if full_name not in known:
            continue
        if form == "enum":  # made only if a route has it: the module `enum` takes 4 ms
            types[full_name] = _when_used(known, full_name, names)
        elif _fits(form, names, known[full_name]):
            types[full_name] = known[full_name]
    worker.bind(types)

    package, _, actor = welcome["actor"].rpartition(".")
    own = packages.module(package) if actor else None
    for number, _, name, fingerprint, _ in welcome["routes"]:
        module, key = own, f"{actor}.{name}"
        if "." in name:
            module, key = packages.with_callback(name), name
        if getattr(module, "__kameo_routes__", {}).get(key, fingerprint) == fingerprint:
            continue
        why = worker.translate(number, packages.schema(module))
        if why is not None:
            worker.refuse_route(number, f"{key}: generated from another schema: {why}; "
                                        "run kameo-gen again")
    fingerprint = welcome["config_fingerprint"]
    if getattr(own, "__kameo_routes__", {}).get(actor, fingerprint) != fingerprint:
        why = worker.translate_config(packages.schema(own))
        if why is not None:
            raise StartError(f"the config of {welcome['actor']}: generated from another schema: "
                             f"{why}; run kameo-gen again")
