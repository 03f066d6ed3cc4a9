"""The command `typed-bg` itself: how it starts, where its output goes, how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.check_command import COMMAND, GOOD, WRONG, check, environ, listing, start, write
from support.samples import only

ESCAPE = "\x1b"
FORMATS = ("text", "json", "github", "sarif", "html")


def _without(module: str, folder: Path) -> dict[str, str]:
    """Return variables under which a module cannot be imported."""
    folder.mkdir()
    hook = f"import sys\n\nsys.modules[{module!r}] = None\n"
    (folder / "sitecustomize.py").write_text(hook, "utf-8")
    return {"PYTHONPATH": str(folder)}


def test_a_checker_cannot_start_commands_of_github(tmp_path: Path) -> None:
    """Its words can contain those of the project."""
    program = tmp_path / "env" / "bin" / "ty"
    program.parent.mkdir(parents=True)
    said = "echo boom >&2; echo '  ::error::spoofed' >&2; echo 'a ##[add-mask]b' >&2"
    version = 'if [ "$1" = --version ]; then echo "ty 9.9.9"; exit; fi'
    program.write_text(f"#!/bin/sh\n{version}\n{said}\nexit 3\n", "utf-8")
    program.chmod(0o755)
    (program.parent / "python").symlink_to(sys.executable)
    root = write(tmp_path / "project", {"app.py": GOOD})
    for running in ("true", ""):
        done = check(root, "--python", str(program.parent / "python"), GITHUB_ACTIONS=running)
        assert done.returncode == 2
        assert "spoofed" in done.stdout
        starts = [line.lstrip().startswith("::") for line in done.stdout.splitlines()]
        assert any(starts) is (not running)
        assert ("##[" in done.stdout) is (not running)


@pytest.mark.parametrize(
    "closed", only([">&-", "2>&-", ">&- 2>&-"], lambda closed: closed != ">&-")
)
def test_a_closed_stream_is_no_crash(closed: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": WRONG})
    shell = ["/bin/sh", "-c", f'exec "$0" check --checker ty {closed}', COMMAND[0]]
    done = subprocess.run(  # noqa: S603
        shell, cwd=root, env=environ(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert ("app.py" in done.stdout) is (closed == "2>&-")


@pytest.mark.parametrize(
    ("module", "output_format"),
    [
        ("click", "json"),
        ("platformdirs", "json"),
        pytest.param("rich", "text", marks=pytest.mark.full),
        ("jinja2", "html"),
    ],
)
def test_a_missing_extra_is_said(module: str, output_format: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app.py": GOOD})
    hook = _without(module, tmp_path / "hook")
    done = check(root, "--format", output_format, **hook)
    assert done.returncode == 2
    assert done.stdout == ""
    said = f"typed-bg: this command needs {module}: pip install 'typed-bg[check]'\n"
    assert done.stderr == said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nowhere"], "not found: nowhere"),
        (["--checker", "mypyy"], "there is no checker 'mypyy': did you mean 'mypy'?"),
        (["--require", "flake8"], "there is no checker 'flake8'"),
        (["--also", "to_thread"], "'to_thread' is not a forwarder"),
        (["--python", "nowhere/bin/python"], "there is no interpreter"),
        (["--baseline", "nowhere.json"], "create it with --update-baseline"),
        (["--update-baseline"], "its file with --baseline"),
        (["--output", "nowhere/report.txt"], "nowhere/report.txt"),
        (["--fail-on", "everything"], "--fail-on"),
        (["--format", "xml"], "--format"),
        (["--bogus"], "--bogus"),
        (["app.py", "/usr"], "contains all of app.py, /usr"),
    ],
)
def test_a_request_that_cannot_be_followed(options: list[str], said: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": GOOD})
    done = check(root, *options)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_of_ours_is_no_finding(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app.py": GOOD})
    hook = tmp_path / "hook"
    hook.mkdir()
    broken = (
        "import tempfile\n\n\ndef mkdtemp(*_, **__):\n    1 / 0\n\n\ntempfile.mkdtemp = mkdtemp\n"
    )
    (hook / "sitecustomize.py").write_text(broken, "utf-8")
    done = check(root, PYTHONPATH=str(hook))
    assert done.returncode == 2
    assert "ZeroDivisionError" in done.stderr
    assert "internal error" in done.stderr


@pytest.mark.parametrize("output_format", only(FORMATS, {"text", "html"}.__contains__))
def test_formats_in_a_file_and_in_a_pipe(output_format: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app.py": WRONG})
    options = ("--checker", "ty", "--format", output_format)
    piped = start(root, "check", *options, FORCE_COLOR="1")
    file = tmp_path / "report"
    written = check(root, "--format", output_format, "--output", str(file))
    assert (piped.returncode, written.returncode) == (1, 1)
    assert (piped.stderr, written.stdout, written.stderr) == ("", "", "")
    assert ESCAPE not in piped.stdout
    seconds = re.compile(r'\d+\.\d+ ?s\b|"seconds": [\d.]+|typed-bg-\w+|\d\d:\d\d:\d\d')
    assert seconds.sub("", piped.stdout) == seconds.sub("", file.read_text("utf-8"))
    signs = {
        "text": "app.py:8:31  error[wrong-argument]",
        "json": '"wrong-argument"',
        "github": "::error file=app.py,line=8,",
        "sarif": '"wrong-argument"',
        "html": "wrong-argument",
    }
    assert signs[output_format] in piped.stdout
    if output_format in {"json", "sarif"}:
        json.loads(piped.stdout)


def test_an_output_that_lacks_characters(tmp_path: Path) -> None:
    text = WRONG.replace("send(to", "send(grüße").replace('"three"', '"drei ≠ 3"')
    root = write(tmp_path, {"größe app.py": text})
    done = check(root, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert r"gr\xf6\xdfe app.py:8:31" in done.stdout
    assert r"drei \u2260 3" in done.stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_nobody_reads_the_output(unbuffered: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": GOOD})
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "--checker", "ty"],
        cwd=root,
        env=environ(PYTHONUNBUFFERED=unbuffered),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def _on_terminal(root: Path, **extra: str) -> str:
    """Run the command with its output on a terminal, and return all that it writes."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, "--checker", "zuban"],
        cwd=root,
        env=environ(**{"TERM": "xterm-256color", "COLUMNS": "100", **extra}),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    written = b""
    while select.select([leader], [], [], 60)[0]:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # what Linux says at the end
            break
        if not chunk:
            break
        written += chunk
    os.close(leader)
    assert process.wait(60) == 1
    return written.decode()


