"""Probes are written where they do no harm."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from probe_checks import check_every_call

from typed_bg._source.module import NEWLINE, Module, Span, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.forwarders import ADD_TASK, BACKGROUND_TASK
from typed_bg.check.probes.insertions import remove
from typed_bg.check.probes.probe import Probe, ProbedModule, probe
from typed_bg.check.verdicts.checker_messages import revealed, says_too_many

HERE = Path("module.py")
IMPORT = "import x\n"
FORWARDERS = (ADD_TASK, BACKGROUND_TASK, *map(declared, ("asyncio.to_thread", "docket.Docket.add")))


def parsed(text: str) -> Module:
    module = parse(HERE, text.encode())
    assert isinstance(module, Module)
    return module


def probed(text: str) -> ProbedModule:
    module = parsed(text)
    result = probe(module, find_sites(module, FORWARDERS))
    assert remove(result.inserted) == text
    assert NEWLINE.findall(result.text) == NEWLINE.findall(text)
    ast.parse(result.text)
    return result


def texts(result: ProbedModule) -> list[str]:
    return [result.text[probe.span.start : probe.span.end] for probe in result.probes]


def of_call(call: str, before: str = "") -> list[str]:
    """Return the probes of a call but the direct ones, with short names for what they use."""
    found = texts(probed(f"{IMPORT}{before}{call}\n"))
    return [
        probe.replace("_bgp_P0_(0)", "P")
        .replace("_bgp_many0_", "many")
        .replace("_bgp_arg0_", "arg")
        .replace("_bgp_shape0_", "shape")
        .replace("_bgp_k0_", "k")
        for probe in found
        if not probe.startswith(("_bgp_statement_", "_bgp_value_", "__name__ or "))
    ]


def directly(call: str, before: str = "") -> list[str]:
    """Return the direct calls among the probes of a call, with short names for what they use."""
    found = texts(probed(f"{IMPORT}{before}{call}\n"))
    return [
        text.replace("_bgp_P0_(0)", "P")
        .replace("_bgp_many0_", "many")
        .replace("_bgp_arg0_", "arg")
        .replace("_bgp_d0_", "k")
        .removeprefix("__name__ or (")
        .removesuffix(",)")
        for text in found
        if text.startswith("__name__ or ")
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("t.add_task(f)", ["f()", "f(*many, k=P)"]),
        (
            "t.add_task(f, a, b=c)",
            ["f(a, b=c)", "f(a, *many, b=c, k=P)", "f(arg0_(0), b=arg1_(0))"],
        ),
        ("t.add_task(b=c, func=o.f)", ["o.f(b=c)", "o.f(*many, b=c, k=P)"]),
        ("docket.add(f, when=2)(a)", ["f(a)", "f(a, *many, k=P)", "f(arg0_(0))"]),
        ("t.add_task(\n    f,\n    (\n        1\n    ),\n)", ["f(1)", "f(1, *many, k=P)"]),
        ("t.add_task(lambda a, *b, c=1, **d: f(1), 2)", ["(lambda a, *b, c=_bgp_any, **d: 0)(2)"]),
        ("t.add_task((await g()).f, 1)", []),
        ("t.add_task((g := f), 1)", []),
        ("t.add_task(partial(f, 1), 2)", []),
        ("t.add_task(*job)", []),
        ("t.add_task(f, *(1, 2), **{'a': 3})", ["f(1, 2, a=3)"]),
        ("t.add_task(f, **dict(a=3))", ["f(a=3)"]),
        ("t.add_task(f, **{'a': 3, **more})", ["f(**{'a': 3, **more})"]),
        ("t.add_task(f, **{k: 3})", ["f(**{k: 3})"]),
        ("t.add_task(f, **{'a-b': 3})", ["f(**{'a-b': 3})"]),
        ("rows = (1, x)\nt.add_task(f, *rows)", ["f(1, x)"]),
        ("rows = [1]; rows.append(2)\nt.add_task(f, *rows)", ["f(*rows)"]),
        ("rows = [1]; rows = []\nt.add_task(f, *rows)", ["f(*rows)"]),
        ("rows = [g()]\nt.add_task(f, *rows)", ["f(*rows)"]),
        ("t.add_task(f, *rows)\nrows = [1]", ["f(*rows)"]),
        ("x = 1; rows = [x]; x = 2\nt.add_task(f, *rows)", ["f(*rows)"]),
        ("if t:\n    kw = {'a': 1}\nt.add_task(f, **kw)", ["f(**kw)"]),
        ("kw = {'a': 1}\nif t:\n    t.add_task(f, **kw)", ["f(a=1)"]),
        ("kw = {'a': 1}\ndef h():\n    t.add_task(f, **kw)", ["f(a=1)"]),
        ("kw = {'a': 1}\ndef h(kw):\n    t.add_task(f, **kw)", ["f(**kw)"]),
    ],
)
def test_direct_calls(call: str, expected: list[str]) -> None:
    assert directly(call)[: len(expected) or None] == expected


def test_a_statement_is_followed_by_its_probes() -> None:
    assert of_call("t.add_task(f, a, b=c)") == [
        "t.add_task(f, a, b=c, k=P)",
        "t.add_task(f, a, *many, b=c)",
        "t.add_task(f, arg0_(0), b=c)",
        "t.add_task(f, a, b=arg1_(0))",
        "reveal_type(t)",
        "reveal_type(f)",
        "reveal_type((a, c,))",
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            "t.add_task(f, *a, **b)",
            [
                "t.add_task(f, *a, **b, k=P)",
                "t.add_task(f, *a, *many, **b)",
                "t.add_task(f, *list[arg0_](), **b)",
                "t.add_task(f, *a, **dict[str, arg1_]())",
                "shape0_(*a)",
                "shape1_(**b)",
            ],
        ),
        (
            "t.add_task(f, b=c, *a)",
            [
                "t.add_task(f, b=c, *a, k=P)",
                "t.add_task(f, *many, b=c, *a)",
                "t.add_task(f, b=arg0_(0), *a)",
                "t.add_task(f, b=c, *list[arg1_]())",
                "shape1_(*a)",
            ],
        ),
        ("t.add_task(f)", ["t.add_task(f, k=P)", "t.add_task(f, *many)"]),
        (
            "t.add_task(a=1, func=f)",
            ["t.add_task(a=1, func=f, k=P)", "t.add_task(a=arg0_(0), func=f)"],
        ),
        ("t.add_task(*job)", ["t.add_task(*job, k=P)"]),
        ("t.add_task()", ["t.add_task(k=P)"]),
        (
            "t.add_task(f, (y := 1), z=(w := 2))",
            [
                "t.add_task(f, (y := 1), z=(w := 2), k=P)",
                "t.add_task(f, (y := 1), *many, z=(w := 2))",
                "t.add_task(f, arg0_(0), z=(w := 2))",
                "t.add_task(f, (y := 1), z=arg1_(0))",
            ],
        ),
        (
            "t.add_task(f, (yield))",
            [
                "t.add_task(f, (yield), k=P)",
                "t.add_task(f, (yield), *many)",
                "t.add_task(f, arg0_(0))",
            ],
        ),
        (
            "t.add_task(f, (i for i in j))",
            [
                "t.add_task(f, (i for i in j), k=P)",
                "t.add_task(f, (i for i in j), *many)",
                "t.add_task(f, arg0_(0))",
            ],
        ),
        (
            "t.add_task(f, 1,)  # c",
            ["t.add_task(f, 1, k=P)", "t.add_task(f, 1, *many)", "t.add_task(f, arg0_(0))"],
        ),
        ("t . add_task( f )", ["t . add_task(f, k=P)", "t . add_task(f, *many)"]),
        (
            "docket.add(f, when=2)(a)",
            [
                "docket.add(f, when=2)(a, k=P)",
                "docket.add(f, when=2)(a, *many)",
                "docket.add(f, when=2)(arg0_(0))",
            ],
        ),
        (
            "await asyncio.to_thread(f, a)",
            [
                "await asyncio.to_thread(f, a, k=P)",
                "await asyncio.to_thread(f, a, *many)",
                "await asyncio.to_thread(f, arg0_(0))",
            ],
        ),
    ],
)
def test_arguments_are_written_out_again(call: str, expected: list[str]) -> None:
    found = of_call(call, "def h():\n    ") if "yield" in call else of_call(call)
    assert [probe for probe in found if not probe.startswith("reveal_type")] == expected


@pytest.mark.parametrize(
    ("argument", "flat"),
    [
        ("[1,  # one\n  2]", "[1, 2]"),
        ('"""x\ny"""', r"'x\ny'"),
        ('b"""x\ny"""', r"b'x\ny'"),
        ("a + \\\n  b", "a + b"),
        ("lambda x: (\n  x)", "lambda x: x"),
        ("(yield\n 1)", "((yield 1))"),
        ('g(f"{a}",\n h)', "g(f'{a}', h)"),
        ('("a"\n "b")', "'ab'"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_arguments_over_several_lines_become_one(argument: str, flat: str, newline: str) -> None:
    text = f"{IMPORT}def h():\n    t.add_task(f, {argument})\n".replace("\n", newline)
    assert texts(probed(text))[0] == f"t.add_task(f, {flat}, _bgp_k0_=_bgp_P0_(0))"


@pytest.mark.parametrize(
    "argument",
    ['f"""a\n{b}"""', 'rf"""a\n\\{b!r:>{w}}"""', "f'''{\"'\"}\n{b}'''", 'f"""{g("x")}\n{\'y\'}"""'],
)
def test_f_strings_over_several_lines_stay_strings(argument: str) -> None:
    first = texts(probed(f"{IMPORT}t.add_task(f, {argument})\n"))[0]
    value = ast.parse(first, mode="eval").body
    assert isinstance(value, ast.Call)
    kind = ast.unparse(value.args[1])
    assert isinstance(value.args[1], ast.JoinedStr) or kind == "'{}'.format(0)"


