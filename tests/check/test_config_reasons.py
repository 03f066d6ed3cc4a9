"""The reasons found in a config are there just where the checker itself is silent."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath

import pytest
from support.check_command import write_files
from support.message_texts import message_texts

from typed_bg.check.project.checker_configs import find_config
from typed_bg.check.reasons import checker_config
from typed_bg.check.reasons.checker_config import reasons_of
from typed_bg.checkers import CHECKERS, CheckerError, run

CALL = """\
from starlette.background import BackgroundTasks
def work(count: int) -> None: ...
def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(work, "one")
    tasks.add_task(work, 1, 2)
"""
CODE = {"app/__init__.py": "", "app/work.py": CALL, "app/sub/__init__.py": "", "app/sub/m.py": CALL}
MYPY = ("mypy", "zuban")

# checkers, config file, its text, and of app/work.py: the reason's code and line; None where the
# calls are checked nevertheless.
CASES = [
    (MYPY, "mypy.ini", "[mypy]\nstrict = True\n", None),
    (MYPY, "mypy.ini", "[mypy]\n\n# why\nignore_errors = True\n", ("config-ignored", 4)),
    (("mypy",), ".mypy.ini", "[mypy]\n[mypy-app.*]\nignore_errors: yes\n", ("config-ignored", 3)),
    (MYPY, "setup.cfg", "[mypy]\nignore_errors=True\n[mypy-app.*]\nignore_errors=False\n", None),
    (MYPY, "mypy.ini", "[mypy]\n[mypy-app.sub.*,app.none]\nignore_errors = True\n", None),
    (("mypy",), "mypy.ini", "[mypy]\n[mypy-*.work]\nignore_errors = True\n", ("config-ignored", 3)),
    (
        ("mypy",),
        "mypy.ini",
        "[mypy]\nexclude = (?x)(\n  old\n  | ^app/w)\n",
        ("config-excluded", 2),
    ),
    (
        ("mypy", "pyrefly"),
        "mypy.ini",
        "[mypy]\nfollow_imports = skip\n",
        ("config-imports", 2),
    ),
    (
        ("mypy", "pyrefly"),
        "mypy.ini",
        "[mypy]\n[mypy-starlette.*]\nfollow_imports = skip\n",
        ("config-imports", 3),
    ),
    (
        ("mypy",),
        "pyproject.toml",
        (
            "[tool.mypy]\n[[tool.mypy.overrides]]\nmodule='x'\n"
            "[[tool.mypy.overrides]]\nmodule=['app.*']\ndisable_error_code=['arg-type','call-arg']\n"
        ),
        ("config-rules", 6),
    ),
    (("mypy",), "pyproject.toml", "[tool.mypy]\nexclude = ['x', 'work']\n", ("config-excluded", 2)),
    (("mypy",), "pyproject.toml", "[tool.mypy]\nfiles = ['app/sub']\n", ("config-excluded", 2)),
    (("zuban",), "pyproject.toml", "[tool.zuban]\nignore_errors = true\n", ("config-ignored", 2)),
    (("pyright",), "pyrightconfig.json", '{// x\n"exclude": ["app/sub",],}\n', None),
    (
        ("pyright",),
        "pyrightconfig.json",
        '{/* x */\n"exclude": ["**/w*"]}\n',
        ("config-excluded", 2),
    ),
    (("pyright",), "pyrightconfig.json", '{"ignore": ["app"]}\n', ("config-excluded", 1)),
    (
        ("basedpyright",),
        "pyproject.toml",
        "[tool.pyright]\ninclude = ['app/sub']\n",
        ("config-excluded", 2),
    ),
    (("pyright",), "pyrightconfig.json", '{"typeCheckingMode": "off"}', ("config-rules", 1)),
    (
        ("basedpyright",),
        "pyproject.toml",
        "[tool.basedpyright]\nreportCallIssue = false\nreportArgumentType = 'none'\n",
        ("config-rules", 2),
    ),
    (("ty",), "ty.toml", "[src]\nexclude = ['app/sub']\n", None),
    (("ty",), "ty.toml", "[src]\nexclude = ['work.py']\n", None),
    (("ty",), "ty.toml", "[src]\nexclude = ['**/work.py']\n", ("config-excluded", 2)),
    (("ty",), "ty.toml", "[src]\ninclude = ['app/*.py']\n", None),
    (("pyrefly",), "pyrefly.toml", "project-excludes=['ap*.py']\n", ("config-excluded", 1)),
    (("pyrefly",), "pyrefly.toml", "preset='default'\nproject-includes=['a*.py']\n", None),
    (("pyrefly",), "mypy.ini", "[mypy]\n", None),
    (("ty",), "ty.toml", "[src]\nexclude = ['app', '!app']\n", None),
    (("ty",), "pyproject.toml", "[tool.ty.src]\ninclude = ['app/sub']\n", ("config-excluded", 2)),
    (("ty",), "pyproject.toml", "[tool.ty]\nrules = { all = 'ignore' }\n", ("config-rules", 2)),
    (
        ("ty",),
        "ty.toml",
        "[[overrides]]\ninclude = ['app/work.py']\n[overrides.rules]\nall = 'ignore'\n",
        ("config-rules", 3),
    ),
    (("pyrefly",), "pyrefly.toml", "preset = 'default'\n", None),
    (("pyrefly",), "pyrefly.toml", "preset = 'basic'\n", ("config-preset", 1)),
    (("pyrefly",), "pyrefly.toml", "project-excludes=['**/work.py']\n", ("config-excluded", 1)),
    (
        ("pyrefly",),
        "pyproject.toml",
        "[tool.pyrefly]\nproject-includes = ['app/sub']\n",
        ("config-excluded", 2),
    ),
    (
        ("pyrefly",),
        "pyrefly.toml",
        "[errors]\nbad-argument-type = false\nbad-argument-count = false\n",
        ("config-rules", 3),
    ),
    (
        ("pyrefly",),
        "pyrefly.toml",
        (
            "[[sub-config]]\nmatches = 'app/work.py'\n"
            "[sub-config.errors]\nbad-argument-type = false\nbad-argument-count = 'ignore'\n"
        ),
        ("config-rules", 1),
    ),
    (("pyrefly",), "README", "", ("config-preset", None)),
]
EACH = [(checker, *case) for checkers, *case in CASES for checker in checkers]


def reported(checker: str, root: Path) -> bool:
    """Whether both wrong calls are reported, or none."""
    paths: tuple[str, ...] = ()
    if checker == "mypy" and find_files_option(root) is None:
        paths = (".",)
    try:
        result = run(CHECKERS[checker], root, paths=paths, python=Path(sys.executable))
    except CheckerError as error:
        if "no python files" not in str(error).lower():
            raise
        return False
    lines = {d.line for d in result.diagnostics if d.path == (root / "app/work.py").resolve()}
    assert lines & {4, 5} in ({4, 5}, set())
    return bool(lines & {4, 5})


def find_files_option(root: Path):
    config = find_config("mypy", root)
    return None if config is None else config.general.get("files")


def all_reasons(checker: str, root: Path):
    config = find_config(checker, root)
    return tuple(reasons_of(checker, config, root, PurePosixPath("app/work.py")))


def reasons(checker: str, root: Path):
    """Return those of the calls here, which are in functions with annotations."""
    found = all_reasons(checker, root)
    return tuple(reason for reason in found if reason.code != "config-unannotated")


@pytest.mark.parametrize(
    ("checker", "name", "text", "expected"),
    EACH,
    ids=[f"{checker}-{i}" for i, (checker, *_) in enumerate(EACH)],
)
def test_a_reason_is_given_just_where_the_checker_is_silent(
    tmp_path, checker, name, text, expected
):
    root = write_files(tmp_path, {**CODE, ".git/HEAD": "", name: text})
    found = reasons(checker, root)
    assert reported(checker, root) == (not found)
    if expected is None:
        return
    code, line = expected
    place = next(reason for reason in found if reason.code == code).place
    if line is not None:
        assert place is not None
        assert (place.path, place.line) == (PurePosixPath(name), line)


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_remedy_of_a_config_is_to_change_that_line(tmp_path, checker):
    name, text = REMEDIED[checker]
    root = write_files(tmp_path, {**CODE, ".git/HEAD": "", name: text})
    place = reasons(checker, root)[0].place
    assert place is not None
    assert not reported(checker, root)
    lines = text.splitlines()
    del lines[place.line - 1]
    write_files(root, {name: "\n".join(lines)})
    assert reported(checker, root)


REMEDIED = {
    "mypy": ("setup.cfg", "[metadata]\nname=x\n[mypy]\nfollow_imports = skip\nstrict = True\n"),
    "zuban": ("mypy.ini", "[mypy]\nignore_errors = True\n"),
    "pyright": ("pyrightconfig.json", '{\n"exclude": ["app"],\n"strict": []\n}'),
    "basedpyright": ("pyrightconfig.json", '{\n// x\n"ignore": ["app/work.py"],\n"strict": []\n}'),
    "ty": ("ty.toml", '[src]\nexclude = ["app/"]\n'),
    "pyrefly": ("pyrefly.toml", 'project-excludes = ["app"]\npreset = "default"\n'),
}


def test_mypys_most_precise_section_is_in_force(tmp_path):
    text = """\
