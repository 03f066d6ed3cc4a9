"""What all tests share: how many examples hypothesis tries, the event loops, and the log."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from support.samples import mark_slow_checkers

settings.register_profile("ci", max_examples=100, deadline=None, print_blob=True)
settings.register_profile(
    "nightly",
    max_examples=10_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_CHECKER_CONFIGS = (
    *("pyproject.toml", "mypy.ini", ".mypy.ini", "pyrightconfig.json", "ty.toml", "pyrefly.toml"),
)


def pytest_sessionstart() -> None:
    """Stop if type checkers would read a config that none of the tests has written."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for folder in (temporary, *temporary.parents):
        for name in _CHECKER_CONFIGS:
            if (folder / name).is_file():
                pytest.exit(
                    f"The tests make projects in {temporary}, and type checkers read configs from "
                    f"the folders above. Remove {folder / name}, or set TMPDIR to another folder.",
                    returncode=pytest.ExitCode.USAGE_ERROR,
                )


def pytest_collection_finish() -> None:
    """Let later garbage collections, which many tests ask for, pass over what is there now."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the slow cases of some tests to `nox -s full`."""
    mark_slow_checkers(items)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """The event loops on which async tests run, both."""
    return request.param


@pytest.fixture(
    params=[{}, {"on_error": "continue"}, {"max_concurrency": 3}],
    ids=["stop", "continue", "concurrent"],
)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of a collection that behaves the same however it runs its tasks."""
    return request.param


@pytest.fixture
def caplog(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What a test logs, and not what is logged when garbage of earlier tests is collected."""
    gc.collect()  # pytest drops what is logged before the test itself begins
    gc.freeze()  # so that the test's own collections pass over what earlier tests have left
    return caplog


@pytest.fixture(scope="session", autouse=True)
def _signals_end_processes() -> None:
    """Undo what `nohup` and `&` do: the processes that tests start would ignore signals as well."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
