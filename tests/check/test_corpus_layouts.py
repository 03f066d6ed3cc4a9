"""Calls are found, resolved and judged wherever a project keeps them, in any encoding."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest
from corpus_outcomes import is_clean, outcome, report_on

from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Report

pytestmark = pytest.mark.xdist_group("layouts")

_CALL = """\
from starlette.background import BackgroundTasks
from {module} import {name}


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task({name}, user)
"""
_DEF = "def {name}(user: str) -> None: ...\n"
_OWN = """\
from starlette.background import BackgroundTasks


def {name}(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
\ttasks.add_task({name}, user)
"""
_FILES: dict[str, str | bytes] = {
    # What the checkers are told is relative to the config's folder.
    "pyproject.toml": (
        '[tool.mypy]\nmypy_path = "src:lib"\nexplicit_package_bases = true\n'
        '[tool.pyright]\nextraPaths = ["src", "lib"]\n'
        '[tool.ty.environment]\nroot = [".", "src", "lib"]\n'
        '[tool.pyrefly]\npreset = "default"\nsearch-path = [".", "src", "lib"]\n'
    ),
    "src/shop/__init__.py": "",
    "src/shop/mail.py": _DEF.format(name="send"),
    "src/shop/api.py": _CALL.format(module="shop.mail", name="send"),
    "src/shop/relative.py": _CALL.format(module=".mail", name="send"),
    # A namespace package, over two roots.
    "src/spaces/one/jobs.py": _DEF.format(name="run_one"),
    "lib/spaces/two/api.py": _CALL.format(module="spaces.one.jobs", name="run_one"),
    # The stub beside the module has the types.
    "lib/stubbed.py": "def notify(user): ...\n",
    "lib/stubbed.pyi": _DEF.format(name="notify"),
    "src/shop/uses_stub.py": _CALL.format(module="stubbed", name="notify"),
    # Two applications whose modules bear the same names.
    "apps/one/main.py": _OWN.format(name="first"),
    "apps/two/main.py": _OWN.format(name="second"),
    # Bytes.
    "src/shop/crlf.py": b"\xef\xbb\xbf" + _OWN.replace("\n", "\r\n").format(name="crlf").encode(),
    "src/shop/wide.py": _OWN.format(name="größe").replace("user)", "user)  # 日本 🎉", 1).encode(),
}
_NOTEBOOK = {
    "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["x.add_task(f)"]}],
    "metadata": {"language_info": {"name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _write(root: Path, files: dict[str, str | bytes]) -> None:
    (root / ".git").mkdir(parents=True)  # so that no config above it counts
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run all checkers once over a project that has everything."""
    root = tmp_path_factory.mktemp("layouts")
    _write(root, _FILES)
    return report_on(root)


@pytest.mark.full
@pytest.mark.parametrize(
    "path",
    [
        path
        for path, text in _FILES.items()
        if b"add_task" in (text if isinstance(text, bytes) else text.encode())
    ],
)
def test_calls_are_checked_in_every_layout(path: str, report: Report) -> None:
    """Every checker resolves what it resolves in the project itself."""
    (site,) = [site for site in report.calls if str(site.place.path) == path]
    assert is_clean(outcome(site)), site.judgements


@pytest.mark.full
def test_nothing_of_it_is_a_finding(report: Report) -> None:
    """The project has no findings, and no file of it is skipped."""
    assert not report.findings
    assert not report.skipped_files


def test_files_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    """A notebook and a syntax error are no reason to be silent, nor to stop."""
    _write(
        tmp_path,
        {
            "good.py": _OWN.format(name="good"),
            "broken.py": "def handler(tasks:\n    tasks.add_task(print)\n",
            "book.ipynb": json.dumps(_NOTEBOOK),
            "bad_encoding.py": b"# coding: utf-8\nx = '\xff'  # add_task\n",
        },
    )
    report = report_on(tmp_path, ["pyright"])
    assert {str(skip.path) for skip in report.skipped_files} == {
        "broken.py",
        "book.ipynb",
        "bad_encoding.py",
    }
    assert all(skip.why for skip in report.skipped_files)
    assert [is_clean(outcome(site)) for site in report.calls] == [True]


@pytest.mark.full
def test_other_encoding_is_the_reason_where_a_checker_does_not_read_it(tmp_path: Path) -> None:
    """A file that is not UTF-8 by its own declaration."""
    text = "# -*- coding: latin-1 -*-\n# Grüße\n" + _OWN.format(name="send")
    _write(tmp_path, {"pyrefly.toml": 'preset = "default"\n', "app.py": text.encode("latin-1")})
    (site,) = report_on(tmp_path).calls
    assert outcome(site) == {
        "checked": "mypy pyright basedpyright",
        "unchecked encoding": "ty pyrefly zuban",
    }
    (tmp_path / "app.py").write_text(text.replace("latin-1", "utf-8"), encoding="utf-8")
    (site,) = report_on(tmp_path, ["pyrefly", "zuban", "ty"]).calls
    assert is_clean(outcome(site))


@pytest.mark.full
def test_editable_install_resolves(tmp_path: Path) -> None:
    """A package that the environment finds by a path resolves, probed as it is."""
    root = tmp_path / "project"
    _write(
        root,
        {
            "pyrefly.toml": 'preset = "default"\n',
            "python/shop/__init__.py": "",
            "python/shop/py.typed": "",
            "python/shop/mail.py": _OWN.format(name="send"),
            "app/main.py": _CALL.format(module="shop.mail", name="send"),
        },
    )
    env = tmp_path / "env"
    venv.create(env, symlinks=sys.platform != "win32")
    python = env / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    ask = [str(python), "-c", where]
    packages = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    ask[0] = sys.executable
    ours = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    for name, path in (("editable", root / "python"), ("ours", ours)):
        (tmp_path / packages / f"_{name}.pth").write_text(f"{path}\n", encoding="utf-8")
    report = report_on(root, python=str(python))
    # By default, pyrefly skips installed files. It is started on the file.
    assert {str(site.place.path): outcome(site) for site in report.calls} == {
        "app/main.py": {"checked": " ".join(CHECKERS)},
        "python/shop/mail.py": {"checked": " ".join(CHECKERS)},
    }
