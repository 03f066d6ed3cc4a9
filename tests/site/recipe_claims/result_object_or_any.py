"""zuban accepts a mix of constraints, such as `str` and `bytes` for an `AnyStr`."""

from collections.abc import Callable
from typing import Any, AnyStr

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None: ...


def later_any(func: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> None: ...


def join(left: AnyStr, right: AnyStr) -> AnyStr: ...


later(join, "a", b"b")  # reported by: all
later_any(join, "a", b"b")  # reported by: pyright, basedpyright, ty, pyrefly
later(join, 1, 1)  # reported by: all
later_any(join, 1, 1)  # reported by: pyright, basedpyright, ty, pyrefly, zuban