[mypy]
follow_imports = skip
[mypy-starlette.background]
follow_imports = normal
[mypy-starlette.*,fastapi.*,typed_bg]
follow_imports = silent
"""
    root = write_files(tmp_path, {**CODE, ".git/HEAD": "", "mypy.ini": text})
    assert reasons("mypy", root) == ()
    assert reported("mypy", root)


# checker, config file, the reason's code, the config before the fix and after it.
FIXES = [
    (
        "mypy",
        "mypy.ini",
        "config-ignored",
        "[mypy]\nignore_errors = True\n",
        "[mypy]\nignore_errors = True\n[mypy-app.*]\nignore_errors = False\n",
    ),
    (
        "mypy",
        "mypy.ini",
        "config-imports",
        "[mypy]\nfollow_imports = skip\n",
        "[mypy]\nfollow_imports = silent\n",
    ),
    (
        "mypy",
        "mypy.ini",
        "config-rules",
        "[mypy]\ndisable_error_code = arg-type, call-arg\n",
        "[mypy]\n",
    ),
    ("mypy", "mypy.ini", "config-excluded", "[mypy]\nfiles = app/sub\n", "[mypy]\nfiles = app\n"),
    (
        "pyright",
        "pyrightconfig.json",
        "config-rules",
        '{"typeCheckingMode": "off"}',
        '{"typeCheckingMode": "basic"}',
    ),
    (
        "basedpyright",
        "pyproject.toml",
        "config-argument-types",
        "[tool.basedpyright]\nreportCallIssue = false\nreportArgumentType = 'none'\n",
        "[tool.basedpyright]\nreportCallIssue = 'error'\nreportArgumentType = 'error'\n",
    ),
    (
        "pyright",
        "pyproject.toml",
        "config-excluded",
        "[tool.pyright]\ninclude = ['app/sub']\n",
        "[tool.pyright]\ninclude = ['app']\n",
    ),
    (
        "ty",
        "ty.toml",
        "config-rules",
        "[rules]\nall = 'ignore'\n",
        "[rules]\nall = 'error'\n",
    ),
    (
        "ty",
        "ty.toml",
        "config-excluded",
        "[src]\ninclude = ['app/sub']\n",
        "[src]\ninclude = ['app']\n",
    ),
    (
        "pyrefly",
        "pyrefly.toml",
        "config-preset",
        "preset = 'basic'\n",
        "preset = 'default'\n",
    ),
    (
        "pyrefly",
        "pyrefly.toml",
        "config-preset",
        None,
        'preset = "default"\n',
    ),
    (
        "pyrefly",
        "pyrefly.toml",
        "config-rules",
        "[errors]\nbad-argument-type = false\nbad-argument-count = false\n",
        "[errors]\nbad-argument-type = true\nbad-argument-count = true\n",
    ),
    (
        "pyrefly",
        "pyrefly.toml",
        "config-excluded",
        "project-includes = ['app/sub']\npreset = 'default'\n",
        "project-includes = ['app']\npreset = 'default'\n",
    ),
]


@pytest.mark.parametrize(
    ("checker", "name", "code", "before", "after"),
    FIXES,
    ids=[f"{checker} {code}" for checker, _, code, _, _ in FIXES],
)
def test_a_fix_of_a_config_makes_the_checker_report(  # noqa: PLR0913, PLR0917  # a table's columns
    tmp_path, checker, name, code, before, after
):
    config = {} if before is None else {name: before}
    root = write_files(tmp_path, {**CODE, ".git/HEAD": "", **config})
    assert code in {reason.code for reason in reasons(checker, root)}
    write_files(root, {name: after})
    assert reasons(checker, root) == ()
    assert reported(checker, root)


# Their fixes change the code or the config: `test_reasons.py` applies them.
UNANNOTATED = [
    ("pyrefly", "mypy.ini", "[mypy]\n"),
    ("pyrefly", "pyrefly.toml", "preset = 'legacy'\n"),
]


def test_every_fix_of_a_config_is_tested(tmp_path):
    """The module's texts are read from its source, so that a new one needs a row above."""
    rows = [(checker, name, before) for checker, name, _, before, _ in FIXES] + UNANNOTATED
    seen = ""
    for number, (checker, name, config) in enumerate(rows):
        files = {} if config is None else {name: config}
        root = write_files(tmp_path / str(number), {**CODE, ".git/HEAD": "", **files})
        seen += "".join(f"{reason.fact}\n{reason.fix}\n" for reason in all_reasons(checker, root))
    texts = message_texts(Path(checker_config.__file__).read_text("utf-8"))
    parts = {part for text in texts for part in re.split(r"\{.*?\}", text)}
    assert {part for part in parts if part not in seen} == set()
