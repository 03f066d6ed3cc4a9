"""The processes of checks: they end with their check, and the server survives them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

pytest.importorskip("pygls")

import lsp_client
from test_diagnostics import APP, CONFIG, MAIL, Editor

from typed_bg.lsp.command import CommandOutput, Commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsp_client import LanguageServer

if not Path("/proc/self/environ").exists():
    pytest.skip("processes are found in /proc", allow_module_level=True)

MARK = "TYPED_BG_TEST_PROCESSES"
SLOW = """\
#!/bin/sh
[ "$1" = --version ] && echo "ty 1.0.0" && exit
[ -e "$(dirname "$0")/slow" ] && exec sleep 100
exec {ty} "$@"
"""


class Processes:
    """A server and the processes that it has started, directly or not."""

    def __init__(self) -> None:
        self.mark = f"{MARK}={uuid4()}"

    def running(self, word: str = "") -> list[int]:
        """Return those that have a word in their command line."""
        found: list[int] = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                is_ours = self.mark.encode() in (folder / "environ").read_bytes().split(b"\0")
                command = (folder / "cmdline").read_bytes()
            except OSError:  # it has ended
                continue
            if is_ours and command and word.encode() in command:
                found.append(int(folder.name))
        return found

    def wait(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + 30
        while not done():
            assert time.monotonic() < deadline, self.commands()
            time.sleep(0.02)

    def commands(self) -> list[bytes]:
        return [Path("/proc", str(number), "cmdline").read_bytes() for number in self.running()]


@pytest.fixture
def processes() -> Processes:
    return Processes()


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """While this file exists, the checker of the project takes longer than any test."""
    programs = tmp_path / "project" / ".venv" / "bin"
    python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for folder in (programs, tmp_path / "project" / ".venv" / "lib" / python / "site-packages"):
        folder.mkdir(parents=True)
    config = f"home = {Path(sys.base_prefix, 'bin')}\n"
    (tmp_path / "project" / ".venv" / "pyvenv.cfg").write_text(config, "utf-8")
    (programs / "python").symlink_to(sys.executable)
    checker = programs / "ty"
    checker.write_text(SLOW.format(ty=Path(sys.executable).with_name("ty")), "utf-8")
    checker.chmod(0o755)
    (programs / "slow").touch()
    return programs / "slow"


@pytest.fixture
def opened(
    tmp_path: Path, slow: Path, start: Callable[..., LanguageServer], processes: Processes
) -> Callable[[], AbstractContextManager[Editor]]:
    """Start an editor in which a file is checked that never gets ready."""
    del slow
    for name, text in (("app.py", APP), ("mail.py", MAIL), ("pyproject.toml", CONFIG.format("ty"))):
        (tmp_path / "project" / name).write_text(text, "utf-8")
    (tmp_path / "temporary").mkdir()
    name, _, value = processes.mark.partition("=")
    environment = {**os.environ, name: value, "TMPDIR": str(tmp_path / "temporary")}
    # Shared with another server, the cache would be a temporary folder.
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    environment.pop("VIRTUAL_ENV", None)

    @contextmanager
    def opened() -> Iterator[Editor]:
        with start(tmp_path / "project", environment=environment) as server:
            editor = Editor(server, tmp_path / "project")
            editor.open("app.py")
            processes.wait(lambda: bool(processes.running("sleep")))
            yield editor

    return opened


@pytest.fixture
def editor(opened: Callable[[], AbstractContextManager[Editor]]) -> Iterator[Editor]:
    with opened() as editor:
        yield editor


def test_no_process_and_no_copy_is_left_if_the_server_is_killed(
    editor: Editor, processes: Processes
):
    (server,) = processes.running("typed-bg\0lsp")
    os.kill(server, signal.SIGKILL)
    processes.wait(lambda: not processes.running())
    assert list((editor.folder.parent / "temporary").iterdir()) == []


def test_no_process_and_no_copy_is_left_if_the_editor_ends_the_server(
    opened: Callable[[], AbstractContextManager[Editor]], processes: Processes
):
    with opened() as editor:
        pass
    processes.wait(lambda: not processes.running())
    assert list((editor.folder.parent / "temporary").iterdir()) == []


def test_a_cancelled_check_ends_its_checker(
    opened: Callable[[], AbstractContextManager[Editor]],
    processes: Processes,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setitem(lsp_client.CAPABILITIES, "window", {"workDoneProgress": True})
    with opened() as editor:
        begin = editor.server.hear(lambda message: message.get("method") == "$/progress", "begin")
        token = begin["params"]["token"]
        editor.server.tell("window/workDoneProgress/cancel", {"token": token})
        processes.wait(lambda: not processes.running("sleep"))


def test_a_check_that_is_killed_is_shown_and_the_next_one_works(
    editor: Editor, processes: Processes, slow: Path
):
    slow.unlink()
    # The check is the process that started the checker.
    (checker,) = processes.running("sleep")
    check = int(Path("/proc", str(checker), "stat").read_text().rpartition(")")[2].split()[1])
    os.kill(check, signal.SIGKILL)
    assert editor.next_marks("app.py") == []
    (shown,) = editor.messages()
    assert "exit code -9" in shown
    os.kill(checker, signal.SIGKILL)  # nothing else could end it
    editor.save("app.py")
    assert editor.next_marks("app.py") == ["wrong-argument"], editor.messages()


def test_if_the_process_that_forks_is_killed_the_next_check_works(
    editor: Editor, processes: Processes, slow: Path
):
    slow.unlink()
    for number in processes.running("fork_server") + processes.running("sleep"):
        with suppress(ProcessLookupError):  # it ended with another one
            os.kill(number, signal.SIGKILL)
    assert editor.next_marks("app.py") == []
    editor.save("app.py")
    assert editor.next_marks("app.py") == ["wrong-argument"], editor.messages()


def test_a_command_reads_and_writes_nothing_of_the_editors(editor: Editor, processes: Processes):
    (server,) = processes.running("typed-bg\0lsp")

    def streams(number: int) -> list[Any]:
        return [Path("/proc", str(number), "fd", str(name)).readlink() for name in (0, 1)]

    of_server = streams(server)
    others = [number for number in processes.running() if number != server]
    assert len(others) > 3
    for number in others:
        files = [file.readlink() for file in Path("/proc", str(number), "fd").iterdir()]
        assert not set(files) & set(of_server), (number, files)


@pytest.mark.parametrize("platform", [sys.platform, "win32"])
def test_a_command_reports_its_steps_and_its_exit_code(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """On Windows, which cannot fork, each command is a new process."""
    (tmp_path / "app.py").write_text(APP, "utf-8")
    (tmp_path / "mail.py").write_text(MAIL, "utf-8")
    steps: list[str] = []

    async def run() -> tuple[CommandOutput, CommandOutput]:
        commands = Commands()
        checked = await commands.run(tmp_path, ["check", "--checker", "ty"], steps.append)
        rejected = await commands.run(tmp_path, ["check", "--bogus"], steps.append)
        await commands.close()
        return checked, rejected

    monkeypatch.setattr(sys, "platform", platform)
    checked, rejected = asyncio.run(run())
    assert (checked.returncode, checked.errors) == (1, "")
    assert b"app.py:7" in checked.report
    assert steps == ["finding calls", "ty"]
    assert (rejected.returncode, rejected.report) == (2, b"")
    assert "--bogus" in rejected.errors


def test_a_folder_that_is_missing(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        asyncio.run(Commands().run(tmp_path / "missing", ["check"], print))
