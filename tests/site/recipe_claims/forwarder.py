"""mypy, pyrefly and zuban miss a forgotten argument"""

from collections.abc import Callable
from functools import partial


def later(func: Callable[[], object], /) -> None: ...


def send(to: str) -> None: ...


later(partial(send))  # reported by: pyright, basedpyright, ty
later(lambda: send())  # reported by: all
