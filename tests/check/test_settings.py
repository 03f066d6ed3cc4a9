"""`[tool.typed_bg]`, its errors, and TOML lines."""

from __future__ import annotations

import re

import pytest

from typed_bg.check.project.settings import Settings, check_names, read_settings
from typed_bg.check.project.toml_lines import ConfigError, read_toml

EVERY = """\
[tool.typed_bg]
checkers = ["mypy", "ty"]
exclude = ["old/**"]
also = ["asyncio.to_thread"]
fail-on = "arity-only"
require = ["mypy"]
baseline = "known.json"
python = ".venv/bin/python"
"""


def read(folder, text):
    (folder / "pyproject.toml").write_bytes(text.encode())
    return read_settings(folder)


def test_every_setting(tmp_path):
    assert read(tmp_path, EVERY) == Settings(
        checkers=("mypy", "ty"),
        exclude=("old/**",),
        also=("asyncio.to_thread",),
        fail_on="arity-only",
        require=("mypy",),
        baseline="known.json",
        python=".venv/bin/python",
    )


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'", "[tool.mypy]\nstrict = true"])
def test_nothing_is_set_without_the_table(tmp_path, text):
    assert read(tmp_path, text) == Settings()


def test_without_the_file(tmp_path):
    assert read_settings(tmp_path) == Settings()


def test_the_command_line_comes_first():
    ours = Settings(checkers=("ty",), exclude=())
    theirs = Settings(checkers=("mypy",), exclude=("x",), fail_on="wrong")
    assert ours.over(theirs) == Settings(checkers=("ty",), exclude=(), fail_on="wrong")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("chekers = ['mypy']", "has the unknown key 'chekers': did you mean 'checkers'?"),
        ("fail_on = 'wrong'", "has the unknown key 'fail_on': did you mean 'fail-on'?"),
        ("colour = true", "has the unknown key 'colour'. Use one of: checkers, exclude"),
        ("exclude = 'x'", "exclude: ... found 'x': write ['x']"),
        ("also = [1]", "also: ... found [1]"),
        ("baseline = 1", "baseline: expected a string, found 1"),
        (
            "fail-on = 'all'",
            "expected one of wrong, unchecked, checked-directly, arity-only, found 'all'",
        ),
        (
            "fail-on = []",
            "expected one of wrong, unchecked, checked-directly, arity-only, found []",
        ),
        ("checkers = ['mypi']", "there is no checker 'mypi': did you mean 'mypy'?"),
        ("require = ['flow']", "there is no checker 'flow'. Use one of: mypy, pyright"),
    ],
)
def test_errors_name_the_line_and_the_remedy(tmp_path, line, message):
    """Three dots in a message stand for any text."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, f"[project]\r\nname = 'x'\r\n\r\n[tool.typed_bg]\r\n{line}\r\n")
    expected = re.escape(message).replace(r"\.\.\.", ".*")
    assert re.search(
        rf"pyproject\.toml:5: \[tool\.typed_bg\] (require: |checkers: |fail-on: )?{expected}",
        str(caught.value),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.typed-bg]\n", ":1: [tool.typed-bg] is not read"),
        ("[tool]\ntyped_bg = 1\n", ":2: tool.typed_bg is not a table"),
        ("[tool\n", "pyproject.toml cannot be read: "),
    ],
)
def test_errors_of_the_table(tmp_path, text, message):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings(tmp_path)


def test_names_of_checkers():
    assert check_names(("mypy", "zuban")) is None
    assert "did you mean 'pyrefly'" in (check_names(("pyrefli",)) or "")


LINES = """\
# [tool.a]
[tool.a] # comment
x = 1
"quoted".y = 2
inline = { z = 1 }
[[tool.a.many]]
x = 3
[[tool.a.many]]
  x = 4
text = '''
[tool.b]
'''
"""


@pytest.mark.parametrize(
    ("names", "index", "line"),
    [
        (("tool", "a"), 0, 2),
        (("tool", "a", "x"), 0, 3),
        (("tool", "a", "quoted", "y"), 0, 4),
        (("tool", "a", "inline", "z"), 0, 5),
        (("tool", "a", "many", "x"), 0, 7),
        (("tool", "a", "many", "x"), 1, 9),
        (("tool", "a", "many"), 1, 8),
        (("elsewhere",), 0, 1),
    ],
)
def test_lines_of_keys(tmp_path, names, index, line):
    (tmp_path / "x.toml").write_text(LINES)
    file = read_toml(tmp_path / "x.toml")
    assert file is not None
    assert file.line(*names, index=index) == line