def test_a_terminal_shows_progress_and_colours(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": WRONG})
    shown = _on_terminal(root)
    assert "finding calls" in shown
    assert f"{ESCAPE}[1" in shown or f"{ESCAPE}[3" in shown
    assert f"{ESCAPE}[2K" in shown  # the progress is taken away

    plain = _on_terminal(root, NO_COLOR="1")
    assert "finding calls" in plain
    assert "app.py:8:31" in plain
    colours = re.compile(rf"{ESCAPE}\[(?:\d+;)*3[0-7]")
    assert colours.search(shown)
    assert not colours.search(plain)

    assert ESCAPE not in _on_terminal(root, TERM="dumb")


SLOW = f"""#!{sys.executable}
import os, sys, time, pathlib
if "--version" in sys.argv:
    print("1.2.3")
else:
    pathlib.Path(os.environ["STARTED"], str(os.getpid())).touch()
    time.sleep(600)
"""


def _started(folder: Path, number: int) -> list[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pids = [int(path.name) for path in folder.iterdir()]
        if len(pids) == number:
            return pids
        time.sleep(0.05)
    message = f"{number} checkers were to be started"
    raise AssertionError(message)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are seen in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """In the project in any case; beside it, unless nothing can be done about it."""
    root = write(tmp_path / "project", {"app.py": GOOD})
    before = listing(root)
    scripts, started, temporary = (tmp_path / name for name in ("bin", "started", "tmp"))
    for folder in (scripts, started, temporary):
        folder.mkdir()
    (scripts / "python").symlink_to(sys.executable)
    checkers = ("ty", "zuban", "pyrefly")  # one more than run at once on a small machine
    options = [option for name in checkers for option in ("--checker", name)]
    for name in checkers:
        (scripts / name).write_text(SLOW, "utf-8")
        (scripts / name).chmod(0o755)
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, *options, "--python", str(scripts / "python")],
        cwd=root,
        env=environ(STARTED=str(started), TMPDIR=str(temporary)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    pids = _started(started, min(3, os.cpu_count() or 1))
    process.send_signal(number)
    stdout, _ = process.communicate(timeout=60)
    assert stdout == b""
    if number is signal.SIGKILL:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    else:
        assert process.returncode == 128 + number
        assert not [pid for pid in pids if _lives(pid)]
        assert list(temporary.iterdir()) == []
        assert len(list(started.iterdir())) == len(pids)
    assert listing(root) == before


def test_the_help_imports_no_command() -> None:
    program = "import sys; from typed_bg.cli.app import make_app; make_app(['--help'])"
    shown = "print(*(name for name in sys.modules if name.startswith('typed_bg')))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"{program}; {shown}"], capture_output=True, text=True, check=True
    )
    assert {name for name in done.stdout.split() if not name.startswith("typed_bg._core")} == {
        *("typed_bg", "typed_bg.cli", "typed_bg.cli.app", "typed_bg.cli.extras")
    }


@pytest.mark.parametrize(
    "command",
    only(["check", "fix", "docs", "lsp", "worker", "tasks"], {"check", "worker"}.__contains__),
)
def test_a_command_that_is_named_has_its_options(command: str) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "typed_bg", "--", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"Usage: typed-bg {command} ")
    assert "--help" in done.stdout


def test_the_list_of_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "typed_bg", "--help"], capture_output=True, text=True, check=True
    )
    _, _, listed = done.stdout.partition("Commands:\n")
    assert [line.split()[0] for line in listed.splitlines()] == [
        *("check", "fix", "docs", "lsp", "worker", "tasks")
    ]
    assert "..." not in listed


def test_the_check_imports_what_reads_the_answers_while_the_checkers_run() -> None:
    program = "import sys, typed_bg.cli.check; print(*sys.modules, sep='\\n')"
    words = [sys.executable, "-S", "-c", f"import sys; sys.path = {sys.path!r}; {program}"]
    run = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603
    modules = set(run.stdout.split())
    assert "typed_bg.check.pipeline" in modules
    late = {"conclusions", "findings", "judge", "reports.text", "since"}
    assert not {f"typed_bg.check.{name}" for name in late} & modules
    assert not {"importlib.metadata", "pydantic", "rich", "typer"} & modules
