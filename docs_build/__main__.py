"""`python -m docs_build`: build the site, with warnings as errors and without a network."""

from __future__ import annotations

import os
import sys

_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})


def main() -> None:
    """Build the site.

    Raises:
        SystemExit: There was a warning or an error.
    """
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's, about its own end of life
    sys.addaudithook(_refuse)
    from mkdocs.__main__ import cli  # noqa: PLC0415  # after the variable is set

    cli(["build", "--strict", "--quiet", *sys.argv[1:]])


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _NETWORK:
        msg = f"the site is built without a network, and something asks for {arguments}"
        raise RuntimeError(msg)


if __name__ == "__main__":
    main()
