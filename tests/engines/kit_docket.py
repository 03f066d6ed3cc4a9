"""Docket, for the tests that all engines share."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

import journal_tasks  # noqa: F401  # which registers a name, as the app's own modules do

from typed_bg.docket import DocketEngine

if TYPE_CHECKING:
    import redis


class DocketKit:
    name = "docket"
    embedded_url = "memory://"
    hands_back_done = False
    takes_in_two_steps = False

    def engine(self, url: str) -> DocketEngine:
        return DocketEngine(url)

    def recorded(self, client: redis.Redis) -> set[str]:
        entries: Any = client.xrange("typed_bg:stream")
        return {fields[b"key"].decode() for _, fields in entries}

    def worker(self, url: str, *, redelivery: float, concurrency: int) -> list[str]:
        return [sys.executable, __file__, url, str(redelivery), str(concurrency)]


KIT = DocketKit()


if __name__ == "__main__":
    logging.basicConfig(level="INFO")
    logging.getLogger("docket").setLevel("WARNING")
    url, redelivery, concurrency = sys.argv[1:]
    asyncio.run(
        DocketEngine(url).work(
            concurrency=int(concurrency),
            redelivery_timeout=float(redelivery),
            graceful_timeout=float(redelivery) / 2,
        )
    )