@pytest.mark.parametrize(
    "text",
    [
        "x = t.add_task(f)",
        "x = await t.add_task(f)",
        "def g():\n    return t.add_task(f)",
        "def g():\n    yield t.add_task(f)",
        "g(t.add_task(f), t.add_task(g))",
        "g(*t.add_task(f), **t.add_task(g))",
        "if t.add_task(f): pass",
        "if x: t.add_task(f); t.add_task(g);",
        "while t.add_task(f): t.add_task(g)",
        "g = lambda: t.add_task(f)",
        "[t.add_task(f) for f in t.add_task(g) if t.add_task(h)]",
        "@t.add_task(f)\ndef g(x=t.add_task(f)): t.add_task(f)",
        "match t.add_task(f):\n    case 1 if t.add_task(f): t.add_task(g)",
        "match (t.add_task(f)):\n    case _: pass",
        "with t.add_task(f) as a, t.add_task(f): pass",
        "with (t.add_task(f)): pass",
        "async def g():\n    async with t.add_task(f): await t.add_task(f)",
        "assert t.add_task(f), t.add_task(f)",
        "del t.add_task(f).x",
        "t.add_task(f).x = t.add_task(f)[0] = 1",
        "t.add_task(f).add_task(g).add_task(h)",
        "t.add_task(f, t.add_task(g, t.add_task(h)))",
        "(1)if t.add_task(f)else(2)",
        "return_ = not t.add_task(f)",
        "(t.add_task(f))",
        "t.add_task(f), t.add_task(g)",
        "t.add_task(f) # \\",
        "t.add_task(f); \\\n\n",
        "class A: t.add_task(f)",
        "try: t.add_task(f)\nexcept t.add_task(f): pass",
        "\x0ct.add_task(f)\x0c\n",
        "if 1:\n\tt.add_task(f)\n\tx = t.add_task(f)",
        "raise t.add_task(f)",
        "x[t.add_task(f):t.add_task(g)]",
        "for t.add_task(f).x in t.add_task(f): pass",
        "t.add_task(f)  # no newline at the end",
    ],
)
@pytest.mark.parametrize(
    "before", ['"""Doc."""\n', "import x\n", "from __future__ import annotations\n"]
)
def test_every_place_can_be_probed(text: str, before: str) -> None:
    result = probed(before + text)
    assert not result.unprobeable
    assert len([probe for probe in result.probes if probe.kind == "keyword"]) == text.count(
        "add_task"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import x\nx: t.add_task(f) = 1", "annotation"),
        ("import x\ndef g(x: Annotated[int, t.add_task(f)]): ...", "annotation"),
        ("import x\nclass A(t.add_task(f)): ...", "class header"),
        ("x = BackgroundTask(f)", "no room"),
        ("if 1: t.add_task(f)\nimport x", "no room"),
        ("def g(): t.add_task(f)", "no room"),
    ],
)
def test_unprobeable(text: str, kind: str) -> None:
    result = probed(text)
    assert [obstacle.kind for obstacle in result.unprobeable.values()] == [kind]
    assert result.text == text


