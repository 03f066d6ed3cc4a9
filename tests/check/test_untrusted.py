"""`--untrusted` executes nothing from the project."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path, PurePosixPath

import pytest
from support.check_command import GOOD, WRONG, check, start, write

from typed_bg.check.project.interpreter import find_interpreter
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.project.untrusted import is_inside, remove_from_environ, require_outside
from typed_bg.check.project.workspace import mirror

BIN = Path(sys.executable).parent
PROGRAM = '#!/bin/sh\necho run >> {trace}\nexec {real} "$@"\n'
PLUGIN = "import pathlib\npathlib.Path({trace!r}).touch()\nfrom mypy.plugin import Plugin\n"
NEW_ENOUGH = pytest.mark.skipif(sys.version_info < (3, 11), reason="needs PYTHONSAFEPATH")


def _hostile(tmp_path: Path) -> tuple[Path, Path]:
    """Write a project that offers an interpreter, checkers and a plugin of its own."""
    trace = tmp_path / "trace"
    root = write(
        tmp_path / "project",
        {
            ".git/HEAD": "",
            "app.py": WRONG,
            "pyproject.toml": '[tool.typed_bg]\npython = ".venv"\n',
            "mypy.ini": "[mypy]\nplugins = plugin.py\npython_executable = .venv/bin/python\n",
            "ty.toml": '[environment]\npython = ".venv"\n',
            "plugin.py": PLUGIN.format(trace=str(trace)) + "def plugin(_): return Plugin\n",
            ".venv/pyvenv.cfg": f"home = {Path(sys.executable).resolve().parent}\n",
        },
    )
    for name in ("python", "mypy", "ty", "node"):
        program = root / ".venv" / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(PROGRAM.format(trace=trace, real=BIN / name), "utf-8")
        program.chmod(0o755)
    return root, trace


@NEW_ENOUGH
def test_nothing_of_the_project_is_executed(tmp_path: Path) -> None:
    root, trace = _hostile(tmp_path)
    path = os.pathsep.join((str(root / ".venv" / "bin"), ".venv/bin", os.environ["PATH"]))
    environ = {"VIRTUAL_ENV": str(root / ".venv"), "PATH": path}
    options = ("--checker", "mypy", "--checker", "ty", "--format", "json")
    done = start(root, "check", *options, "--untrusted", **environ)
    assert not trace.exists()
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {run["name"]: run["failure"] for run in report["checkers"]} == {"mypy": None, "ty": None}
    assert [finding["rule"] for finding in report["findings"]] == ["wrong-argument"]


@NEW_ENOUGH
def test_the_project_would_be_executed(tmp_path: Path) -> None:
    """The test above can fail."""
    root, trace = _hostile(tmp_path)
    start(root, "check", "--checker", "ty")
    assert trace.exists()


def test_an_interpreter_in_the_project_is_rejected(tmp_path: Path) -> None:
    root, trace = _hostile(tmp_path)
    done = start(root, "check", "--checker", "ty", "--untrusted", "--python", ".venv/bin/python")
    assert done.returncode == 2
    assert "is inside the project" in done.stderr
    assert "UV_PROJECT_ENVIRONMENT" in done.stderr
    assert not trace.exists()


@pytest.mark.full
@NEW_ENOUGH
@pytest.mark.parametrize("place", ["pyrefly.toml", "pyproject.toml", "deep/pyrefly.toml"])
def test_pyrefly_does_not_run_a_build_system(tmp_path: Path, place: str) -> None:
    trace = tmp_path / "trace"
    table = "[tool.pyrefly.build-system]" if "pyproject" in place else "[build-system]"
    program = tmp_path / "project" / "query"
    config = f'{table}\ntype = "custom"\ncommand = ["{program}"]\n'
    files = {"deep/app.py": GOOD, "query": f"#!/bin/sh\ntouch {trace}\n", place: config}
    root = write(tmp_path / "project", files)
    program.chmod(0o755)
    done = check(root, "--untrusted", checker="pyrefly")
    assert done.returncode == 2
    assert "in build-system, which --untrusted" in done.stdout
    assert not trace.exists()
    check(root, checker="pyrefly")
    assert trace.exists()


def test_paths_that_lead_through_the_project(tmp_path: Path) -> None:
    tree = tmp_path.resolve() / "tree"
    (tree / "bin").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tree / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "link").symlink_to(tree / "bin")
    assert is_inside(tree / "bin" / "python", tree)
    assert is_inside(tmp_path / "link" / "python", tree)
    assert not is_inside(tmp_path / "outside", tree)
    variables = {
        "PATH": os.pathsep.join(["/usr/bin", "", "bin", str(tmp_path / "link"), str(tree)]),
        "VIRTUAL_ENV": str(tree),
        "CONDA_PREFIX": str(tmp_path / "outside"),
        "NODE_OPTIONS": "--require ./evil.js",
    }
    remove_from_environ(tree, variables)
    assert variables == {"PATH": "/usr/bin", "CONDA_PREFIX": str(tmp_path / "outside")}
    require_outside(Path(sys.executable), tree)
    with pytest.raises(ConfigError, match="typed-bg itself is installed"):
        require_outside(Path("/usr/bin/python3"), Path(sys.prefix).resolve())


def test_environments_in_the_project_are_ignored(tmp_path: Path) -> None:
    root = write(tmp_path, {".venv/pyvenv.cfg": "", ".venv/bin/python": ""})
    assert find_interpreter(root, {}).path == root / ".venv/bin/python"
    found = find_interpreter(root, {}, untrusted=True)
    assert found.path == Path(sys.executable)
    assert "--untrusted ignores environments" in found.why


def test_an_editable_project_does_not_replace_the_standard_library(tmp_path: Path) -> None:
    """Checkers start interpreters with the folder in PYTHONPATH."""
    root = write(tmp_path / "project", {".git/HEAD": "", "src/app.py": "", "lib/json.py": ""})
    environment = tmp_path / "env"
    site = environment / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (site / "project.pth").write_text(f"{root / 'src'}\n{root / 'lib'}\n", "utf-8")
    with mirror(root, {PurePosixPath("src/app.py"): b""}) as copy:
        found = copy.editable(environment / "bin" / "python")
        assert found == (copy.path / "src",)
