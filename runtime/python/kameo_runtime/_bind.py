"""Matches the schema that came in the welcome with the classes that kameo-gen wrote."""

import sys

Difference = str


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


def _listed(names) -> str:
    return f"({', '.join(names)})"


def _plain(name: str) -> str:
    """A slot's IDL name: a reserved word has a trailing underscore."""
    return name[:-1] if name.endswith("_") else name


def _same(idl: list[str], slots) -> bool:
    slots = list(slots)
    return len(idl) == len(slots) and all(s in (n, n + "_") for n, s in zip(idl, slots))


def _difference(form: str, names, generated) -> Difference | None:
    """What is not the same in a type here and there; None where it fits."""
    if form == "struct":
        slots = getattr(generated, "__slots__", None)
        if slots is None:
            return "is no class of kameo-gen's"
        if not _same(names, slots):
            return f"has fields {_listed(map(_plain, slots))} here and {_listed(names)} there"
    elif form == "enum":
        values = [member.value for member in generated]
        if values != names:
            return f"has values {_listed(values)} here and {_listed(names)} there"
    elif form == "union":
        tags = [variant.tag for variant in generated]
        if tags != [variant[0] for variant in names]:
            return f"has variants {_listed(tags)} here and {_listed(v[0] for v in names)} there"
        for cls, (tag, _, fields) in zip(generated, names):
            if not _same(fields, cls.__slots__):
                mine = _listed(map(_plain, cls.__slots__))
                return f"has {tag} with fields {mine} here and {_listed(fields)} there"
    return None


class _Packages:
    """The generated modules, each imported once."""

    def __init__(self) -> None:
        self._modules: dict[str, object] = {}

    def module(self, package: str):
        if package not in self._modules:
            self._modules[package] = _generated(package)
        return self._modules[package]

    def route(self, key: str) -> int | None:
        for module in self._modules.values():
            fingerprint = getattr(module, "__kameo_routes__", {}).get(key)
            if fingerprint is not None:
                return fingerprint
        return None


def types_and_refusals(welcome) -> tuple[dict[str, object], list[tuple[int, str]]]:
    """Classes by full name for the types that fit, and the routes that don't, with the reason."""
    packages = _Packages()
    types: dict[str, object] = {}
    differences: list[str] = []
    for full_name, form, names in welcome["types"]:
        module = packages.module(full_name.rpartition(".")[0])
        generated = getattr(module, "__kameo_types__", {}).get(full_name)
        if generated is None:
            continue
        difference = _difference(form, names, generated)
        if difference is None:
            types[full_name] = generated
        else:
            differences.append(f"{full_name} {difference}")

    actor = welcome["actor"].rpartition(".")[2]
    refused = []
    for number, _, name, fingerprint, _ in welcome["routes"]:
        key = name if "." in name else f"{actor}.{name}"
        mine = packages.route(key)
        if mine is not None and mine != fingerprint:
            what = differences[0] if differences else "the types of its fields differ"
            refused.append((number, f"{key}: generated from another schema: {what}; "
                                    "run kameo-gen again"))
    return types, refused
