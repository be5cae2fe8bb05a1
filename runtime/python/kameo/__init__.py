"""The dynamic API of kameo: what handlers import where kameo-gen has written nothing.

Callback modules are there by name: `kameo.market.Price(symbol="AAPL")`. A package `kameo` that was
generated and stands earlier on the path takes the place of this one.
"""

import os as _os
import sys as _sys

from kameo_runtime.api import *  # noqa: F403
from kameo_runtime.api import __all__ as _api
from kameo_runtime.callback import Callback as _Callback

# A generated package further down the path adds its modules to these. What pkgutil.extend_path
# does, without its imports: they are 5 ms.
__path__ += [
    _entry
    for _entry in (_os.path.join(_place, "kameo") for _place in _sys.path)
    if _entry not in __path__ and _os.path.isdir(_entry)
]
__all__ = list(_api)


class _Module:
    """A callback module by name; whether a callback exists is seen when it is called."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> _Callback:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Callback(f"{self._name}.{name}")

    def __repr__(self) -> str:
        return f"<callback module {self._name}>"


def __getattr__(name: str) -> _Module:
    if name.startswith("_"):
        raise AttributeError(name)
    return _Module(name)
