"""`nox -s ahead` leaves no process behind, and is skipped or fails for the right reasons."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPTS = Path(__file__).parents[1] / "scripts"


def _allowed() -> bool:
    programs = ("setpriv", "unshare", "debootstrap")
    if not sys.platform.startswith("linux") or any(
        shutil.which(program) is None for program in programs
    ):
        return False
    command = ["unshare", "--mount", "--pid", "--fork", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


needs_namespaces = pytest.mark.skipif(
    not _allowed(), reason="needs Linux, the right to mount, and debootstrap"
)
# Starts a command as the script does, and ends like it.
START = f"""\
import sys
sys.path.insert(0, {str(SCRIPTS)!r})
import ahead
ahead.end_with_parent()
ahead.isolated(*sys.argv[1:])
"""


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a cache folder of its own."""
    monkeypatch.syspath_prepend(SCRIPTS)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return importlib.reload(importlib.import_module("ahead"))


def _running(marker: str) -> list[int]:
    """Return the processes with this word in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:  # it ended
            continue
        if marker.encode() in words:
            found.append(int(path.parent.name))
    return found


def _wait_until(count: int, marker: str) -> None:
    end = time.monotonic() + 60
    while len(_running(marker)) != count:
        assert time.monotonic() < end, _running(marker)
        time.sleep(0.05)


@needs_namespaces
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
@pytest.mark.parametrize("who", ["script", "parent"])
def test_nothing_survives_a_signal(who: str, name: str, tmp_path: Path) -> None:
    duration = f"{600 + os.getpid() / 10**8:.9f}"  # also identifies the processes
    command = [sys.executable, "-c", START, "sh", "-c", 'sleep "$1" & wait', "sh", duration]
    if who == "parent":
        starter = "import subprocess, sys; subprocess.run(sys.argv[1:])"
        command = [sys.executable, "-c", starter, *command]
    # parent (if any), script, unshare (once setpriv has become it), shell, sleep
    number = 5 if who == "parent" else 4
    with subprocess.Popen(command, cwd=tmp_path) as process:  # noqa: S603
        try:
            _wait_until(number, duration)
            process.send_signal(getattr(signal, name))
            process.wait(60)
            _wait_until(0, duration)
        finally:
            for pid in _running(duration):
                os.kill(pid, signal.SIGKILL)


@needs_namespaces
def test_no_archive_is_a_skip(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, SCRIPTS / "ahead.py", "prepare", "pytest"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "http_proxy": "http://127.0.0.1:9"},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("debootstrap failed: E: "), line
    assert "debootstrap.log" in line


@needs_namespaces
def test_an_archive_that_does_not_answer_is_a_skip(
    ahead: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    fake = programs / "debootstrap"
    fake.write_text(f"#!/bin/sh\nexec sleep 600 # {tmp_path}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(ahead, "BUILD_TIMEOUT", 1)
    with pytest.raises(SystemExit) as end:
        ahead.prepare(["pytest"])
    assert end.value.code == 0
    assert "debootstrap has not ended after" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (("true", "true"), 0),
        (("true", "exit 1"), 1),
        (("exit 1", "true"), 1),
        (("exit 5", "true"), 1),  # no tests
        (("true", "kill -KILL $$"), 1),
        (("kill -KILL $$", "true"), 1),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="needs sh")
def test_one_failing_python_fails_all(
    ahead: ModuleType, commands: tuple[str, str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_version = dict(zip(ahead.PYTHONS, commands, strict=True))

    def run(_: Path, *command: str) -> subprocess.CompletedProcess[str]:
        (text,) = {text for version, text in by_version.items() if f"/{version}/" in str(command)}
        return subprocess.run(["/bin/sh", "-c", text], check=False, text=True, capture_output=True)  # noqa: S603

    monkeypatch.setattr(ahead, "run", run)
    monkeypatch.setattr(ahead, "end_with_parent", lambda: None)
    monkeypatch.setattr(sys, "argv", ["ahead.py", "test", "/somewhere/venv", "--", "tests"])
    with pytest.raises(SystemExit) as end:
        ahead.main()
    assert end.value.code == code
