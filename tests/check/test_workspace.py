"""A copy outside of a project in which every checker sees what it sees in the project."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import venv
from pathlib import Path, PurePosixPath

import pytest
from support.check_command import write_files
from support.unprivileged import UNPRIVILEGED, needs_unprivileged

from typed_bg.check.project.workspace import MirrorError, mirror
from typed_bg.checkers import CHECKERS, Diagnostic, revealed_type, run

# A repository that holds what is hard to copy. The service is what is checked; it takes its
# settings, its stubs and a library from beside and above it, by relative paths.
TEST = """\
from app.typed import VALUE
from app.work import LIMIT
from app.sub.deep import AGAIN
from ns.tools import TOOL
from outside import STUBBED
from shared import SHARED
reveal_type(VALUE)
reveal_type(LIMIT)
reveal_type(AGAIN)
reveal_type(TOOL)
reveal_type(STUBBED)
reveal_type(SHARED)
"""
WRONG = "def work(count: int) -> None: ...\n\n\nwork('é')\n"
SERVICE = {
    "mypy.ini": """\
[mypy]
mypy_path = $MYPY_CONFIG_FILE_DIR/src:$MYPY_CONFIG_FILE_DIR/stubs:$MYPY_CONFIG_FILE_DIR/../../libs
explicit_package_bases = True
exclude = (^|/)excluded/
[mypy-app.legacy]
ignore_errors = True
""",
    "pyrightconfig.json": """\
{"extends": "../base.json", "extraPaths": ["../../libs"], "stubPath": "stubs",
 "exclude": ["src/excluded"], "reportPrivateLocalImportUsage": "none"}
""",
    "ty.toml": """\
[environment]
extra-paths = ["stubs", "../../libs"]
[src]
exclude = ["src/excluded"]
""",
    "pyrefly.toml": """\
preset = "default"
search-path = ["src", "stubs", "../../libs"]
project-excludes = ["src/excluded"]
""",
    "src/app/__init__.py": "",
    "src/app/work.py": f"LIMIT: int = 1\n{WRONG}",
    "src/app/legacy.py": WRONG,
    "src/app/typed.py": f"VALUE = 1\n{WRONG}",
    "src/app/typed.pyi": "VALUE: bytes\n",
    "src/app/sub/__init__.py": "",
    "src/app/sub/deep.py": "from app.work import LIMIT as AGAIN\n",
    "src/excluded/left.py": WRONG,
    "src/ignored/left.py": WRONG,
    "src/ns/tools.py": f"TOOL: int = 1\n{WRONG}",
    "stubs/outside.pyi": "STUBBED: complex\n",
    "tests/conftest.py": "",
    "tests/test_work.py": TEST,
}
REPOSITORY = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "ignored/\n",
    "libs/shared.py": "SHARED: float\n",
    "services/base.json": '{"reportMissingModuleSource": "none", "reportArgumentType": "warning"}',
    **{f"services/api/{name}": text for name, text in SERVICE.items()},
}
CHANGED = [
    *("src/app/legacy.py", "src/app/typed.py", "src/app/work.py"),
    *("src/excluded/left.py", "src/ignored/left.py", "src/ns/tools.py", "tests/test_work.py"),
]


def write(root: Path, files: dict[str, str]) -> Path:
    return write_files(root, files).resolve()


def snapshot(root: Path) -> dict[str, tuple[int, ...]]:
    """Everything that a write, a link or a chmod would change."""
    return {
        str(path): (stat.st_mode, stat.st_nlink, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        for path in [root, *root.rglob("*")]
        for stat in [path.lstat()]
    }


def same(*names: str, root: Path) -> dict[PurePosixPath, bytes]:
    return {PurePosixPath(name): (root / name).read_bytes() for name in names}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("original") / "repository", REPOSITORY) / "services/api"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, service: Path) -> Path:
    """The interpreter of an environment in which the service is installed as editable."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    if sys.platform == "win32":
        packages = environment / "Lib" / "site-packages"
    (packages / "__editable__.service.pth").write_text(f"{service / 'src'}\n")
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def as_configured(name: str) -> tuple[str, ...]:
    """Paths on the command line come before what a config includes or, for pyrefly, excludes."""
    return (".",) if name == "mypy" else ()


