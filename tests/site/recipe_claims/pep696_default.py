"""mypy accepts it, and the five others treat the class as invariant in `P`."""

from typing import Generic

from typing_extensions import ParamSpec

P = ParamSpec("P", default=...)


class Job(Generic[P]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None: ...


def use(job: Job[[bool]]) -> None: ...


def main(job: Job[[int]]) -> None:
    use(job)  # reported by: pyright, basedpyright, ty, pyrefly, zuban
