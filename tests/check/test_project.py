"""A project's root, files, environment and checkers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from support.unprivileged import UNPRIVILEGED, needs_unprivileged

from typed_bg._source.files import find_root, python_files
from typed_bg._source.globs import covers
from typed_bg.check.project.checker_choice import choose_checkers
from typed_bg.check.project.interpreter import find_interpreter
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.checkers import CHECKERS

PYTHON = Path(sys.executable)


def write(root: Path, *names: str, **texts: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for name, text in texts.items():
        (root / name).write_text(text)
    return root.resolve()


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.cfg", "setup.py", "ty.toml", ".git"])
def test_the_root_is_the_closest_folder_with_a_mark(tmp_path, mark):
    root = write(tmp_path, f"a/{mark}", "a/b/c/x.py", "a/b/d/y.py", "mypy.ini") / "a"
    assert find_root([], root / "b") == root
    assert find_root([Path("c/x.py"), root / "b/d"], root / "b") == root
    assert find_root([Path("a/b")], tmp_path) == root
    assert find_root([Path("a"), Path()], tmp_path) == tmp_path.resolve()


def test_the_root_without_any_mark(tmp_path, monkeypatch):
    monkeypatch.setattr("typed_bg._source.files._MARKS", ())
    root = write(tmp_path, "a/b/x.py", "c/y.py")
    assert find_root([Path("b/x.py")], root / "a") == root / "a"
    assert find_root([Path("../c")], root / "a") == root / "c"
    assert find_root([], root / "c") == root / "c"


def names(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    found = python_files(root, [Path(path) for path in paths], exclude)
    return [path.relative_to(root).as_posix() for path in found.files]


def test_files_of_the_project_alone(tmp_path):
    root = write(
        tmp_path,
        *("a.py", "b/c.py", "b/n.ipynb", "b/stub.pyi", "b/data.txt", "b/build/__init__.py"),
        *(".hidden/x.py", "b/__pycache__/x.py", "node_modules/x.py", "build/lib/x.py", "dist/x.py"),
        *("own/pyvenv.cfg", "own/lib/x.py", "conda/conda-meta/x", "conda/x.py", "x.egg-info/x.py"),
    )
    assert names(root) == ["a.py", "b/build/__init__.py", "b/c.py", "b/n.ipynb"]
    # What is named is looked into, and nothing is listed twice.
    assert names(root, "b/c.py", "b/build", "b/c.py") == ["b/build/__init__.py", "b/c.py"]
    assert names(root, ".hidden", "build") == [".hidden/x.py", "build/lib/x.py"]
    assert names(root, exclude=("b/c.*",)) == ["a.py", "b/build/__init__.py", "b/n.ipynb"]
    assert names(root, exclude=("build", "*.ipynb")) == ["a.py", "b/c.py"]
    assert names(root, exclude=("b/",)) == ["a.py"]


def test_a_path_that_is_not_there_is_said(tmp_path):
    skipped = python_files(tmp_path, [Path("nowhere.py")]).skipped
    assert [s.path for s in skipped] == [PurePosixPath("nowhere.py")]
    assert "no such file" in skipped[0].why


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
def test_odd_files_are_said_and_loops_end(tmp_path):
    root = write(tmp_path, "a/x.py")
    (root / "a/loop").symlink_to(root, target_is_directory=True)
    (root / "a/itself.py").symlink_to("itself.py")
    (root / "a/broken.py").symlink_to("nowhere")
    os.mkfifo(root / "a/fifo.py")
    Path(os.fsdecode(os.fsencode(root) + b"/a/\xff.py")).touch()
    Path(os.fsdecode(os.fsencode(root) + b"/a/\xfe")).mkdir()
    (root / "a/\n::error::.py").touch()  # in a CI log, such a path starts a command
    (root / "a/.#x.py").symlink_to("me@here.1:2")  # Emacs edits x.py
    found = python_files(root)
    assert [path.name for path in found.files] == ["x.py"]
    assert {os.fsencode(str(skipped.path)) for skipped in found.skipped} == {
        *(
            b"a/itself.py",
            b"a/broken.py",
            b"a/fifo.py",
            b"a/\xff.py",
            rb"a/\n::error::.py",
            b"a/\xfe",
        )
    }


@needs_unprivileged
def test_a_folder_that_cannot_be_entered_is_skipped(tmp_path):
    root = write(tmp_path, "a/x.py", "locked/y.py")
    (root / "locked").chmod(0)
    command = [*UNPRIVILEGED, sys.executable, "-c", LIST, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    (root / "locked").chmod(0o700)
    files, ((folder, why),) = json.loads(done.stdout)
    assert (files, folder) == (["a/x.py"], "locked"), done.stderr
    assert why.endswith(": Permission denied")


LIST = """
import json, sys, pathlib
from typed_bg._source.files import find_root, is_virtual_environment, python_files, repository_of

