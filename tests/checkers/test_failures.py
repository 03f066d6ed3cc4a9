"""A checker that did not do its work never reads as clean."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import stat
import sys
import time
import venv
from pathlib import Path

import pytest
from checked_files import PYTHON

from typed_bg.checkers import CHECKERS, Checker, CheckerError, run
from typed_bg.checkers.self_test import prove

MYPY, PYRIGHT, TY = CHECKERS["mypy"], CHECKERS["pyright"], CHECKERS["ty"]
ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one clean file."""
    (tmp_path / "clean.py").write_text("x: int = 1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment in which nothing is installed."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def stand_in(interpreter: Path, name: str, body: str) -> None:
    """Put a program in a checker's place that behaves as a broken one might."""
    program = interpreter.with_name(name)
    version = 'if [ "$1" = --version ]; then echo "x 9.9.9"; exit 0; fi'
    program.write_text(f"#!/bin/sh\n{version}\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def failure(checker: Checker, root: Path, python: Path = PYTHON, **options: float) -> CheckerError:
    """Run a checker that must fail."""
    with pytest.raises(CheckerError) as raised:
        run(checker, root, python=python, **options)
    assert raised.value.checker == checker.name
    return raised.value


def test_clean_project_is_clean(checker: Checker, project: Path) -> None:
    assert run(checker, project, python=PYTHON).diagnostics == ()


def test_no_program(monkeypatch: pytest.MonkeyPatch, bare_environment: Path, project: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(bare_environment))
    monkeypatch.setenv("PATH", str(bare_environment.parent))
    error = failure(TY, project, bare_environment)
    assert error.kind == "missing"
    assert "pip install 'typed-bg[checkers]'" in str(error)


@ON_POSIX
def test_program_of_the_environment_comes_first(bare_environment: Path, project: Path) -> None:
    stand_in(bare_environment, "ty", "echo '[]'")
    result = run(TY, project, python=bare_environment)
    assert Path(result.command[0]).parent == bare_environment.parent


@ON_POSIX
def test_checker_that_is_killed(bare_environment: Path, project: Path) -> None:
    """As the system does when memory runs out."""
    stand_in(bare_environment, "ty", "kill -KILL $$")
    error = failure(TY, project, bare_environment)
    assert (error.kind, error.returncode) == ("exit", -9)
    assert "was ended by SIGKILL" in str(error)
    assert "another checker with --checker" in str(error)
    assert run(CHECKERS["zuban"], project, python=PYTHON).diagnostics == ()


@ON_POSIX
def test_checker_that_crashes(bare_environment: Path, project: Path) -> None:
    stand_in(bare_environment, "ty", "kill -SEGV $$")
    error = failure(TY, project, bare_environment)
    assert (error.kind, error.returncode) == ("exit", -11)
    assert "was ended by SIGSEGV" in str(error)
    assert "memory" not in str(error)


def test_no_interpreter(checker: Checker, project: Path) -> None:
    error = failure(checker, project, project / "bin" / "python")
    assert error.kind == "environment"
    assert str(project / "bin" / "python") in str(error)


def test_nothing_to_check(checker: Checker, tmp_path: Path) -> None:
    assert failure(checker, tmp_path).kind == "empty"


def test_path_that_is_not_there(checker: Checker, project: Path) -> None:
    with pytest.raises(CheckerError) as raised:
        run(checker, project, paths=["gone.py"], python=PYTHON)
    assert raised.value.kind == ("empty" if checker.name in {"ty", "zuban"} else "exit")
    assert raised.value.returncode in {1, 2, 4}
    assert "gone.py" in str(raised.value)


BROKEN = {
    "mypy": ("mypy.ini", "[mypy\n"),
    "pyright": ("pyrightconfig.json", '{"strict": '),
    "basedpyright": ("pyrightconfig.json", '{"strict": '),
    "ty": ("ty.toml", "[rules\n"),
    "pyrefly": ("pyrefly.toml", "[errors\n"),
    "zuban": ("mypy.ini", "[mypy\n"),
}


def test_config_that_cannot_be_read(checker: Checker, project: Path) -> None:
    name, text = BROKEN[checker.name]
    (project / name).write_text(text, encoding="utf-8")
    error = failure(checker, project)
    assert error.kind in {"config", "exit"}
    assert error.stderr
    assert error.stderr.strip() in str(error)
    # Profiles other than `project` do without it.
    assert run(checker, project, python=PYTHON, profile="strict").diagnostics == ()


def test_old_option_is_a_warning(project: Path) -> None:
    (project / "mypy.ini").write_text("[mypy]\nstrict_boolean = True\n", encoding="utf-8")
    result = run(MYPY, project, python=PYTHON)
    assert result.warnings == ("mypy.ini: [mypy]: Unrecognized option: strict_boolean = True",)


def test_mypy_stopped_by_a_syntax_error(project: Path) -> None:
    (project / "broken.py").write_text("x = (\n", encoding="utf-8")
    error = failure(MYPY, project)
    assert error.kind == "blocked"
    assert "broken.py:2" in str(error)


def test_mypy_goes_past_a_syntax_error_only_in_what_it_was_not_started_on(project: Path) -> None:
    (project / "broken.py").write_text("x = (\n", encoding="utf-8")
    (project / "main.py").write_text("import broken\nx: int = broken.x\n", encoding="utf-8")
    result = run(MYPY, project, paths=["main.py"], python=PYTHON)
    assert result.diagnostics == ()
    (note,) = result.notes
    assert "broken.py:2" in note
    with pytest.raises(CheckerError, match=r"broken\.py:2"):
        run(MYPY, project, paths=["main.py", "broken.py"], python=PYTHON)


def test_mypy_goes_past_an_import_from_an_init_module(project: Path) -> None:
    """To mypy, the file is a second module then."""
    package = project / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("version: str = '1'\n", encoding="utf-8")
    texts = {
        "relative.py": "from .__init__ import version\nx: int = version\n",
        "absolute.py": "def f() -> None:\n from shop.__init__ import version; x: int = version\n",
    }
    for name, text in texts.items():
        (package / name).write_text(text, encoding="utf-8")
    # Neither is mypy started on these, nor are they read.
    (package / "latin.py").write_bytes(b"from .__init__ import version  # caf\xe9\n")
    (package / "folder.py").mkdir()
    paths = [f"shop/{name}" for name in texts]
    result = run(MYPY, project, paths=paths, python=PYTHON)
    found = {(item.path.name, item.line, item.column, item.rule) for item in result.diagnostics}
    assert found == {("relative.py", 2, 10, "assignment"), ("absolute.py", 2, 46, "assignment")}
    assert result.notes[-1].startswith("imports from shop.__init__ ")


def test_mypy_says_what_would_help_where_it_cannot_go_on(project: Path) -> None:
    (project / "types.py").write_text("", encoding="utf-8")
    error = failure(MYPY, project)
    assert error.kind == "blocked"
    assert 'types.py: This file shadows library module "types". A user-defined' in str(error)


def test_mypy_goes_on_without_a_plugin_that_is_not_installed(project: Path) -> None:
    """It is installed where the project's own mypy runs."""
    config = "[mypy]\nplugins = not_installed.mypy\nwarn_unused_ignores = true\n"
    (project / "mypy.ini").write_text(config, encoding="utf-8")
    (project / "main.py").write_text("x: int = 1  # type: ignore\n", encoding="utf-8")
    result = run(MYPY, project, paths=["main.py"], python=PYTHON)
    assert [diagnostic.rule for diagnostic in result.diagnostics] == [
        "unused-ignore"
    ]  # the rest of it applies
    (note,) = result.notes
    assert note.startswith("started without plugins, ")
    assert note.endswith(
        "Error importing plugin \"not_installed.mypy\": No module named 'not_installed'"
    )


@pytest.mark.parametrize("plugin", ["tools/plugin.py", "clean.py"])
def test_mypy_stopped_by_a_plugin(project: Path, plugin: str) -> None:
    """The plugin is missing or is not a plugin: the error says which, where, and what to do."""
    (project / "mypy.ini").write_text(f"[mypy]\nplugins = {plugin}\n", encoding="utf-8")
    error = failure(MYPY, project)
    assert error.kind == "config"
    fact = str(error).splitlines()[0]
    assert "a plugin that mypy.ini names: " in fact
    assert plugin.partition(".")[0] in fact
    assert "in the same environment" in fact


@pytest.mark.parametrize(
    ("name", "config", "text", "said"),
    [
        ("mypy", "mypy.ini", "[mypy]\npython_version = 2.7\n", "no longer supports"),
        ("mypy", "mypy.ini", "[mypy]\ndisable_error_code = old\n", "Invalid error code(s): old"),
        ("pyright", "pyrightconfig.json", '{"extends": "gone.json"}', "gone.json"),
        # It says so, goes on without the config, and exits as if nothing were wrong.
        ("basedpyright", "pyrightconfig.json", '{"extends": "gone.json"}', "gone.json"),
        ("ty", "ty.toml", "old = 1\n", "unknown field `old`"),
        ("ty", "ty.toml", '[src]\nroot = "src"\n', "unknown field `root`"),
        ("pyrefly", "pyrefly.toml", 'preset = "old"\n', "unknown variant `old`"),
        ("zuban", "pyproject.toml", "[tool.zuban]\nold = 1\n", "Unrecognized option: old"),
    ],
)
def test_config_of_another_version(
    project: Path, name: str, config: str, text: str, said: str
) -> None:
    """The first line says what is wrong and what to do; what the checker wrote comes after."""
    (project / config).write_text(text, encoding="utf-8")
    error = failure(CHECKERS[name], project)
    assert error.kind == "config"
    fact = str(error).splitlines()[0]
    assert said in fact
    assert re.search(r"\b[Ff]ix the (config|file)\b", fact)


@ON_POSIX
@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        pytest.param("echo panicked >&2; exit 101", "exit", "panicked", id="panic"),
        pytest.param("kill -SEGV $$", "exit", "exit code: -11", id="signal"),
        pytest.param(
            "echo '[]'; exit 1",
            "output",
            "contradicts",
            id="failed and found nothing",
        ),
        pytest.param("exit 0", "output", "unreadable", id="nothing"),
        pytest.param("echo no panic here", "output", "no panic here", id="not JSON"),
        pytest.param("echo '{}'", "output", "unreadable", id="other JSON"),
        pytest.param("echo '[{}]'; exit 1", "output", "check_name", id="other entries"),
        pytest.param("echo '[]panicked'", "output", "panicked", id="text after the list"),
        pytest.param("echo '[]'; echo '[]'", "output", "unreadable", id="two lists"),
    ],
)
def test_broken_ty(bare_environment: Path, project: Path, body: str, kind: str, said: str) -> None:
    stand_in(bare_environment, "ty", body)
    error = failure(TY, project, bare_environment)
    assert (error.kind, error.command[0]) == (kind, str(bare_environment.with_name("ty")))
    assert said in str(error)


