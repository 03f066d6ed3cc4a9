"""The typing tests: what six type checkers report about good and bad background tasks.

`python -m typing_tests` runs them. README.md explains how to write a snippet.
"""
