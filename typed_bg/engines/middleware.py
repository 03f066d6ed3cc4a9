"""Hold a response back until the engine has accepted the tasks of its request.

A client must hear of success only after an engine has the tasks. The response itself runs its
tasks, after it was sent, and nothing else knows them before. So the middleware holds the messages
of a response back while its request has tasks to submit, until the response runs its tasks: they
are submitted then, and the messages that were held back are sent. If nothing runs the tasks of a
request, such as one that failed, nothing is submitted, just as nothing runs without an engine.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from typed_bg._core.runner import describe, logger, settle
from typed_bg.engines.delivery import Policy, current_exchange, submit, waiting
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from starlette.background import BackgroundTask
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from typed_bg._core.engine import Engine

_FIRST_ERROR = 400  # the lowest status that reports an error

ErrorResponse = Callable[[Request, EngineUnavailable], "Response | Awaitable[Response]"]


def service_unavailable(_request: Request, _error: EngineUnavailable) -> Response:
    """Make the response for a request whose tasks were not accepted."""
    return JSONResponse({"detail": "Service Unavailable"}, 503)


@dataclass(slots=True, eq=False)
class _Exchange:
    """A request and its response.

    Attributes:
        policy: How the app's tasks are delivered.
        forward: Sends a message to the client.
        waits: Whether the response waits for the engine.
        added: The tasks that were added for an engine, and the collections.
        held: The messages that are held back.
        started: Whether the response has started.
        rejected: Why the client gets an error instead of the app's response.
        status: The response's status.
        is_open: Whether the response still depends on tasks that are added.
    """

    policy: Policy
    forward: Send
    waits: bool = False
    added: list[BackgroundTask] = field(default_factory=list["BackgroundTask"])
    held: list[Message] = field(default_factory=list[MutableMapping[str, Any]])
    started: bool = False
    rejected: EngineUnavailable | None = None
    status: int = 0
    is_open: bool = True

    def add(self, task: BackgroundTask) -> None:
        """Record a task that was added for an engine, or a collection that may get such tasks."""
        if self.is_open:
            self.added.append(task)

    def reject(self, error: EngineUnavailable) -> None:
        """Send the client an error, unless the response has started."""
        if not self.started:
            self.rejected = error

    async def send(self, message: Message) -> None:
        """Send a message, or hold it back."""
        if self.rejected is not None:
            raise self.rejected
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.waits:
                # A lazy stream adds its tasks only after this, before its first chunk.
                self.held.append(message)
                return
        if not self.held or not waiting(self.added):
            await self.release()
            await self._send_now(message)
            return
        self.held.append(message)
        if message["type"] == "http.response.body" and message.get("more_body"):
            # A stream runs its tasks at its end, too late: its start already reports success.
            if self.status < _FIRST_ERROR:
                await submit(waiting(self.added))
            await self.release()

    async def release(self) -> None:
        """Send the messages that were held back."""
        held = self.held.copy()
        self.held.clear()
        for message in held:
            await self._send_now(message)

    async def _send_now(self, message: Message) -> None:
        self.started = self.started or message["type"] == "http.response.start"
        await self.forward(message)

    def close(self) -> None:
        """Forget the tasks: the finalizers of those that never run name them."""
        self.is_open = False
        self.added.clear()


class DeliveryMiddleware:
    """Lets a response start when the engine has accepted its tasks.

    An app has two: the inner one is next to its routes, so that the app's middleware sees what the
    client sees. The outer one is around everything, for the tasks that middleware and the handler
    of unexpected errors add, and opens and closes the engines.
    """

    def __init__(
        self,
        app: ASGIApp,
        policy: Policy,
        *,
        waits: bool,
        error_response: ErrorResponse,
        start: Callable[[], Sequence[Engine]] | None = None,
    ) -> None:
        self.app = app
        self.policy = policy
        self.start = start
        self.waits = waits
        self.error_response = error_response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; open and close the engines with the app."""
        if scope["type"] == "lifespan":
            if self.start is None:
                await self.app(scope, receive, send)
            else:
                await self._run_lifespan(self.start, scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:  # a websocket's handler runs its tasks itself
            token = current_exchange.set(_Exchange(self.policy, send, started=True, is_open=False))
            try:
                await self.app(scope, receive, send)
            finally:
                current_exchange.reset(token)

    async def _run_lifespan(
        self, start: Callable[[], Sequence[Engine]], scope: Scope, receive: Receive, send: Send
    ) -> None:
        async with AsyncExitStack() as stack:
            try:
                for engine in start():
                    if isinstance(engine, AbstractAsyncContextManager):
                        await stack.enter_async_context(engine)
            except Exception:
                # Without this message, a server takes the error for an app without a lifespan.
                await receive()
                text = traceback.format_exc()
                await send({"type": "lifespan.startup.failed", "message": text})
                raise
            await self.app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(self.policy, send, waits=self.waits)
        token = current_exchange.set(exchange)
        try:
            await self.app(scope, receive, exchange.send)
        except Exception as error:
            # Not an error of the app that came first: its tasks may be sent after it was raised.
            if exchange.rejected is None or not _comes_from(error, exchange.rejected):
                raise
        finally:
            current_exchange.reset(token)
            unsent = [] if exchange.rejected is None else waiting(exchange.added)
            exchange.close()
        if exchange.rejected is None:
            await exchange.release()
            return
        for task in unsent:
            settle(task)
        names = "; ".join(map(describe, unsent))
        logger.error("%s; a request was rejected, with its tasks: %s", exchange.rejected, names)
        response = self.error_response(Request(scope, receive), exchange.rejected)
        if inspect.isawaitable(response):
            response = await response
        await response(scope, receive, send)


def _comes_from(error: BaseException | None, cause: BaseException) -> bool:
    """Return whether an exception is another one, or was raised because of it."""
    if error is None or error is cause:
        return error is cause
    parts: tuple[BaseException, ...] = getattr(error, "exceptions", ())  # of a group
    return any(_comes_from(part, cause) for part in (error.__cause__, error.__context__, *parts))
