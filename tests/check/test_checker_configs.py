"""Which config each checker uses, and on which line each option is."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from support.check_command import write_files

from typed_bg.check.project.checker_configs import find_config
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.reasons.checker_config import reasons_of
from typed_bg.checkers import CHECKERS


def test_configs_upwards_to_the_repositorys_top(tmp_path):
    root = write_files(tmp_path, {"top/.git/HEAD": "", "top/a/b/x.py": "", "mypy.ini": "[mypy]\n"})
    assert find_config("mypy", root / "top/a/b") is None
    write_files(root, {"top/a/setup.cfg": "[mypy]\n", "top/pyrightconfig.json": "{}"})
    write_files(root, {"top/a/pyproject.toml": "[tool.pyright]\n[project]\n", "top/ty.toml": ""})
    found = {name: find_config(name, root / "top/a/b") for name in CHECKERS}
    assert {
        name: config and config.path.relative_to(root / "top") for name, config in found.items()
    } == {
        "mypy": Path("a/setup.cfg"),
        "pyright": Path("pyrightconfig.json"),
        "basedpyright": Path("pyrightconfig.json"),
        "ty": Path("ty.toml"),
        "pyrefly": None,
        "zuban": Path("a/setup.cfg"),
    }


def test_options_of_a_base_that_is_extended(tmp_path):
    write_files(
        tmp_path, {".git/HEAD": "", "b/base.json": '{\n"reportCallIssue": "none", "strict": []}'}
    )
    write_files(
        tmp_path, {"pyrightconfig.json": '{"extends": "b/base.json", "strict": ["x // y"]}'}
    )
    config = find_config("pyright", tmp_path)
    assert config is not None
    option = config.general["reportCallIssue"]
    assert (option.path.name, option.line) == ("base.json", 2)
    assert config.general["strict"].items == ("x // y",)


@pytest.mark.parametrize(
    ("checker", "name", "text"),
    [
        ("ty", "ty.toml", "overrides = [1]"),
        ("ty", "ty.toml", "overrides = [{rules = 1, include = 2}]"),
        ("ty", "ty.toml", "src = 1\nrules = []\noverrides = {}"),
        ("mypy", "pyproject.toml", "[tool.mypy]\noverrides = [1, {module = 5}, {module = [6]}]"),
        ("mypy", "pyproject.toml", "[tool]\nmypy = 5"),
        ("pyrefly", "pyrefly.toml", "errors = 1\nsub-config = [1, {errors = [], matches = []}]"),
        (
            "pyright",
            "pyrightconfig.json",
            '{"extends": 5, "strict": 6, "executionEnvironments": 7}',
        ),
        ("pyrefly", "pyrefly.toml", "preset = []"),
        ("pyrefly", "pyrefly.toml", "preset = {}\nproject-excludes = [1, '[z-a', []]"),
        ("mypy", "mypy.ini", "[mypy]\nexclude = [[a]"),
        ("mypy", "mypy.ini", "[mypy]\nexclude = (unclosed\nfiles = [z-a]"),
        ("mypy", "mypy.ini", "[mypy]\nexclude = a{99999999999999999999}"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_odd_values_are_no_crash(tmp_path, checker, name, text):
    write_files(tmp_path, {".git/HEAD": "", name: text, "app.py": ""})
    config = find_config(checker, tmp_path)
    list(reasons_of(checker, config, tmp_path, PurePosixPath("app.py")))


@pytest.mark.parametrize(
    ("checker", "name", "text"),
    [
        ("ty", "ty.toml", "a = " + "[" * 5000 + "]" * 5000),
        ("pyright", "pyrightconfig.json", "[" * 100_000),
        ("mypy", "mypy.ini", "strict = True\n"),
        ("ty", "pyproject.toml", "[tool.ty\n"),
        ("pyright", "pyrightconfig.json", "{"),
        ("pyright", "pyrightconfig.json", "[]"),
    ],
)
def test_what_cannot_be_read_is_an_error(tmp_path, checker, name, text):
    write_files(tmp_path, {".git/HEAD": "", name: text})
    with pytest.raises(ConfigError, match=name):
        find_config(checker, tmp_path)