@ON_POSIX
@pytest.mark.parametrize("name", list(CHECKERS))
@pytest.mark.parametrize(
    "body",
    [
        "echo warming up; exit 1",
        "exit 1",
        "echo '{\"x\": 1}'; exit 1",
        'echo \'{"errors": {}, "generalDiagnostics": {}}\'; exit 1',
    ],
)
def test_garbage(bare_environment: Path, project: Path, name: str, body: str) -> None:
    stand_in(bare_environment, name, body)
    assert failure(CHECKERS[name], project, bare_environment).kind in {"output", "exit"}


@ON_POSIX
def test_mypy_that_breaks_off(bare_environment: Path, project: Path) -> None:
    stand_in(bare_environment, "mypy", """echo '{"file": "clean.py", '; exit 2""")
    assert failure(MYPY, project, bare_environment).kind == "output"


@ON_POSIX
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyright", '{"generalDiagnostics": []}'),
        ("basedpyright", '{"generalDiagnostics": []}'),
        ("pyrefly", '{"errors": []}'),
    ],
)
def test_text_after_the_list(bare_environment: Path, project: Path, name: str, text: str) -> None:
    """A checker may have crashed after it wrote what it had found so far."""
    stand_in(bare_environment, name, f"echo '{text}'")
    assert run(CHECKERS[name], project, python=bare_environment).diagnostics == ()
    stand_in(bare_environment, name, f"echo '{text}'; echo panicked")
    error = failure(CHECKERS[name], project, bare_environment)
    assert error.kind == "output"
    assert "panicked" in str(error)


