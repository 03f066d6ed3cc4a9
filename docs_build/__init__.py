"""Generates the parts of the site in docs/ that nobody writes by hand, such as tables and messages.

The functions are pure and produce Markdown and HTML. Only `hooks.py` depends on MkDocs, so that you
only need to replace this file to use another site generator.
"""
