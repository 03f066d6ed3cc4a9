"""The seam between adding and running tasks, and handing them to an engine where one is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.background import BackgroundTask

    from typed_bg.engines import EngineChoice


class Router(Protocol):
    """Decides where tasks run."""

    def route(
        self,
        task: BackgroundTask,
        engine: EngineChoice | None,
        options: Mapping[str, Any],
    ) -> None:
        """Make a task that was just checked one that is handed over, if it is to be."""

    async def hand_over(self, tasks: Sequence[BackgroundTask]) -> None:
        """Hand over those of a collection's tasks that are to be."""


# Holds the one router as soon as an engine or an option is used; empty, it costs next to nothing.
routers: list[Router] = []


def activate() -> None:
    """Have tasks go through the router from now on."""
    if not routers:
        from typed_bg.engines.delivery import ROUTER  # noqa: PLC0415  # for those who use an engine

        routers.append(ROUTER)