PRINTING_PLUGIN = """
from mypy.plugin import Plugin

class Printing(Plugin):
    def get_function_hook(self, fullname):
        if fullname == "clean.noisy":
            print("noise", end="", flush=True)

def plugin(version):
    print("loaded", end="", flush=True)
    return Printing
"""


def test_mypy_with_a_plugin_that_prints_without_a_newline(project: Path) -> None:
    (project / "plugin.py").write_text(PRINTING_PLUGIN, encoding="utf-8")
    (project / "mypy.ini").write_text("[mypy]\nplugins = plugin.py\n", encoding="utf-8")
    code = "def noisy() -> int: return 0\nx: str = noisy()\ny: str = noisy()\n"
    (project / "clean.py").write_text(code, encoding="utf-8")
    found = run(MYPY, project, paths=["clean.py"], python=PYTHON).diagnostics
    assert [diagnostic.line for diagnostic in found if diagnostic.rule == "assignment"] == [2, 3]


@ON_POSIX
def test_half_a_line_of_mypys_after_what_a_plugin_printed(
    bare_environment: Path, project: Path
) -> None:
    stand_in(bare_environment, "mypy", """echo 'noise{"file": "clean.py", '; exit 1""")
    error = failure(MYPY, project, bare_environment)
    assert error.kind == "output"
    assert "unreadable output" in str(error)


