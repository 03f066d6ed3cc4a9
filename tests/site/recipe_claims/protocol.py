"""mypy, pyright, basedpyright and pyrefly report that argument as an error"""

from typing_extensions import ParamSpec

P = ParamSpec("P", contravariant=True)  # reported by: mypy, pyright, basedpyright, pyrefly
