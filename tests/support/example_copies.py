"""Copies of examples that a test may spoil, to see that the example then fails."""

import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location


def copied(folder, files, to):
    """Copy some files of a folder into a new one, and return that."""
    to.mkdir()
    for name in files:
        shutil.copy(folder / name, to)
    return to


def load(path):
    """Import a module that is in no package and not on the path."""
    spec = spec_from_file_location(f"{path.stem}_of_the_examples", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoil(path, old, new):
    """Replace a text that occurs once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def started(path, scratch, **environment):
    """Run an example in an empty folder to its end."""
    scratch.mkdir()
    return subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-B", path],
        cwd=scratch,
        env={**os.environ, "TMPDIR": str(scratch), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
