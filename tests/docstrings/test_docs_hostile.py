"""No crash, no lost source, nothing skipped without a message."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from docs_runs import IMPORTS, docs, docs_command
from support.unprivileged import UNPRIVILEGED, needs_unprivileged

if TYPE_CHECKING:
    from pathlib import Path

MISSING = f'{IMPORTS}def f(a: Annotated[int, Doc("The number.")]) -> None:\n    """Do."""\n'
BIG = MISSING + ("# " + "y" * 1000 + "\n") * 5_000


def test_a_killed_command_loses_nothing(tmp_path: Path) -> None:
    """At every moment, the file is either the old or the new one."""
    path = tmp_path / "module.py"
    path.write_text(BIG)
    size = path.stat().st_size
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "typed_bg", "docs", path], stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            if path.stat().st_size < size:
                process.kill()
            time.sleep(0.0002)
    assert process.returncode == 0
    assert path.stat().st_size > size
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stops the write as a full disk does."""
    path = tmp_path / "module.py"
    path.write_text(MISSING + "# " + "x" * 4000)
    before = path.read_bytes()
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4100, 4100))\n"
        "from typed_bg.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-B", "-c", limited, "docs", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert f"{path}: not written: File too large" in done.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_mode_and_links_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(MISSING)
    path.chmod(0o754)
    link = tmp_path / "link.py"
    link.symlink_to("module.py")
    assert docs(tmp_path).code == 0
    assert "number" in path.read_text().partition('"""')[2]
    assert path.stat().st_mode & 0o7777 == 0o754
    assert link.is_symlink()


@needs_unprivileged
@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_file_without_permission_is_not_replaced(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "module.py"
    path.write_text(MISSING)
    path.chmod(mode)
    run = docs_command(tmp_path, before=UNPRIVILEGED)
    assert run.code == 2
    assert "module.py: " in run.err
    assert "Permission denied" in run.err
    path.chmod(0o644)
    assert path.read_text() == MISSING


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can change an owner")
@needs_unprivileged
def test_a_file_whose_owner_cannot_be_kept_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(MISSING)
    os.chown(path, 1234, 1234)
    path.chmod(0o666)
    run = docs_command(path, before=UNPRIVILEGED)
    assert run.code == 2
    assert "its owner and group" in run.err
    assert path.read_text() == MISSING
    assert docs_command(path).code == 0
    assert path.stat().st_uid == 1234


def test_a_link_out_of_the_named_paths_is_not_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(MISSING)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.py").symlink_to(outside)
    run = docs(inside)
    assert run.code == 2
    assert f" link to {outside}, " in run.err
    assert outside.read_text() == MISSING
    assert docs("--check", inside).code == 1
    # The fix in the message.
    assert docs(outside).code == 0
    assert docs("--check", inside).code == 0


def test_what_is_skipped_is_reported(tmp_path: Path) -> None:
    names = ("fine.py", "a\n::error::b.py", os.fsdecode(b"\xff.py"))
    for name in names:
        (tmp_path / name).write_text(MISSING)
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    (tmp_path / ".#edited.py").symlink_to("me@here.1")
    (tmp_path / "notebook.ipynb").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo.py")
    run = docs_command("--check", tmp_path)
    assert run.code == 2
    for name in ("loop.py", "dangling.py", "fifo.py", r"a\n::error::b.py", r"\udcff.py"):
        assert f"{name}: skipped: " in run.err
    assert "edited" not in run.err
    assert "notebook" not in run.err
    assert "+        a: The number." in run.out
    # The fix in the message.
    exclude = [f"--exclude={name}.py" for name in ("loop", "dangling", "fifo", "*error*", "?")]
    assert docs("--check", tmp_path, *exclude).code == 1
    assert docs(tmp_path, *exclude).code == 0


@needs_unprivileged
def test_an_unreadable_folder_is_skipped_and_the_rest_is_checked(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(MISSING)
    locked = tmp_path / "data" / "locked"
    locked.mkdir(parents=True)
    locked.chmod(0)
    run = docs_command("--check", tmp_path, before=UNPRIVILEGED)
    left_out = docs_command("--check", tmp_path, "--exclude=data", before=UNPRIVILEGED)
    locked.chmod(0o700)
    assert run.code == 2
    assert re.search("locked: skipped: .*: Permission denied", run.err)
    assert "+        a: The number." in run.out
    assert left_out.code == 1


@pytest.mark.parametrize(
    "codec",
    [
        *("rot13", "hex", "undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape"),
        *("utf-7", "mbcs", "zlib", "uu", "base64", "bz2", "quopri", "utf-16", "utf-32"),
    ],
)
def test_an_encoding_that_is_not_for_text(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(f"# coding: {codec}\n{MISSING}")
    before = path.read_bytes()
    (tmp_path / "other.py").write_text(MISSING)
    run = docs(tmp_path)
    assert "module.py" in run.err
    assert "other.py: 1 docstring written" in run.err
    if run.code != 0:
        assert run.code == 2
        assert path.read_bytes() == before
    else:  # the interpreter reads it, and reads the result
        assert compile(path.read_bytes(), str(path), "exec")
