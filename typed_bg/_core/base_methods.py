"""Detect whether other code has replaced a method of the base classes.

Tracers and tests replace `add_task` or `__call__` of Starlette's or FastAPI's class. The checked
classes override both methods, so they call the replacement themselves.
"""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

_REPLACED = object()  # equals no method: a replacement that was there first


def original(owner: type, name: str) -> Any:
    """Return a class's own method, or an object that is no method if it was already replaced.

    A wrapper may claim any name or module. The globals of a function cannot be claimed.
    """
    owner = next(base for base in owner.__mro__ if name in base.__dict__)
    method = owner.__dict__[name]
    module = vars(sys.modules[owner.__module__])
    is_own = isinstance(method, FunctionType) and type(method) is FunctionType
    return method if is_own and method.__globals__ is module else _REPLACED
