"""Reads what a process writes, in a thread, up to a limit."""

from __future__ import annotations

import os
import threading
from typing import IO

_CHUNK = 1 << 16


class PipeReader:
    """Reads a pipe to its end, and keeps its beginning.

    It reads on after the limit, so that the process does not stop at a full pipe.
    """

    def __init__(self, pipe: IO[bytes] | None, *, limit: int) -> None:
        self.is_over_limit: bool = False
        self._limit = limit
        self._chunks: list[bytes] = []
        # A process that keeps the pipe open must not keep this one from ending.
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    @property
    def is_at_end(self) -> bool:
        """Whether all of the output was read."""
        return not self._thread.is_alive()

    def join(self, timeout: float) -> None:
        """Wait for the end, for a few seconds at most."""
        self._thread.join(timeout)

    def text(self) -> str:
        """Return what was read so far, as text."""
        return b"".join(tuple(self._chunks)).decode("utf-8", "replace")

    def _read(self, pipe: IO[bytes] | None) -> None:
        if pipe is None:
            return
        size = 0
        with pipe:
            # Not `pipe.read`, which waits until it has as many bytes as asked for.
            while chunk := os.read(pipe.fileno(), _CHUNK):
                kept = chunk[: self._limit - size]
                size += len(kept)
                if kept:
                    self._chunks.append(kept)
                self.is_over_limit = self.is_over_limit or len(kept) < len(chunk)
