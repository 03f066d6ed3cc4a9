"""mypy's config in force, without what would write files, run code or install packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from typed_bg.checkers import CHECKERS, run
from typed_bg.checkers.mypy_config import derive_config

MYPY = CHECKERS["mypy"]
PLUGIN = """
import pathlib
from mypy.plugin import Plugin

def plugin(version):
    pathlib.Path({trace!r}).touch()
    return Plugin
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mypy.ini", "[mypy]\nlinecount_report = reports\nstrict = True\n"),
        (".mypy.ini", "[mypy]\nLinecount_Report: reports\nstrict: True\n"),
        ("mypy.ini", "[DEFAULT]\nany_exprs_report = reports\n[mypy]\nstrict = True\n"),
        ("setup.cfg", "[metadata]\nname=x\n[mypy]\nlinecount_report=reports\nstrict=True\n"),
        ("pyproject.toml", '[tool.mypy]\n"linecount_report" = "reports"\nstrict = true\n'),
        ("pyproject.toml", '[tool]\nmypy.linecount_report = "reports"\nmypy.strict = true\n'),
        ("pyproject.toml", 'tool = {mypy = {linecount_report = "reports", strict = true}}\n'),
    ],
)
def test_reports_are_dropped_and_the_rest_is_kept(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "inner").mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    for root in (tmp_path, tmp_path / "inner"):
        derived = derive_config(root)
        assert derived is not None
        assert derived.name == name
        assert "report" not in derived.text
        assert "strict" in derived.text
    # mypy takes the first config.
    (tmp_path / "inner" / "mypy.ini").write_text("[mypy]\n", "utf-8")
    assert derive_config(tmp_path / "inner") is None


@pytest.mark.full
@pytest.mark.parametrize("name", ["mypy.ini", "pyproject.toml"])
def test_mypy_runs_with_the_rest_of_the_config(tmp_path: Path, name: str) -> None:
    """The config is above the root, and refers to files beside it."""
    trace = tmp_path / "trace"
    reports = tmp_path / "reports"
    reports.mkdir()
    options = f"""
linecount_report = "{reports}"
txt_report = "reports"
disallow_untyped_defs = true
plugins = "tools/plugin.py:plugin"
mypy_path = "$MYPY_CONFIG_FILE_DIR/stubs"
install_types = true
non_interactive = true
"""
    if name == "mypy.ini":
        config = "[mypy]" + options.replace('"', "")
        config += "[mypy-lax.*]\ndisallow_untyped_defs = False\n"
    else:
        config = "[tool.mypy]" + options
        config += (
            '[[tool.mypy.overrides]]\nmodule = ["lax", "lax.*"]\ndisallow_untyped_defs=false\n'
        )
    root = tmp_path / "top" / "sub"
    root.mkdir(parents=True)
    (root.parent / ".git").mkdir()
    (root.parent / name).write_text(config, "utf-8")
    files = {
        root / "a.py": "import helper\nimport yaml\nx: int = helper.f()\ndef g(): ...\n",
        root / "lax.py": "def g(): ...\n",
        root / "reports" / "keep.txt": "",
        root.parent / "stubs" / "helper.pyi": "def f() -> str: ...\n",
        root.parent / "tools" / "plugin.py": PLUGIN.format(trace=str(trace)),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    found = run(MYPY, root, python=Path(sys.executable))
    rules = [
        (entry.path.name, entry.rule)
        for entry in found.diagnostics
        if entry.rule != "import-untyped"
    ]
    assert rules == [("a.py", "assignment"), ("a.py", "no-untyped-def")]
    assert list(reports.iterdir()) == []
    assert [path.name for path in (root / "reports").iterdir()] == ["keep.txt"]
    assert trace.exists()


def test_the_users_own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    (tmp_path / "user" / "mypy").mkdir(parents=True)
    (tmp_path / "user" / "mypy" / "config").write_text("[mypy]\ntxt_report=x\n", "utf-8")
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "setup.cfg").write_text("[metadata]\nname = x\n", "utf-8")
    (root / "mypy.ini").write_text("not a config", "utf-8")
    derived = derive_config(root)
    assert derived is not None
    assert derived.name == "config"


def test_plugins_can_be_dropped(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = a, b.py\nstrict = True", "utf-8")
    assert derive_config(tmp_path) is None
    derived = derive_config(tmp_path, plugins=False)
    assert derived is not None
    assert derived.text == "[mypy]\nstrict = True\n\n"


@pytest.mark.full
@pytest.mark.parametrize("name", ["mypy.ini", ".mypy.ini"])
def test_a_config_with_sections_for_modules_alone_is_read(tmp_path: Path, name: str) -> None:
    """mypy misses the general section, and says so, but applies the others."""
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text("[mypy-lax.*]\nignore_errors = True\n", "utf-8")
    for module in ("lax", "work"):
        (tmp_path / f"{module}.py").write_text('number: int = ""\n', "utf-8")
    result = run(MYPY, tmp_path, paths=(".",), python=Path(sys.executable))
    assert [Path(error.path).name for error in result.diagnostics] == ["work.py"]
