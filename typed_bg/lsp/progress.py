"""Shows in the editor that something takes its time, and lets the user cancel it."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from pygls.progress import Progress as Messages

_T = TypeVar("_T")


class CancelledInEditorError(Exception):
    """The user cancelled it, in the editor's display of its progress."""


class Progress:
    """The progress of all that runs.

    Attributes:
        is_supported: Whether the editor can show what it did not ask for.
    """

    def __init__(self, messages: Callable[[], Messages]) -> None:
        """Take what sends the messages.

        Args:
            messages: Returns it, once the editor is connected.
        """
        self.is_supported = False
        self._messages = messages
        self._numbers = count(1)
        self._shown: set[asyncio.Task[None]] = set()

    async def show(
        self,
        title: str,
        subject: str,
        work: Callable[[Callable[[str], None]], Coroutine[Any, Any, _T]],
    ) -> _T:
        """Run something, and show its progress if the editor can.

        Args:
            title: What runs.
            subject: What it is about, such as a file's name.
            work: What to run. It is given a function that shows its current step.

        Raises:
            CancelledInEditorError: The user cancelled it.
        """
        if not self.is_supported:
            return await work(lambda _step: None)
        steps: asyncio.Queue[str | None] = asyncio.Queue()
        task = asyncio.ensure_future(work(steps.put_nowait))
        # The work does not wait until the editor is ready to show it.
        shown = asyncio.ensure_future(self._show(title, subject, steps, task))
        self._shown.add(shown)
        shown.add_done_callback(self._shown.discard)
        try:
            # Not the task itself: it would be unknown which of the two was cancelled.
            await asyncio.wait([task])
            if task.cancelled():
                raise CancelledInEditorError
            return task.result()
        finally:
            task.cancel()
            steps.put_nowait(None)

    async def _show(
        self,
        title: str,
        subject: str,
        steps: asyncio.Queue[str | None],
        task: asyncio.Future[Any],
    ) -> None:
        token = f"typed-bg-{next(self._numbers)}"
        messages: Any = self._messages()
        try:
            await messages.create_async(token)
        except JsonRpcException:  # the editor does not want to
            return
        self._begin(token, title, subject, task)
        while (step := await steps.get()) is not None:
            value = types.WorkDoneProgressReport(message=f"{subject}: {step}", cancellable=True)
            messages.report(token, value)
        self._end(token)

    async def show_request(self, token: types.ProgressToken, answer: Awaitable[_T]) -> _T:
        """Answer a request, and show that with the editor's own token."""
        request = asyncio.current_task()
        assert request  # noqa: S101  # pygls makes one for each request
        self._begin(token, "typed-bg", None, request)
        try:
            return await answer
        finally:
            self._end(token)

    def _begin(
        self,
        token: types.ProgressToken,
        title: str,
        subject: str | None,
        task: asyncio.Future[Any],
    ) -> None:
        value = types.WorkDoneProgressBegin(title=title, message=subject, cancellable=True)
        messages: Any = self._messages()
        messages.begin(token, value)

        def cancel(_: asyncio.Future[Any]) -> None:
            task.cancel()

        messages.tokens[token].add_done_callback(cancel)

    def _end(self, token: types.ProgressToken) -> None:
        messages: Any = self._messages()
        # pygls would keep it, also for a later request with the same token.
        messages.tokens.pop(token, None)
        messages.end(token, types.WorkDoneProgressEnd())
