"""Celery, for the tests that all engines share."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from typed_bg.celery import CeleryEngine

if TYPE_CHECKING:
    import redis

SETTINGS = "TYPED_BG_TEST_CELERY"


def recorded(client: redis.Redis, queue: str, prefix: str = "") -> set[str]:
    """Return the ids of the tasks that Redis has in a queue, or as held by a worker."""
    waiting: Any = client.lrange(queue, 0, -1)
    held: Any = client.hvals(f"{prefix}unacked")
    messages = [*map(json.loads, waiting), *(json.loads(message)[0] for message in held)]
    return {message["headers"]["id"] for message in messages}


def engine_of(url: str, **options: Any) -> CeleryEngine:
    """Make an engine; behind Sentinel, with the name that Celery's URL does not have."""
    engine = CeleryEngine(broker=url, **options)
    if url.startswith("sentinel:"):
        transport = {**engine.app.conf.broker_transport_options, "master_name": "main"}
        engine.app.conf.broker_transport_options = transport
        engine.app.conf.result_backend_transport_options = transport
    return engine


class CeleryKit:
    name = "celery"
    embedded_url = "memory://"
    # When all its processes have ended, Celery's pool does not read what they last answered, and
    # puts back what it holds as not acknowledged.
    hands_back_done = True
    takes_in_two_steps = True

    def engine(self, url: str) -> CeleryEngine:
        return engine_of(url)

    def recorded(self, client: redis.Redis) -> set[str]:
        return recorded(client, "typed_bg", "typed_bg.")

    def worker(self, url: str, *, redelivery: float, concurrency: int) -> list[str]:
        return [sys.executable, __file__, url, str(redelivery), str(concurrency)]


KIT = CeleryKit()

if SETTINGS in os.environ:  # in the worker: `celery -A kit_celery:app worker`
    url, redelivery = os.environ[SETTINGS].split()
    app = engine_of(url, redelivery_timeout=float(redelivery)).app

if __name__ == "__main__":
    url, redelivery, concurrency = sys.argv[1:]
    os.environ[SETTINGS] = f"{url} {redelivery}"
    command = [sys.executable, "-m", "celery", "-A", "kit_celery:app", "worker"]
    command += ["--concurrency", concurrency, "--hostname", f"{os.getpid()}@%h"]
    command += ["--without-mingle"]  # at the start it waits a second for the other workers' clocks
    os.execv(sys.executable, [*command, "--loglevel", "INFO"])  # noqa: S606
