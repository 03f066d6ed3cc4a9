"""`python -m typed_bg`."""

from typed_bg.cli import main

main()