def said(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[int, int, str | None, str]]:
    return [(d.line, d.column, d.rule, d.message) for d in diagnostics]


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=list(CHECKERS))
class TestWithEachChecker:
    def test_says_of_an_unchanged_copy_what_it_says_of_the_original(
        self, checker, service, python, tmp_path, monkeypatch
    ):
        before = snapshot(service.parent.parent)
        paths = as_configured(checker.name)
        here = run(checker, service, paths=paths, python=python)
        with mirror(service, same(*CHANGED, root=service), temporary=tmp_path) as copy:
            monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, copy.editable(python))))
            there = run(checker, copy.path, paths=paths, python=python)
            places = {copy.original(d.path) for d in there.diagnostics}
        for name in CHANGED:
            original = tuple(d for d in here.diagnostics if d.path == service / name)
            copied = tuple(d for d in there.diagnostics if d.path == copy.path / name)
            assert said(copied) == said(original), name
        # All of this is there to be said at all: paths and sections were found.
        assert PurePosixPath("src/ns/tools.py") in places
        assert PurePosixPath("src/app/work.py") in places
        assert (PurePosixPath("src/app/legacy.py") in places) == (
            checker.name not in {"mypy", "zuban"}
        )
        assert not [place for place in places if place is not None and "excluded" in place.parts]
        types = [t for t in map(revealed_type, there.diagnostics) if t is not None]
        assert [t.removeprefix("builtins.") for t in types] == [
            *("bytes", "int", "int", "int", "complex", "float")
        ]
        assert snapshot(service.parent.parent) == before
        assert list(tmp_path.iterdir()) == []

    def test_resolves_imports_to_the_changed_modules(
        self, checker, service, python, tmp_path, monkeypatch
    ):
        changed = {
            **same(*CHANGED, root=service),
            PurePosixPath("src/app/work.py"): b"LIMIT: str = ''\n",
            PurePosixPath("src/ns/tools.py"): b"TOOL: str = ''\n",
        }
        with mirror(service, changed, temporary=tmp_path) as copy:
            assert copy.editable(python) == (copy.path / "src",)
            monkeypatch.setenv("PYTHONPATH", str(copy.path / "src"))
            there = run(checker, copy.path, paths=as_configured(checker.name), python=python)
        types = [t for t in map(revealed_type, there.diagnostics) if t is not None]
        assert [t.removeprefix("builtins.") for t in types] == [
            *("bytes", "str", "str", "str", "complex", "float")
        ]


def test_a_cache_of_mypys_holds_from_copy_to_copy(tmp_path):
    root = write(tmp_path / "project", {"a.py": "import b\n", "b.py": "X = 1\n"})
    (tmp_path / "copies").mkdir()
    found = []
    for text in (b"reveal_type(1)\n", b"reveal_type(2)\n", b"reveal_type(2)\n"):
        changed = {PurePosixPath("a.py"): text}
        with mirror(root, changed, temporary=tmp_path / "copies") as copy:
            cache = tmp_path / "cache"
            checker = CHECKERS["mypy"]
            result = run(checker, copy.path, python=Path(sys.executable), cache_dir=cache)
            found.append([revealed_type(d) for d in result.diagnostics])
    # The same size within a second, which is what mypy's cache is blind to.
    assert found == [["Literal[1]?"], ["Literal[2]?"], ["Literal[2]?"]]


def test_is_laid_out_at_the_price_of_the_neighbours(tmp_path):
    files = {f"far/package_{i}/module.py": "" for i in range(50)}
    root = write(tmp_path / "project", {**files, "near/a.py": "", "near/data.bin": "", "b.py": ""})
    with mirror(root, {PurePosixPath("near/a.py"): b"1\n"}) as copy:
        assert (copy.path / "far").is_symlink()
        assert (copy.path / "b.py").is_symlink()
        assert (copy.path / "far/package_7/module.py").is_file()
        assert sorted(path.name for path in (copy.path / "near").iterdir()) == ["a.py"]
        assert (root / "near/a.py").read_bytes() == b""
        assert copy.path.name == "project"


@pytest.mark.parametrize("place", [".basedpyright/baseline.json", "{outside}/known.json"])
def test_basedpyright_leaves_its_baseline_as_it_is(tmp_path, place, monkeypatch):
    monkeypatch.delenv("CI", raising=False)  # there it leaves the baseline alone
    place = place.format(outside=tmp_path)
    known = {
        "code": "reportAssignmentType",
        "range": {"startColumn": 9, "endColumn": 11, "lineCount": 1},
    }
    baseline = json.dumps({"files": {"./a.py": [known]}})
    config = {"baselineFile": place, "typeCheckingMode": "standard"}
    files = {place: baseline, "pyrightconfig.json": json.dumps(config)}
    root = write(tmp_path / "project", {**files, "a.py": "x: int = ''\n"})
    before = snapshot(tmp_path)
    with mirror(root, {PurePosixPath("a.py"): b"x: int = 1\n"}) as copy:
        # The known error is gone.
        found = run(CHECKERS["basedpyright"], copy.path, python=Path(sys.executable))
        assert not found.diagnostics
        assert snapshot(tmp_path) == before


