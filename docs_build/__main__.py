"""`python -m docs_build`: build the site without network access, with warnings as errors."""

from __future__ import annotations

import os
import sys

_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})


def main() -> None:
    """Build the site.

    Raises:
        SystemExit: MkDocs reported a warning or an error.
    """
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's warning about its end of life
    sys.addaudithook(_block_network)
    from mkdocs.__main__ import cli  # noqa: PLC0415  # after the variable is set

    cli(["build", "--strict", "--quiet", *sys.argv[1:]])


def _block_network(event: str, arguments: tuple[object, ...]) -> None:
    if event in _NETWORK:
        msg = f"the site must be built without network access, but something accessed {arguments}"
        raise RuntimeError(msg)


if __name__ == "__main__":
    main()
