"""no checker compares containers with parameters."""

from collections.abc import Mapping
from typing import Any


class Task:
    def apply_async(
        self, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> None: ...


Task().apply_async(args=(1,), kwargs={"wrong": 2})  # reported by: none
