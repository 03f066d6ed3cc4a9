"""so `call` takes no keywords."""

from typing import Generic

from typing_extensions import ParamSpec

P = ParamSpec("P")


class Registry(Generic[P]):
    def call(self, name: str, /, *args: P.args, **kwargs: P.kwargs) -> None: ...


def main(readers: Registry[[str, int]]) -> None:
    readers.call("read", "a", 1)  # reported by: none
    readers.call("read", path="a", size=1)  # reported by: all
