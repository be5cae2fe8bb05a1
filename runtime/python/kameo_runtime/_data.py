"""Generated classes as plain data and as JSON, by the one mapping that C++ has too: it is the same
code (docs/idl.md, "JSON").
"""

import sys
from binascii import a2b_base64
from typing import Any

from ._core import Schema
from .errors import ValidationError


class Codec:
    """The types of one generated module, and their classes."""

    def __init__(self, module: Any) -> None:
        own = module.__name__.rpartition(".")[2]
        self.schema_bytes = a2b_base64(_import(f"{module.__package__}._{own}_schema").SCHEMA)
        root = _root_of(module)
        types: dict[str, object] = {}
        for name, _, _ in Schema(self.schema_bytes).types():
            package = name.rpartition(".")[0]
            known = _import(f"{root}.{package}").__kameo_types__
            if name in known:  # aliases are in neither
                types[name] = known[name]
        self.types = types
        self.schema = Schema(self.schema_bytes, types)
        self.name_of: dict[object, str] = {}
        for name, made in types.items():
            for cls in made if isinstance(made, tuple) else (made,):
                self.name_of[cls] = name
        #: Made by `strategies.of`, which imports hypothesis.
        self.strategies: Any = None


def _import(name: str) -> Any:
    __import__(name)
    return sys.modules[name]


def _root_of(module: Any) -> str:
    """The package that the generated modules lie in: `kameo`, wherever it has been moved to."""
    types: dict[str, object] = module.__kameo_types__
    package: str = next(iter(types)).rpartition(".")[0]
    name: str = module.__name__
    return name[: -len(package) - 1]


_codecs: dict[str, Codec] = {}


def codec_of_module(module: Any) -> Codec:
    name: str = module.__name__
    codec = _codecs.get(name)
    if codec is None:
        codec = _codecs[name] = Codec(module)
    return codec


def codec_of(cls: type) -> tuple[Codec, str]:
    """The codec of a generated class, or of one derived from it, and the IDL's name of its type."""
    for base in cls.__mro__:
        module = base.__module__
        if "__kameo_types__" in getattr(sys.modules.get(module), "__dict__", {}):
            codec = codec_of_module(sys.modules[module])
            name = codec.name_of.get(base)
            if name is not None:
                return codec, name
    raise TypeError(f"{cls.__qualname__} is no class of kameo-gen's")


def _checked(cls: type, value: Any, name: str) -> Any:
    """A union is read as a whole; what came must be the variant that was asked for."""
    if isinstance(value, cls):
        return value
    wanted = getattr(cls, "tag", None)
    if wanted is None:
        raise TypeError(f"{cls.__qualname__} is derived from a generated class: read that one")
    short = name.rpartition(".")[2]
    raise ValidationError([f"{short}: expected variant {wanted}, got {value.tag}"])


def to_dict(value: Any) -> Any:
    codec, name = codec_of(type(value))
    return codec.schema.to_data(name, value)


def to_json(value: Any) -> str:
    codec, name = codec_of(type(value))
    return codec.schema.to_json(name, value)


def from_dict(cls: type, data: Any, strict: bool) -> Any:
    codec, name = codec_of(cls)
    return _checked(cls, codec.schema.from_data(name, data, not strict), name)


def from_json(cls: type, text: "str | bytes", strict: bool) -> Any:
    codec, name = codec_of(cls)
    return _checked(cls, codec.schema.from_json(name, text, not strict), name)