root = pathlib.Path(sys.argv[1])
assert find_root([root / "locked/y.py"], root) == root
assert repository_of(root / "locked/in") == root / "locked/in"
assert not is_virtual_environment(root / "locked/in")
found = python_files(root)
files = [str(path.relative_to(root)) for path in found.files]
print(json.dumps([files, [[str(skip.path), skip.why] for skip in found.skipped]]))
"""


@pytest.mark.skipif(os.name == "nt", reason="paths have other limits there")
def test_a_path_that_is_too_long_is_skipped(tmp_path):
    root = write(tmp_path, "a.py")
    here = os.open(root, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("v" * 200, dir_fd=here)
        inner = os.open("v" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    found = python_files(root)
    assert [path.name for path in found.files] == ["a.py"]
    (skip,) = found.skipped
    assert skip.why.endswith(": File name too long")


def test_four_thousand_files_and_a_thousand_folders_deep(tmp_path):
    for i in range(40):
        (tmp_path / f"p{i}").mkdir()
        for j in range(100):
            (tmp_path / f"p{i}/m{j}.py").touch()
    folder = tmp_path
    for _ in range(900):
        folder /= "d"
        folder.mkdir()
    (folder / "deep.py").touch()
    assert len(python_files(tmp_path).files) == 4001


@pytest.mark.parametrize(
    ("glob", "path", "result"),
    [
        ("a", "a/b.py", True),
        ("a/", "a/b.py", True),
        ("./a/*.py", "a/b.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**", "a/b/c.py", True),
        ("**/c.py", "c.py", True),
        ("**/b", "a/b/c.py", True),
        ("a/**/c.py", "a/c.py", True),
        ("a/?.py", "a/b.py", True),
        ("a/[!b].py", "a/b.py", False),
        ("a/[b.py", "a/[b.py", True),
        ("b", "a/b/c.py", False),
        ("a.b", "a/b", False),
        (".", "a.py", True),
    ],
)
def test_globs(glob, path, result):
    assert covers(glob, PurePosixPath(path)) is result


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("glob", "matched", "other"),
    [
        ("[!]", "[!]", "a"),
        ("[^]", "[^]", "a"),
        ("[]", "[]", "a"),
        ("[z-a]", None, "m"),
        ("[!z-a]", "m", None),
        ("[a-\\d]", None, "5"),
        ("[[]", "[", "a"),
        ("[]]", "]", "a"),
        ("[!]]", "a", "]"),
        ("[a-]", "-", "b"),
        ("[a-c^&&~|]", "b", "d"),
        ("[!a]", "b", "a"),
        ("[", "[", "a"),
    ],
)
def test_sets_of_characters(glob, matched, other):
    assert matched is None or covers(glob, PurePosixPath(matched))
    assert other is None or not covers(glob, PurePosixPath(other))


def test_globs_of_one_name_anywhere():
    assert covers("b", PurePosixPath("a/b/c.py"), anywhere=True)
    assert not covers("a/c.py", PurePosixPath("b/a/c.py"), anywhere=True)


def environment(folder: Path) -> Path:
    write(folder, "pyvenv.cfg", "bin/python")
    return folder / "bin/python"


def test_the_interpreter_by_precedence(tmp_path):
    root = write(tmp_path / "repository/project", "a.py")
    outer = tmp_path / "repository"
    write(outer, ".git/HEAD")

    def chosen(named: str | None = None, **variables: str) -> tuple[Path, str]:
        found = find_interpreter(root, variables, None if named is None else Path(named))
        return found.path, found.why

    path, why = chosen()
    assert path == PYTHON
    assert "no environment" in why
    environment(tmp_path / ".venv")  # beyond the repository
    assert chosen()[0] == PYTHON
    above = environment(outer / ".venv")
    path, why = chosen()
    assert path == above
    assert why.endswith(f" in {outer / '.venv'}")
    write(root, "venv/bin/python")  # a folder of that name is not an environment yet
    assert chosen()[0] == above
    inside = environment(root / "venv")
    assert chosen()[0] == inside
    conda = environment(tmp_path / "conda")
    active = environment(tmp_path / "active")
    assert chosen(CONDA_PREFIX=str(tmp_path / "conda"))[0] == conda
    variables = {"CONDA_PREFIX": str(tmp_path / "conda"), "VIRTUAL_ENV": str(tmp_path / "active")}
    assert chosen(**variables) == (active, "VIRTUAL_ENV names its environment")
    assert chosen(VIRTUAL_ENV=str(tmp_path / "gone"))[0] == inside
    path, why = chosen("venv", **variables)
    assert path == inside
    assert "was named" in why
    assert chosen("venv/bin/python")[0] == inside
    with pytest.raises(ConfigError, match="there is no interpreter "):
        chosen("nowhere")


def chosen(root: Path, named: tuple[str, ...] | None = None) -> dict[str, str]:
    return {checker.name: checker.why for checker in choose_checkers(root, PYTHON, named)}


def test_checkers_that_were_named_come_in_that_order(tmp_path):
    write(tmp_path, ".git/HEAD", **{"mypy.ini": "[mypy]\n"})
    found = choose_checkers(tmp_path, PYTHON, ("zuban", "mypy", "zuban"))
    assert [checker.name for checker in found] == ["zuban", "mypy"]
    # zuban reads mypy's config, which the choice says.
    assert found[0].config is not None
    assert found[0].config.path.name == "mypy.ini"
    assert found[0].why == "it was requested"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("mypy.ini", "[mypy]\n", {"mypy": "mypy.ini:1 configures it"}),
        ("setup.cfg", "[metadata]\n[mypy]\n", {"mypy": "setup.cfg:2 configures it"}),
        ("pyrightconfig.json", "{}", {"pyright": "pyrightconfig.json:1 configures it"}),
        ("ty.toml", "", {"ty": "ty.toml:1 configures it"}),
        (
            "pyproject.toml",
            "[tool.basedpyright]\n[tool.zuban]\n[tool.pyrefly]\n[tool.ty.src]\ninclude=['.']\n",
            {
                "basedpyright": "pyproject.toml:1 configures it",
                "ty": "pyproject.toml:1 configures it",
                "pyrefly": "pyproject.toml:3 configures it",
                "zuban": "pyproject.toml:2 configures it",
            },
        ),
        (
            ".pre-commit-config.yaml",
            (
                "repos:\n- repo: https://host/mirrors-mypy\n  hooks:\n  - id: mypy # pyright\n"
                "- repo: local\n  hooks:\n  - id: x\n    entry: uv run ty check\n# - id: pyrefly\n"
            ),
            {
                "mypy": ".pre-commit-config.yaml:2 runs it",
                "ty": ".pre-commit-config.yaml:8 runs it",
            },
        ),
        (
            "pyproject.toml",
            "[dependency-groups]\ndev = ['pytest', 'pyright[nodejs]>=1', \"mypy\"]\n# 'ty'\n",
            {"mypy": "pyproject.toml:2 requires it", "pyright": "pyproject.toml:2 requires it"},
        ),
        (
            "pyproject.toml",
            "[tool.poetry.group.dev.dependencies]\nbasedpyright = '^1'\nmypy-extensions = '1'\n",
            {"basedpyright": "pyproject.toml:2 requires it"},
        ),
        (
            "requirements-dev.txt",
            "a\nzuban==1\nmypy_boto3\n",
            {"zuban": "requirements-dev.txt:2 requires it"},
        ),
    ],
)
def test_checkers_that_the_project_uses(tmp_path, name, text, expected):
    write(tmp_path, ".git/HEAD", **{name: text})
    assert chosen(tmp_path) == expected


def test_a_config_counts_more_than_a_requirement(tmp_path):
    write(tmp_path, ".git/HEAD", **{"requirements.txt": "ty\n", "mypy.ini": "[mypy]\n"})
    assert list(chosen(tmp_path)) == ["mypy"]


def test_checkers_that_are_only_installed_are_optional_and_in_the_order_of_what_they_see(tmp_path):
    root = write(tmp_path, ".git/HEAD", "a.py")
    found = choose_checkers(root, PYTHON)
    names = [checker.name for checker in found]
    assert names == ["pyright", "basedpyright", "zuban", "ty", "mypy", "pyrefly"]
    assert all(checker.optional for checker in found)
    assert found[0].why.endswith("; pyright is installed")


def test_all_takes_what_is_installed_besides_what_the_project_uses(tmp_path):
    root = write(tmp_path, ".git/HEAD", **{"mypy.ini": "[mypy]\n"})
    found = choose_checkers(root, PYTHON, ("all",))
    assert {checker.name: checker.optional for checker in found} == {
        name: name != "mypy" for name in CHECKERS
    }
    alone = choose_checkers(root, PYTHON, ("ty", "all"))
    assert [(checker.name, checker.optional) for checker in alone[:2]] == [
        ("ty", False),
        ("mypy", False),
    ]


def test_none_installed(tmp_path, monkeypatch):
    root = write(tmp_path, ".git/HEAD", "a.py")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_checkers(root, tmp_path / "bin/python") == ()
