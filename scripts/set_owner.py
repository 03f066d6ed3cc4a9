"""Set the owner of the project's repository: `nox -s owner -- NAME`.

`[project.urls]` in pyproject.toml names the current owner. The script replaces it in every link of
every file that git tracks, so you can also run it again, for example after a transfer.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_CURRENT = re.compile(r'^Repository = "https://github\.com/([\w-]+)/typed_bg"$', re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")  # what GitHub accepts


def current_owner(root: Path) -> str:
    """Return the owner that pyproject.toml names.

    Args:
        root: The folder of pyproject.toml.

    Raises:
        SystemExit: `[project.urls]` has no `Repository` of the expected form.
    """
    found = _CURRENT.search((root / "pyproject.toml").read_text("utf-8"))
    if found is None:
        sys.exit(
            "pyproject.toml does not name the repository's owner. Add this line to [project.urls]: "
            'Repository = "https://github.com/NAME/typed_bg"'
        )
    return found[1]


def set_owner(root: Path, name: str) -> list[str]:
    """Replace the current owner in all tracked files.

    Args:
        root: The root of a git clone.
        name: The new owner, a user or an organization on GitHub.

    Returns:
        The files that were changed.

    Raises:
        SystemExit: The name is not valid, or pyproject.toml names no owner.
    """
    if not _NAME.fullmatch(name):
        sys.exit(f"{name!r} is not a name that GitHub accepts: use letters, digits and hyphens.")
    link = re.compile(rf"(?<![\w.-]){current_owner(root)}/typed_bg(?![\w-])".encode())
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True)  # noqa: S607
    changed: list[str] = []
    for path in filter(None, listed.stdout.decode().split("\0")):
        file = root / path
        if file.is_symlink() or not file.is_file():
            continue
        before = file.read_bytes()
        after = link.sub(f"{name}/typed_bg".encode(), before)
        if after != before:
            file.write_bytes(after)
            changed.append(path)
    return changed


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit("Name the owner: nox -s owner -- NAME")
    print(*set_owner(Path(__file__).parent.parent, sys.argv[1]), sep="\n")  # noqa: T201