def test_configs_are_copied_and_caches_left_out(tmp_path):
    root = write(tmp_path / "p", {"mypy.ini": "[mypy]", ".mypy_cache/x.json": "", "a.py": ""})
    with mirror(root, {PurePosixPath("a.py"): b""}) as copy:
        assert (copy.path / "mypy.ini").read_text() == "[mypy]"
        assert not (copy.path / "mypy.ini").is_symlink()
        assert not (copy.path / ".mypy_cache").exists()


def test_new_modules_and_folders(tmp_path):
    root = write(tmp_path / "project", {"a.py": ""})
    with mirror(root, {PurePosixPath("new/folder/b.py"): b"1"}) as copy:
        assert (copy.path / "new/folder/b.py").read_bytes() == b"1"
        assert (copy.path / "a.py").exists()


@pytest.mark.parametrize("name", ["../a.py", "/a.py"])
def test_nothing_is_written_beside_the_copy(tmp_path, name):
    with (
        pytest.raises(ValueError, match="not a path within"),
        mirror(
            tmp_path, {PurePosixPath(name): b""}, temporary=write(tmp_path.parent / "t", {"x": ""})
        ),
    ):
        pass


def test_a_temporary_folder_within_the_project_is_refused(tmp_path):
    root = write(tmp_path, {"a.py": "", "tmp/x": ""})
    with pytest.raises(MirrorError, match="TMPDIR"), mirror(root, {}, temporary=root / "tmp"):
        pass
    assert sorted(path.name for path in (root / "tmp").iterdir()) == ["x"]


def test_a_repository_around_the_temporary_folder_is_not_the_projects(tmp_path):
    home = write(tmp_path, {".git/HEAD": "", "tmp/x": "", "project/a.py": ""})
    with mirror(home / "project", {}, temporary=home / "tmp") as copy:
        assert copy.top == copy.path


@pytest.mark.parametrize("checker", CHECKERS)
def test_an_ignore_file_around_the_temporary_folder_hides_nothing(checker, tmp_path):
    """Such is the folder that nox and tox give out for temporary files."""
    hidden = write(tmp_path / "other", {".git/HEAD": "", "tmp/.gitignore": "*\n"}) / "tmp"
    files = {"a.py": WRONG, "pyrefly.toml": 'preset = "default"\n'}
    root = write(tmp_path / "project", files)
    with mirror(root, {PurePosixPath("a.py"): WRONG.encode()}, temporary=hidden) as copy:
        result = run(CHECKERS[checker], copy.path, python=Path(sys.executable))
    assert [
        diagnostic.line for diagnostic in result.diagnostics if diagnostic.severity == "error"
    ] == [4]


def test_folders_beside_the_top_are_linked_for_a_config_that_leads_there(tmp_path):
    files = {"library/x.py": "", "project/a.py": "", "other/mypy.ini": "", "other/a.py": ""}
    base = write(tmp_path, {**files, "project/mypy.ini": "[mypy]\nmypy_path = ../library\n"})
    with mirror(base / "project", {}) as copy:
        assert (copy.path / "../library/x.py").is_file()
    with mirror(base / "other", {}) as copy:
        assert not (copy.path / "../library").exists()


