"""Imports of the project's own modules that a checker does not resolve, and what makes it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
from support.check_command import GOOD, check, write

from typed_bg.check.reasons.own_modules import OwnModules, own_module

CALL = (
    "from starlette.background import BackgroundTasks\n\nfrom shop.mail import send\n\n\n"
    "def later(tasks: BackgroundTasks) -> None:\n    tasks.add_task(send, 'a', 3)\n"
)
TREE = {"app/views.py": CALL, "deep/libs/shop/__init__.py": "", "deep/libs/shop/mail.py": GOOD}
# Each checker's config before, and with what the report says to write into it.
CONFIGS = {
    "mypy": ("mypy.ini", "[mypy]\nfiles = app\n", "{}\n"),
    "zuban": ("mypy.ini", "[mypy]\nstrict = true\n", "{}\n"),
    "ty": ("pyproject.toml", "[tool.ty]\n", "{}\n"),
    "pyrefly": ("pyrefly.toml", 'preset = "default"\n', "{}\n"),
    "pyright": ("pyproject.toml", "[tool.pyright]\n", "{}\n"),
    "basedpyright": ("pyproject.toml", "[tool.basedpyright]\n", "{}\n"),
}


@pytest.mark.parametrize("checker", CONFIGS)
def test_each_fix_for_a_module_of_the_project_makes_it_resolve(
    checker: str, tmp_path: Path
) -> None:
    name, before, after = CONFIGS[checker]
    root = write(tmp_path, {**TREE, name: before})
    options = ("--no-cache", "app")
    done = check(root, *options, checker=checker)
    assert done.returncode == 1, done.stdout + done.stderr
    said = "`from shop.mail import send` cannot be resolved: it is deep/libs/shop/mail.py, but"
    assert re.search(rf"{said} {checker} does not .* in deep/libs", done.stdout)
    (fix,) = re.findall(r"fix: +set `(.+)` in .*, or run typed-bg with `(.+)`", done.stdout)
    setting, option = fix

    passed = check(root, *options, *option.split(), checker=checker)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    if checker in {"mypy", "zuban"}:
        setting = setting.replace('"', "")  # an INI file has no quotes
    write(root, {name: before + after.format(setting)})
    fixed = check(root, *options, checker=checker)
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("pyrefly.toml", 'preset = "default"\nsearch-path = ["more"]\n'),
        ("pyrightconfig.json", '{"extraPaths": ["more"], "reportMissingImports": "error"}'),
        (
            "pyrightconfig.json",
            '{"executionEnvironments": [{"root": "app", "extraPaths": ["more"]}]}',
        ),
        ("pyproject.toml", '[tool.pyright]\nextraPaths = ["more"]\n'),
        ("mypy.ini", "[mypy]\nmypy_path = more\nfiles = app\n"),
        ("ty.toml", '[environment]\nextra-paths = ["more"]\n'),
    ],
)
def test_an_import_root_adds_to_the_config(name: str, config: str, tmp_path: Path) -> None:
    """What the config names is still looked into: the call's arguments come from there."""
    types = "class To: ...\n"
    mail = GOOD.replace("from starlette", "from house import To\nfrom starlette", 1)
    mail = mail.replace("to: str", "to: To").replace('"a"', "To()")
    views = CALL.replace("'a'", "To()").replace("from shop", "from house import To\nfrom shop")
    files = {**TREE, "app/views.py": views, "deep/libs/shop/mail.py": mail}
    root = write(tmp_path, {**files, "more/house.py": types, name: config})
    checker = name.partition(".")[0].removesuffix("config").replace("pyproject", "pyright")
    done = check(root, "--no-cache", "app", "--import-root", "deep/libs", checker=checker)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_root_in_the_settings_is_from_the_root(tmp_path: Path) -> None:
    settings = '[tool.typed_bg]\nimport-root = ["deep/libs"]\n[tool.ty]\n'
    root = write(tmp_path, {**TREE, "pyproject.toml": settings})
    assert check(root / "app", checker=None).returncode == 0
    gone = check(root, "--import-root", "gone")
    assert gone.returncode == 2
    assert f"there is no folder {root / 'gone'}" in gone.stderr


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("from a.b import c", ["x/a/b.py"], ("x/a/b.py", "x")),
        ("from a.b import c", ["x/a/b/__init__.py"], ("x/a/b/__init__.py", "x")),
        ("import a.b", ["a/b.py"], ("a/b.py", ".")),
        ("from a import (b, c)", ["x/a/b.py"], ("x/a/b.py", "x")),
        ("from a import b", ["z/a.py", "app/a.py"], ("app/a.py", "app")),
        ("from . import b", ["x/b.py"], None),
        ("from a import b", ["x/ba.py", "x/a/c.py"], None),
        ("import numpy", ["app/views.py"], None),
    ],
)
def test_the_file_of_a_module(
    text: str, files: list[str], expected: tuple[str, str] | None
) -> None:
    modules = OwnModules(lambda: [PurePosixPath(path) for path in files])
    found = own_module("ty", modules, PurePosixPath("app/views.py"), text)
    if expected is None:
        assert found is None
        return
    path, folder = expected
    assert found is not None
    assert found[0].startswith(f"it is {path}, but ty ")
    assert found[1].endswith(f"`--import-root {folder}`")