@ON_POSIX
def test_lines_missing_from_the_output(bare_environment: Path, project: Path) -> None:
    line = "clean.py:1:1:1:2: error: No  [misc]"
    stand_in(bare_environment, "zuban", f"echo '{line}'; echo 'Found 2 errors in 1 file'; exit 1")
    error = failure(CHECKERS["zuban"], project, bare_environment)
    assert re.search("contains 1 errors.*: Found 2 errors", str(error))


@ON_POSIX
def test_program_that_does_not_tell_its_version(bare_environment: Path, project: Path) -> None:
    program = bare_environment.with_name("ty")
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert "report its version" in str(failure(TY, project, bare_environment))


@ON_POSIX
def test_program_that_cannot_be_started(bare_environment: Path, project: Path) -> None:
    program = bare_environment.with_name("ty")
    program.write_text("#!/no/such/shell\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    error = failure(TY, project, bare_environment)
    assert error.kind == "missing"
    assert "cannot be started" in str(error)


@ON_POSIX
def test_timeout_ends_the_whole_process_tree(bare_environment: Path, project: Path) -> None:
    # The child holds the pipes open, as pyright's node does: it has to be ended too.
    stand_in(bare_environment, "ty", "echo waiting >&2; sleep 60 & echo $! > child; wait")
    started = time.monotonic()
    error = failure(TY, project, bare_environment, timeout=0.5)
    assert time.monotonic() - started < 30  # half of what the child sleeps
    assert error.kind == "timeout"
    assert "still running after 0.5 seconds" in str(error)
    assert error.stderr == "waiting\n"


@ON_POSIX
@pytest.mark.skipif(shutil.which("setsid") is None, reason="setsid is not installed")
def test_timeout_does_not_wait_for_a_process_that_left_the_group(
    bare_environment: Path, project: Path
) -> None:
    stand_in(bare_environment, "ty", "echo waiting >&2; setsid sleep 30 & sleep 60")
    started = time.monotonic()
    error = failure(TY, project, bare_environment, timeout=0.5)
    assert time.monotonic() - started < 15
    assert (error.kind, error.stderr) == ("timeout", "waiting\n")


@ON_POSIX
def test_a_process_that_stays_behind_is_not_waited_for(
    bare_environment: Path, project: Path
) -> None:
    stand_in(bare_environment, "ty", "sleep 30 & echo $! > child; echo '[]'")
    started = time.monotonic()
    assert run(TY, project, python=bare_environment).returncode == 0
    assert time.monotonic() - started < 15
    os.kill(int((project / "child").read_text()), signal.SIGKILL)


@ON_POSIX
@pytest.mark.parametrize("stream", [1, 2])
def test_a_flood(
    bare_environment: Path, project: Path, monkeypatch: pytest.MonkeyPatch, stream: int
) -> None:
    monkeypatch.setattr("typed_bg.checkers.runner._MAX_STDOUT", 3_000_000)
    stand_in(bare_environment, "ty", f"timeout 20 yes {'x' * 50} >&{stream}; echo '{{}}'")
    error = failure(TY, project, bare_environment, timeout=2 if stream == 2 else 60)
    if stream == 1:
        assert error.kind == "output"
        assert "wrote more than 3 MB" in str(error)
    else:
        assert error.kind == "timeout"
        assert len(error.stderr) == 1_000_000
    assert len(str(error)) < 10_000


@ON_POSIX
def test_one_file_that_is_not_utf_8_does_not_fail_ty(project: Path) -> None:
    (project / "latin.py").write_bytes(b"# coding: latin-1\nX = '\xe9'\n")
    (project / "wrong.py").write_text("x: int = ''\n", "utf-8")
    found = run(TY, project, python=PYTHON)
    assert [(entry.path.name, entry.rule) for entry in found.diagnostics] == [
        ("latin.py", "io"),
        ("wrong.py", "invalid-assignment"),
    ]


GARBAGE = (
    *(
        "null",
        "5",
        '"text"',
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "[5]",
        '["text"]',
        "[[[]]]",
        "\0",
        "\xff",
    ),
    *("{", "[", '{"errors": [5]}', '{"errors": [[]]}', '{"errors": ["text"]}', "[" * 100_000),
    '{"generalDiagnostics": ["text"]}',
    '{"generalDiagnostics": [{"file": "clean.py", "severity": "error", "message": 5}]}',
    '{"generalDiagnostics": [{"file": "a\\u0000", "severity": "error", "message": "m"}]}',
    '{"generalDiagnostics": [{"file": "a", "severity": "error", "message": "m", "range": 5}]}',
    '{"file": "a", "line": 1, "column": 1, "severity": "error", "code": 5, "message": 5}',
    '{"file": "a", "line": null, "column": 1, "severity": "error", "code": "x", "message": "m"}',
    '{"file": {}, "line": 1, "column": 1, "severity": "error", "code": "x", "message": "m"}',
    (
        '{"file": "a", "line": 1, "column": 1, "end_line": "1", "end_column": 1, '
        '"severity": "error", "code": "x", "message": "m"}'
    ),
    (
        '[{"check_name": 5, "description": "d", "severity": "major", "location": {"path": "a", '
        '"positions": {"begin": {"line": 1, "column": 1}, "end": {"line": 1, "column": 1}}}}]'
    ),
    (
        '[{"check_name": "x", "description": "d", "severity": "major", "location": {"path": "a", '
        '"positions": {"begin": {"line": "1", "column": 1}, "end": {"line": 1, "column": 1}}}}]'
    ),
    (
        '{"errors": [{"path": "a", "line": 1, "column": [], "stop_line": 1, "stop_column": 1, '
        '"severity": "error", "name": {}, "description": null}]}'
    ),
    f"clean.py:{'9' * 5000}:1:1:2: error: No  [misc]",
    "clean.py:1:1:1:2: error: No  [misc]\nFound many errors",
)


@ON_POSIX
def test_garbage_of_every_form(checker: Checker, bare_environment: Path, project: Path) -> None:
    """It is an error of the checker, for any exit code, and never a crash of typed_bg."""
    stand_in(bare_environment, checker.name, 'cat garbage; exit "$(cat code)"')
    for text in GARBAGE:
        (project / "garbage").write_text(text, "utf-8")
        for code in (1, 2):
            (project / "code").write_text(str(code), "utf-8")
            with contextlib.suppress(CheckerError):
                found = run(checker, project, python=bare_environment)
                # Only what has the checker's own form is read.
                assert found.diagnostics, text
                assert checker.name == "zuban", text


def test_controls_pass(checker: Checker) -> None:
    modules = ("starlette.background", "typed_bg", "fastapi")
    result = prove(checker, python=PYTHON, profile="strict", modules=modules)
    lines = {entry.line for entry in result.diagnostics if entry.severity == "error"}
    assert len(lines) == len(modules)


def test_controls_fail_without_starlette(checker: Checker, bare_environment: Path) -> None:
    with pytest.raises(CheckerError, match="cannot resolve an import") as raised:
        prove(checker, python=bare_environment)
    assert raised.value.kind == "control"
