"""What the system sends to end a process."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

_ENDING = ("SIGTERM", "SIGHUP")


@contextlib.contextmanager
def ending_by_signal() -> Generator[None, None, None]:
    """Let the signals that end a process raise, so that what it has to clean up is cleaned up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can be asked to do so
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    # Somebody else's handler knows better how this process ends.
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in ours:
            signal.signal(number, _exit)
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)
