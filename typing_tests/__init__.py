"""The typing tests: what six type checkers say about good and bad background tasks.

`python -m typing_tests` runs them; README.md says how a snippet is written.
"""
