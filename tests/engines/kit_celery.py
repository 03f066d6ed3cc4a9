"""Celery, for the tests that all engines share."""

from __future__ import annotations

import os
import sys

from typed_bg.celery import CeleryEngine

SETTINGS = "TYPED_BG_TEST_CELERY"


class CeleryKit:
    name = "celery"
    embedded_url = "memory://"
    # When all its processes have ended, Celery's pool does not read what they last answered, and
    # puts back what it holds as not acknowledged.
    hands_back_done = True

    def engine(self, url: str) -> CeleryEngine:
        return CeleryEngine(broker=url)

    def worker(self, url: str, *, redelivery: float, concurrency: int) -> list[str]:
        return [sys.executable, __file__, url, str(redelivery), str(concurrency)]


KIT = CeleryKit()

if SETTINGS in os.environ:  # in the worker: `celery -A kit_celery:app worker`
    url, redelivery = os.environ[SETTINGS].split()
    app = CeleryEngine(broker=url, redelivery_timeout=float(redelivery)).app

if __name__ == "__main__":
    url, redelivery, concurrency = sys.argv[1:]
    os.environ[SETTINGS] = f"{url} {redelivery}"
    command = [sys.executable, "-m", "celery", "-A", "kit_celery:app", "worker"]
    command += ["--concurrency", concurrency, "--hostname", f"{os.getpid()}@%h"]
    command += ["--without-mingle"]  # at the start it waits a second for the other workers' clocks
    os.execv(sys.executable, [*command, "--loglevel", "INFO"])  # noqa: S606