def test_f_string() -> None:
    result = probed("import x\ny = f'é{t.add_task(f, 1)!r:>{t.add_task(g)}}'")
    if sys.version_info < (3, 12):
        assert {obstacle.kind for obstacle in result.unprobeable.values()} == {"f-string"}
    else:
        assert not result.unprobeable
        assert len(result.probes) > 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="calls in f-strings are not probed")
def test_a_string_that_shows_a_call_shows_its_probes() -> None:
    """No checker reads that text, and the rest of the copy is the same code."""
    counts = check_every_call(parsed("import x\ny = f'{f(1)=} {f(f(2)) = !r}'"))
    assert counts == (3, 0)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"""Doc."""\nfrom __future__ import annotations\nimport x\nt.add_task(f)', 2),
        ('"""Doc."""  # c\ndef g(): t.add_task(f)', 1),
        ("# type: ignore\n\nimport x\nt.add_task(f)", 3),
        ("#!/usr/bin/python\n# coding: utf-8\n\ndef g(): t.add_task(f)\n\n\ndef h(): ...", 5),
        ("def g(): t.add_task(f)\n", 2),
        ("def g(): t.add_task(f)\nraise x\n\n", 3),
        ("if x:\n    import x\n\nelse: pass\ndef g(): t.add_task(f)\n", 6),
        ("def g(): t.add_task(f); \\\n\ndef h(): ...\n", 4),
        ("import x\nt.add_task(f)\nsys.exit()", 1),
        ("t.add_task(f)", 1),
    ],
)
def test_names_are_defined_where_they_are_bound_in_time(text: str, line: int) -> None:
    result = probed(text)
    assert not result.unprobeable
    defined = result.text.index("import typing as")
    assert len(NEWLINE.findall(result.text[:defined])) + 1 == line
    compiled = compile(result.text, "m.py", "exec", dont_inherit=True)
    assert compiled.co_names.index("_bgp_typing") >= 0


