"""Baselines and configs with a few bytes changed are read, or the error names the file."""

from __future__ import annotations

import functools
from pathlib import PurePosixPath

import pytest
from fake_reports import CHECKERS, FINDINGS
from hypothesis import HealthCheck, example, given, settings
from support.mutations import changes, mutated

from typed_bg.check.project.checker_configs import find_config
from typed_bg.check.project.settings import Settings, read_settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.results.baseline import BaselineError, apply, fingerprints, read, write
from typed_bg.checkers.mypy_config import derive_config

PATH = PurePosixPath("typed-bg-baseline.json")
ALL_FINDINGS = fingerprints(FINDINGS)
BASELINE = write(ALL_FINDINGS)

OWN = """\
[project]
name = "shop"
[tool.typed_bg]
checkers = ["mypy", "ty"]
exclude = ["old/**"]
families = ["celery"]
also = ["app.q.push:0"]
fail-on = "unchecked-call"
baseline = "baseline.json"
python = ".venv/bin/python"
"""
INI = """\
[mypy]
strict = True
plugins = pydantic.mypy
exclude = (?x)(
    ^old/
  )
# a comment
[mypy-app.old.*,app.older]
ignore_errors = True
"""
TOML = """\
[tool.mypy]
strict = true
plugins = ["pydantic.mypy"]
[[tool.mypy.overrides]]
module = ["app.old", "app.older.*"]
ignore_errors = true
[tool.pyright]
typeCheckingMode = "strict"
ignore = ["old"]
[tool.ty.rules]
invalid-argument-type = "ignore"
[[tool.ty.overrides]]
include = ["old/**"]
rules = { missing-argument = "warn" }
[tool.pyrefly.errors]
bad-argument-type = false
[[tool.pyrefly.sub-config]]
matches = "old/**"
errors = { bad-argument-count = false }
[tool.zuban]
strict = true
"""
JSON = """\
{
  // a comment
  "extends": "base.json",
  "strict": ["app", "old//new"],
  "reportCallIssue": "none", /* another */
  "ignore": ["old",],
}
"""
CONFIGS = {
    "mypy.ini": (INI, ("mypy", "zuban", "pyrefly")),
    "setup.cfg": (INI, ("mypy", "zuban")),
    "pyproject.toml": (TOML, tuple(CHECKERS)),
    "pyrightconfig.json": (JSON, ("pyright", "basedpyright")),
    "ty.toml": (TOML.replace("[tool.ty.", "[").replace("[[tool.ty.", "[["), ("ty",)),
    "pyrefly.toml": (
        TOML.replace("[tool.pyrefly.", "[").replace("[[tool.pyrefly.", "[["),
        ("pyrefly",),
    ),
}
IN_ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LARGE = [("insert", 0, 1, b"x = " + b"9" * 5_000 + b"\n")]  # a number that Python does not convert


def _read_or_named(read, path):
    """Return what `read` returns, or None if it raises an error that begins with the path."""
    try:
        return read()
    except (BaselineError, ConfigError) as error:
        message = str(error)
    assert message.startswith(str(path))
    return None


@given(changes)
def test_mutated_baseline(changes):
    text = mutated(BASELINE.encode(), changes).decode("utf-8", "replace")
    baseline = _read_or_named(lambda: read(text, PATH), PATH)
    if baseline is None:
        return
    applied = apply(baseline, ALL_FINDINGS, checkers=CHECKERS)
    assert len(applied.new) + len(applied.suppressed) == len(ALL_FINDINGS)
    assert {finding.fingerprint for finding in applied.suppressed} <= baseline.entries.keys()
    again = read(write(ALL_FINDINGS, keep=applied.unjudged), PATH)
    assert not apply(again, ALL_FINDINGS, checkers=CHECKERS).new


@IN_ONE_FOLDER
@given(changes)
@example(LARGE)
def test_mutated_settings(tmp_path, changes):
    path = tmp_path / "pyproject.toml"
    path.write_bytes(mutated(OWN.encode(), changes))
    settings = _read_or_named(lambda: read_settings(tmp_path), path)
    assert settings is None or isinstance(settings, Settings)


@pytest.mark.parametrize("name", CONFIGS)
@IN_ONE_FOLDER
@given(changes)
@example(LARGE)
@example([("replace", JSON.index("base"), 1, b"b\\u0000.json")])  # no name of a file
def test_mutated_configs_of_checkers(tmp_path, name, changes):
    text, checkers = CONFIGS[name]
    (tmp_path / ".git").mkdir(exist_ok=True)
    (tmp_path / "base.json").write_text('{"strict": ["app"]}', "utf-8")
    (tmp_path / name).write_bytes(mutated(text.encode(), changes))
    for checker in checkers:
        config = _read_or_named(functools.partial(find_config, checker, tmp_path), tmp_path)
        if config is None:
            continue
        lines = (tmp_path / name).read_bytes().decode().count("\n") + 1
        for section in config.sections:
            for option in section.options.values():
                assert isinstance(option.on, bool)
                assert isinstance(option.items, tuple)
                assert option.path.name != name or 1 <= option.line <= lines + 1
        assert 1 <= config.general_line <= lines + 1
    derive_config(tmp_path)