def test_module_names_of_a_root_within_a_package(tmp_path):
    root = write(tmp_path, {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": ""}) / "a/b"
    with mirror(root, {}) as copy:
        assert (copy.path.parent / "__init__.py").exists()
        assert copy.original(copy.path.parent / "__init__.py") == PurePosixPath("../__init__.py")


def test_paths_lead_back(tmp_path):
    with mirror(write(tmp_path / "p", {"a b/é.py": ""}), {PurePosixPath("a b/é.py"): b""}) as copy:
        assert copy.original(copy.path / "a b/é.py") == PurePosixPath("a b/é.py")
        assert copy.original(Path("./a b/../a b/é.py")) == PurePosixPath("a b/é.py")
        assert copy.original(Path(sys.executable)) is None
        assert copy.original(tmp_path / "p/a b/é.py") is None


ODD = """\
import os, sys
root = sys.argv[1].encode()
os.mkdir(root)
open(root + b"/a.py", "w").close()
os.symlink(b"..", root + b"/loop")
os.symlink(b"itself.py", root + b"/itself.py")
os.symlink(b"nowhere", root + b"/broken.py")
os.mkfifo(root + b"/fifo.py")
open(root + b"/\\xff.py", "w").close()
os.mkdir(root + b"/deep")
folder = os.open(root + b"/deep", os.O_RDONLY)
for _ in range(600):
    os.mkdir("deeper", dir_fd=folder)
    folder, above = os.open("deeper", os.O_RDONLY, dir_fd=folder), folder
    os.close(above)
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
@pytest.mark.parametrize("links", [True, False])
def test_odd_files(tmp_path, monkeypatch, links):
    subprocess.run([sys.executable, "-c", ODD, tmp_path / "odd"], check=True)  # noqa: S603
    if not links:
        monkeypatch.setattr("typed_bg.check.project.workspace._has_links", lambda folder: False)
    with mirror(tmp_path / "odd", {PurePosixPath("a.py"): b"1"}) as copy:
        names = {os.fsencode(path.name) for path in copy.path.iterdir()}
        assert names == {b"a.py", b"\xff.py", b"loop", b"deep"}
    assert not copy.path.exists()


MIRROR = """
import pathlib, sys
from typed_bg.check.project.workspace import mirror
with mirror(pathlib.Path(sys.argv[1]), {pathlib.PurePosixPath("closed/a.py"): b"1"}) as copy:
    print(*(skipped.path for skipped in copy.skipped))
"""


@needs_unprivileged
def test_an_unreadable_folder_is_said(tmp_path):
    root = write(tmp_path / "p", {"closed/a.py": ""})
    (root / "closed").chmod(0o100)
    command = [*UNPRIVILEGED, sys.executable, "-c", MIRROR, str(root)]
    assert subprocess.check_output(command, text=True) == "closed\n"  # noqa: S603
    (root / "closed").chmod(0o700)


def test_a_read_only_tree(tmp_path):
    root = write(tmp_path / "p", {"package/a.py": "", "mypy.ini": ""})
    for path in (root / "package/a.py", root / "package", root / "mypy.ini", root):
        path.chmod(0o500)
    with mirror(root, {PurePosixPath("package/a.py"): b"1"}) as copy:
        assert (copy.path / "package/a.py").read_bytes() == b"1"
    assert not copy.path.exists()
    root.chmod(0o700)
    (root / "package").chmod(0o700)


def test_without_links_it_copies_what_a_checker_can_read(tmp_path, monkeypatch):
    monkeypatch.setattr(
        Path, "symlink_to", lambda *arguments, **options: (_ for _ in ()).throw(OSError("no links"))
    )
    files = {
        "a.py": "",
        "far/build/__init__.py": "",
        "far/x.pyi": "x: int",
        "far/data.bin": "",
        ".git/objects/pack": "",
        "env/pyvenv.cfg": "",
        "env/x.py": "",
        "dist/x.py": "",
    }
    root = write(tmp_path / "p", files)
    with mirror(root, {PurePosixPath("a.py"): b"1"}) as copy:
        assert not [path for path in copy.path.rglob("*") if path.is_symlink()]
        assert (copy.path / "far/x.pyi").read_text() == "x: int"
        assert (copy.path / "far/build/__init__.py").exists()
        assert not (copy.path / "far/data.bin").exists()
        assert list((copy.path / ".git").iterdir()) == []
        assert not (copy.path / "env/x.py").exists()
        assert [skipped.path for skipped in copy.skipped] == [PurePosixPath("env")]


ENDED = """\
import sys, time
from pathlib import Path, PurePosixPath
from typed_bg.check.project.workspace import mirror
with mirror(Path(sys.argv[1]), {PurePosixPath("a.py"): b"1"}, temporary=Path(sys.argv[2])):
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals end a process without asking it")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_process_that_is_ended(tmp_path, name):
    root = write(tmp_path / "p", {"a.py": "", "package/b.py": ""})
    (tmp_path / "copies").mkdir()
    before = snapshot(root)
    command = [sys.executable, "-c", textwrap.dedent(ENDED), root, tmp_path / "copies"]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(getattr(signal, name))
        assert process.wait(30) != 0
    assert snapshot(root) == before
    assert bool(list((tmp_path / "copies").iterdir())) == (name == "SIGKILL")


def test_signals_are_left_to_whoever_handles_them(tmp_path):
    root = write(tmp_path / "p", {"a.py": ""})
    default = signal.getsignal(signal.SIGTERM)
    with contextlib.suppress(KeyError), mirror(root, {}):
        raise KeyError
    assert signal.getsignal(signal.SIGTERM) is default
    mine = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with mirror(root, {}):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, mine)
