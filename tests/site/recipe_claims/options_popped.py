"""checkers can't see it, so they report `delay=` as an unknown keyword."""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def push(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    kwargs.pop("delay", None)
    func(*args, **kwargs)


def download(url: str) -> None: ...


push(download, "a", delay=5)  # reported by: all
