"""What `typed-bg docs` writes: where, of which parameters, in which style."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from docs_runs import IMPORTS, docs, expect, written

from typed_bg.docstrings.merge import laid_out

if TYPE_CHECKING:
    from pathlib import Path

SECTION = "    Args:\n        x: The x.\n"
FUNCTION = 'def f(x: {annotation}):\n    """Do."""\n'
WITH_SECTION = 'def f(x: {annotation}):\n    """Do.\n\n' + SECTION + '    """\n'


def test_a_section_goes_behind_the_body_and_before_what_is_returned(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        def f(a: Annotated[int, Doc("The a.")], *rest: Annotated[int, Doc("The rest.")]):
            """Do.

            At length.

            Returns:
                Nothing.
            """
        ''',
        '''
        def f(a: Annotated[int, Doc("The a.")], *rest: Annotated[int, Doc("The rest.")]):
            """Do.

            At length.

            Args:
                a: The a.
                *rest: The rest.

            Returns:
                Nothing.
            """
        ''',
    )


def test_the_short_form_of_a_draft_is_read(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        def f(a: int @ Doc("The a."), b: (int | None) @ Other() @ Doc("The b.") = None):
            """Do."""
        ''',
        '''
        def f(a: int @ Doc("The a."), b: (int | None) @ Other() @ Doc("The b.") = None):
            """Do.

            Args:
                a: The a.
                b: The b.
            """
        ''',
    )


@pytest.mark.parametrize(
    "later",
    [
        "Raises:\n        ValueError: Never.",
        "Yields:\n        One.",
        "Examples:\n        >>> f()",
        "Example:\n        >>> f()",
        "## Example\n\n    ```python\n    f()\n    ```",
        "Returns\n    -------\n    int",
        ":returns: One.",
    ],
)
def test_a_section_goes_before_later_ones(tmp_path: Path, later: str) -> None:
    before = f'def f(x: Annotated[int, Doc("The x.")]):\n    """Do.\n\n    {later}\n    """\n'
    after = before.replace(later, f"{SECTION.lstrip()}\n    {later}")
    assert written(tmp_path, IMPORTS + before) == IMPORTS + after


def test_what_looks_like_a_section_in_fenced_code_is_none(tmp_path: Path) -> None:
    body = "    ```\n    Args:\n        y: No.\n    Returns:\n    ```\n"
    before = f'def f(x: Annotated[int, Doc("The x.")]):\n    """Do.\n\n{body}    """\n'
    after = before.replace(body, f"{body}\n{SECTION}")
    assert written(tmp_path, IMPORTS + before) == IMPORTS + after


def test_styles(tmp_path: Path) -> None:
    before = '''
        def f(x: Annotated[int, Doc("The x.")], y: Annotated[int, Doc("One.\\n\\n- a\\n- b")]):
            """Do.

            Examples:
                None.
            """
        '''
    expect(
        tmp_path,
        before,
        before.replace(
            "            Examples",
            "            :param x: The x.\n"
            "            :param y: One.\n\n"
            "                - a\n                - b\n\n"
            "            Examples",
        ),
        "--style=sphinx",
    )
    expect(
        tmp_path,
        before,
        before.replace(
            "            Examples",
            "            Parameters\n            ----------\n"
            "            x\n                The x.\n"
            "            y\n                One.\n\n"
            "                - a\n                - b\n\n"
            "            Examples",
        ),
        "--style=numpy",
    )


@pytest.mark.parametrize(
    "annotation",
    [
        'Annotated[int, Doc("The x.")]',
        'Annotated[int, Doc("The " "x.")]',
        'Annotated[int, Doc("The " + "x.")]',
        "Annotated[int, Doc(documentation='The x.')]",
        'Annotated[int, Doc("Old."), 3, Doc("The x."), "other"]',
        'Annotated[Annotated[int, Doc("Inner.")], Doc("The x.")]',
        'Annotated[Annotated[int, Doc("The x.")], 3]',
        "\"Annotated[int, Doc('The x.')]\"",
        'typing.Annotated[int, typing_extensions.Doc("The x.")]',
        'Annotated[int, OtherDoc("The x.")]',
        'Annotated[int, Renamed("The x.")]',
        "Alias",
        "ExplicitAlias",
        "TypeTypeAlias",
        "Generic[int]",
        '"Alias"',
        "Annotated[int, CONSTANT]",
        "Annotated[int, Doc(TEXT)]",
        "Holder.Alias",
        'Annotated[int, Doc("""\n    The x.\n    """)]',
        'Annotated[int, Doc(inspect.cleandoc("""\n    The x.\n    """))]',
        'Annotated[int, Doc("\\x54he \\N{LATIN SMALL LETTER X}.")]',
    ],
)
def test_ways_to_write_doc(tmp_path: Path, annotation: str) -> None:
    head = IMPORTS + (
        "import inspect, typing, typing_extensions\n"
        "from typing import TypeVar\n"
        "from annotated_doc import Doc as OtherDoc\n"
        "Renamed = typing_extensions.Doc\n"
        "T = TypeVar('T')\n"
        'Alias = Annotated[int, Doc("The x.")]\n'
        'ExplicitAlias: typing.TypeAlias = "Alias"\n'
        "TypeTypeAlias = typing_extensions.TypeAliasType('TypeTypeAlias', Alias)\n"
        'Generic = Annotated[list[T], Doc("The x.")]\n'
        'CONSTANT = Doc("The x.")\n'
        'TEXT = "The x."\n'
        "class Holder:\n"
        '    Alias = Annotated[int, Doc("The x.")]\n'
    )
    result = written(tmp_path, head + FUNCTION.format(annotation=annotation))
    assert result == head + WITH_SECTION.format(annotation=annotation)


@pytest.mark.parametrize(
    "annotation",
    ['Annotated[int, "Doc"]', 'list[Annotated[int, Doc("Item.")]]', "Unknown", 'Doc("No.")', "int"],
)
def test_what_documents_no_parameter(tmp_path: Path, annotation: str) -> None:
    source = IMPORTS + FUNCTION.format(annotation=annotation)
    assert written(tmp_path, source) == source


def test_names_from_other_modules(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("from .types import Alias as Public\n")
    (package / "inner/__init__.py").write_text("")
    (package / "compat.py").write_text(
        "try:\n    from typing import Doc as D\nexcept ImportError:\n"
        "    from typing_extensions import Doc as D\n"
    )
    (package / "types.py").write_text(
        "from typing import Annotated\nfrom .compat import *\n"
        'Alias = Annotated[int, D("The x.")]\nLoop = Loop2\nLoop2 = Loop\n'
    )
    users = {
        "inner/a.py": ("from ..types import Alias", "Alias"),
        "inner/b.py": ("from package import Public as Mine", "Mine"),
        "inner/c.py": ("import package.types as t", "t.Alias"),
        "inner/d.py": ("from ..types import *", "Alias"),
        "inner/e.py": (
            "from typing import Annotated\nfrom package.compat import D",
            'Annotated[int, D("The x.")]',
        ),
        "f.py": ("if True:\n    from .types import Alias", "Alias"),
    }
    for name, (line, annotation) in users.items():
        (package / name).write_text(f"{line}\n{FUNCTION.format(annotation=annotation)}")
    run = docs(package)
    assert run.code == 0, run.err
    for name, (line, annotation) in users.items():
        expected = f"{line}\n{WITH_SECTION.format(annotation=annotation)}"
        assert (package / name).read_text() == expected, name
    assert docs("--check", package).code == 0


def test_namespace_packages_and_imports_of_a_function(tmp_path: Path) -> None:
    (tmp_path / "space/inner").mkdir(parents=True)
    (tmp_path / "space/inner/types.py").write_text(
        IMPORTS + 'class Holder:\n    Alias = Annotated[int, Doc("The x.")]\n'
    )
    source = (
        "from typing import Annotated\ndef outer():\n"
        "    import typing_extensions as te, space.inner.types\n"
        "    def f(x: Annotated[int, te.Doc('The x.')], y: space.inner.types.Holder.Alias):\n"
        '        """Do."""\n'
    )
    (tmp_path / "user.py").write_text(source)
    assert docs(tmp_path).code == 0
    section = "\n\n        Args:\n            x: The x.\n            y: The x.\n        "
    assert (tmp_path / "user.py").read_text() == source.replace("Do.", f"Do.{section}")


@pytest.mark.parametrize(
    "circle",
    [
        "X = Y\nY = X",
        "X = Annotated[X, 1]",
        "X = 'X'",
        "from module import X",
        "from module import Y as X\nfrom module import X as Y",
        "from module import *\nX = Annotated[int, Doc(T)]\nT = T + T",
    ],
)
def test_names_that_lead_back_to_themselves(tmp_path: Path, circle: str) -> None:
    source = f"{IMPORTS}{circle}\n{FUNCTION.format(annotation='X')}"
    assert written(tmp_path, source) == source


def test_classes(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        from dataclasses import dataclass
        from typing import ClassVar

        class Plain:
            """Plain."""

            x: Annotated[int, Doc("The x.")]
            y: "ClassVar[Annotated[int, Doc('The y.')]]" = 1

        @dataclass(frozen=True)
        class Data:
            """Data."""

            x: Annotated[int, Doc("The x.")] = 1

        class Constructed:
            """Constructed."""

            def __init__(self, x: Annotated[int, Doc("The x.")]) -> None: ...

        class Documented:
            """Documented."""

            def __init__(self, x: Annotated[int, Doc("The x.")]) -> None:
                """Make one."""

            @property
            def p(self) -> Annotated[int, Doc("Not a parameter.")]:
                """A property."""
        ''',
        '''
        from dataclasses import dataclass
        from typing import ClassVar

        class Plain:
            """Plain.

            Attributes:
                x: The x.
                y: The y.
            """

            x: Annotated[int, Doc("The x.")]
            y: "ClassVar[Annotated[int, Doc('The y.')]]" = 1

        @dataclass(frozen=True)
        class Data:
            """Data.

            Args:
                x: The x.
            """

            x: Annotated[int, Doc("The x.")] = 1

        class Constructed:
            """Constructed.

            Args:
                x: The x.
            """

            def __init__(self, x: Annotated[int, Doc("The x.")]) -> None: ...

        class Documented:
            """Documented."""

            def __init__(self, x: Annotated[int, Doc("The x.")]) -> None:
                """Make one.

                Args:
                    x: The x.
                """

            @property
            def p(self) -> Annotated[int, Doc("Not a parameter.")]:
                """A property."""
        ''',
    )


def test_overloads_decorated_and_nested_functions(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        @overload
        def f(x: Annotated[int, Doc("The x.")]) -> int: ...
        @overload
        def f(y: Annotated[str, Doc("The y.")]) -> str:
            """Of y."""
        def f(x=1, y=""):
            """Do."""
            @f(1)
            async def inner(z: Annotated[int, Local("The z.")], w: Here):
                """Inner."""
            from typing_extensions import Doc as Local
            Here = Annotated[int, Local("The w.")]
        ''',
        '''
        @overload
        def f(x: Annotated[int, Doc("The x.")]) -> int: ...
        @overload
        def f(y: Annotated[str, Doc("The y.")]) -> str:
            """Of y.

            Args:
                y: The y.
            """
        def f(x=1, y=""):
            """Do.

            Args:
                x: The x.
                y: The y.
            """
            @f(1)
            async def inner(z: Annotated[int, Local("The z.")], w: Here):
                """Inner.

                Args:
                    z: The z.
                    w: The w.
                """
            from typing_extensions import Doc as Local
            Here = Annotated[int, Local("The w.")]
        ''',
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 parses since Python 3.12")
def test_type_parameters(tmp_path: Path) -> None:
    head = IMPORTS + 'type Alias[T] = Annotated[list[T], Doc("The x.")]\n'
    source = 'def f[T](x: Alias[T]):\n    """Do."""\n'
    expected = source.replace("Do.", f"Do.\n\n{SECTION}    ")
    assert written(tmp_path, head + source) == head + expected


def test_hand_written_text_stays(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        def f(a: int, b: Annotated[int, Doc("The b.")], c, d: Annotated[int, Doc("The d.")], **kw):
            """Do.

            Arguments:
              a (int): By hand,
                   over two lines.

              c: By hand.
              no entry
              e: Not a parameter, and one of the keywords.

            Raises:
              ValueError: Never.
            """
        ''',
        '''
        def f(a: int, b: Annotated[int, Doc("The b.")], c, d: Annotated[int, Doc("The d.")], **kw):
            """Do.

            Arguments:
              a (int): By hand,
                   over two lines.

              b: The b.
              c: By hand.
              no entry
              e: Not a parameter, and one of the keywords.
              d: The d.

            Raises:
              ValueError: Never.
            """
        ''',
        "--overwrite",
    )


def test_no_more_than_the_layout_of_the_same_text_is_changed(tmp_path: Path) -> None:
    expect(
        tmp_path,
        '''
        def f(a: Annotated[int, Doc("The a, which is. Not.")]):
            """Do.

            Args:
                a (int): The a, which
                    is. Not.
            """
        ''',
        '''
        def f(a: Annotated[int, Doc("The a, which is. Not.")]):
            """Do.

            Args:
                a (int): The a, which is. Not.
            """
        ''',
    )


@pytest.mark.parametrize(
    ("doc", "lines"),
    [
        ("One\nsentence.", ["One sentence."]),
        ("One\nsentence. Two, i.e.\nshort.", ["One sentence.", "Two, i.e. short."]),
        (
            "One, e.g. One\nsentence. Two\nmore words.\nEnd",
            ["One, e.g. One sentence.", "Two more", "words. End"],
        ),
        ("No end,\ni.e. none", ["No end, i.e. none"]),
        ("First:\n- a\n- b", ["First:", "- a", "- b"]),
        ("First\n\n```\ncode\n  more\n```", ["First", "", "```", "code", "  more", "```"]),
        ("- a\n- b", ["- a", "- b"]),
        ("Is it (so)?\nYes.", ["Is it (so)?", "Yes."]),
    ],
)  # fmt: skip
def test_the_first_line_is_complete(doc: str, lines: list[str]) -> None:
    assert laid_out(doc) == lines


def test_add_docstrings(tmp_path: Path) -> None:
    before = """
        def f(x: Annotated[int, Doc("The x.")]):
            # Why.
            return x
        def g(x: Annotated[int, Doc("The x.")]): return x
        class A:
            @decorated
            def f(self, x: Annotated[int, Doc("The x.")]):

                @other
                def inner(): pass
        def none(x): ...
        """
    after = '''
        def f(x: Annotated[int, Doc("The x.")]):
            # Why.
            """
            Args:
                x: The x.
            """
            return x
        def g(x: Annotated[int, Doc("The x.")]): """
            Args:
                x: The x.
            """; return x
        class A:
            @decorated
            def f(self, x: Annotated[int, Doc("The x.")]):

                """
                Args:
                    x: The x.
                """
                @other
                def inner(): pass
        def none(x): ...
        '''
    expect(tmp_path, before, before)
    expect(tmp_path, before, after, "--add-docstrings")
