"""Whether memory grows with the number of requests."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from types import ModuleType
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from typed_bg import BackgroundTasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

_RELOADED_EVERY = 100  # requests
NOISE = 2.0  # bytes per request that do not count as growth
_FEWEST = 5_000  # requests; with fewer, what Python itself keeps would count
_MODULE = """
async def work(number: int) -> None: ...
"""


def growths(requests: int) -> dict[str, float]:
    """Measure how many bytes stay allocated per request, for each kind of target."""
    return {
        kind: asyncio.run(_growth(requests, make, every))
        for kind, make, every in (
            ("the same function", lambda: _work, 1),
            ("a fresh lambda in each request", lambda: lambda _: None, 1),
            (f"a module that is reloaded every {_RELOADED_EVERY} requests", _load, _RELOADED_EVERY),
        )
    }


async def _work(number: int) -> None: ...


def _load() -> Callable[[int], Any]:
    module = ModuleType("reloaded")
    exec(_MODULE, module.__dict__)  # noqa: S102  # as importlib.reload does
    work: Callable[[int], Any] = module.work
    return work


async def _growth(requests: int, make: Callable[[], Callable[[int], Any]], every: int) -> float:
    """Measure with a target that is made anew every so many requests."""
    target = make()

    async def handler(_request: Request) -> Response:
        tasks = BackgroundTasks()
        for _ in range(3):
            tasks.add_task(target, 1)
        return Response(background=tasks)

    app = Starlette(routes=[Route("/", handler)])
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None: ...

    async def measure(count: int) -> int:
        nonlocal target
        for number in range(count):
            if number % every == 0:
                target = make()
            await app(dict(scope), receive, send)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    requests = max(requests, _FEWEST)
    await measure(requests // 10)  # caches fill
    tracemalloc.start()
    before = await measure(requests // 10)
    after = await measure(requests)
    tracemalloc.stop()
    return (after - before) / requests
