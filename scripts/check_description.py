"""Check that the description in a wheel has no relative links, which would be broken on PyPI."""

from __future__ import annotations

import re
import sys
import zipfile


def relative_links(wheel: str) -> list[str]:
    """Return the relative links in the description of a wheel.

    Args:
        wheel: The wheel's path.

    Raises:
        SystemExit: The description has no links at all, so it is not README.md.
    """
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        description = archive.read(metadata).decode().partition("\n\n")[2]
    links = re.findall(r"\]\(([^)]+)\)", description)
    if not links:
        sys.exit(f"{wheel} has a description without links: is README.md missing?")
    return [link for link in links if not link.startswith("https://")]


if __name__ == "__main__":
    if found := relative_links(sys.argv[1]):
        sys.exit(f"PyPI cannot show these links of the description: {', '.join(found)}")
