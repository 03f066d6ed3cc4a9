"""pyright and basedpyright reject the right call `later(func, kwargs=1)`"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None: ...


def renamed(
    func: Callable[P, object], /, *task_args: P.args, **task_kwargs: P.kwargs
) -> None: ...


def required(kwargs: int) -> None: ...


def optional(kwargs: int = 0) -> None: ...


later(required, kwargs=1)  # reported by: pyright, basedpyright
later(optional, kwargs=1)  # reported by: none
renamed(required, kwargs=1)  # reported by: none