def test_names_do_not_collide() -> None:
    result = probed("import x\n_bgp = _bgp2 = 1\nt.add_task(f)")
    assert "_bgp3_k0_" in texts(result)[0]


def test_sites_on_one_line_have_names_of_their_own() -> None:
    result = probed("import x\nt.add_task(f, 1); t.add_task(g, 2)\nt.add_task(h, 3)")
    replaced = [probe.names for probe in result.probes if probe.kind == "replaced"]
    assert replaced == [("_bgp_arg0_0_",), ("_bgp_arg1_0_",), ("_bgp_arg0_0_",)]
    assert "reveal_type((t, _bgp_P1_(0)))" in texts(result)


def test_encoding_and_mark_are_kept() -> None:
    raw = b"\xef\xbb\xbfimport x\r\nt.add_task(f, '\xc3\xa4')\r\n"
    module = parse(HERE, raw)
    assert isinstance(module, Module)
    written = module.encode(probe(module, find_sites(module)).text)
    assert written.startswith(b"\xef\xbb\xbfimport x; import typing")
    assert written.count(b"\r\n") == raw.count(b"\r\n") == written.count(b"\n")
    raw = b"# coding: latin-1\nimport x\nt.add_task(f, '\xe4')\n"
    module = parse(HERE, raw)
    assert isinstance(module, Module)
    assert b"t.add_task(f, '\xe4', _bgp_k0_" in module.encode(
        probe(module, find_sites(module)).text
    )


def test_positions_lead_back() -> None:
    text = "import x\ny = 'äé', BackgroundTask(f, 1), g(2); z = 3\nw\n"
    result = probed(text)
    lines = text.splitlines()
    for number, new in enumerate(result.text.splitlines(), start=1):
        back = [result.original_position(number, column + 1) for column in range(len(new))]
        kept = [index for index, character in zip(back, new, strict=True) if index is not None]
        old = lines[number - 1]
        assert [column for _, column in dict.fromkeys(kept)] == list(range(1, len(old) + 1))
        assert {line for line, _ in kept} == {number}
    (first, *_) = result.probes
    line, column = 2, first.span.start - result.text.index("\n")
    assert result.probe_at(line, column) is first
    assert result.original_position(line, column) is None
    assert result.probe_at(line, column - 1) is None


def test_messages() -> None:
    assert says_too_many('Too many arguments for "f"')
    assert says_too_many("Expected 2 positional arguments")
    assert says_too_many("Expected 3 positional arguments, got 4 in function `f`")
    assert not says_too_many("Argument missing for parameter")
    asked = Probe(0, "receiver", Span(0, 1), ("_bgp_P1_",))
    assert revealed(asked, "tuple[a.B[int], m._bgp_P1_]") == "a.B[int]"
    assert revealed(asked, "a.B") == "a.B"
