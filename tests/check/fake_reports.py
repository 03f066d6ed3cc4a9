"""Reports as a run on a real project could give them, with what makes one hard to write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from typed_bg._source.files import SkippedFile
from typed_bg.check.results.report import (
    CheckerRun,
    Finding,
    Judgement,
    Place,
    Reason,
    Report,
    ReportedCall,
)

CHECKERS = ("mypy", "pyright", "basedpyright", "ty", "pyrefly", "zuban")
VERSIONS = ("2.4.1", "1.1.414", "1.40.2", "0.0.105", "1.4.1", "0.10.2")

HOSTILE = """</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"""

FILES = {
    "app/mail.py": (
        "from fastapi import BackgroundTasks\n"
        "\n"
        "def signed_up(tasks: BackgroundTasks, to: str) -> None:\n"
        '    tasks.add_task(send_mail, to, subjekt="Hi")\n'
        "    tasks.add_task(\n"
        "        charge,\n"
        "        to,\n"
        '        "12",\n'
        "    )\n"
    ),
    "app/日本語/größe.py": (
        "\ufeffdef später(aufgaben):\r\n"
        "\taufgaben.add_task(grüße, '日本', größe=\"4\")\r\n\treturn\r\n"
    ),
    "app/hostile.py": f"tasks.add_task(log, '{HOSTILE}', \"\x1b[31m\u202e\")\n",
    "app/long.py": "x = 1; " * 400 + "tasks.add_task(send_mail, 1)" + "; y = 2" * 400 + "\n",
}


def place(path: str, line: int, column: int = 1, *, to: tuple[int, int] | None = None) -> Place:
    """Return a place, with its end."""
    return Place(PurePosixPath(path), line, column, *(to or (None, None)))


def source_of(path: PurePosixPath) -> str | None:
    """Return the text of a file of the fake project."""
    return FILES.get(str(path))


RETRY = Reason(
    code="untyped-decorator",
    fact="`send_mail` is decorated with `@retry`, which is not annotated.",
    fix="Annotate `retry` with a `ParamSpec`.",
    place=place("app/retry.py", 7),
)
FOLLOW = Reason(
    code="config-follow-imports",
    fact="`follow_imports = skip` makes every import `Any`.",
    fix="Remove `follow_imports = skip`.",
    place=place("mypy.ini", 3),
)
NO_TYPE = Reason(
    code="unannotated-parameter",
    fact="The parameter `amount` of `charge` has no annotation.",
    fix="Annotate `amount`.",
    place=place("app/pay.py", 12, 20),
)
NO_STATEMENT = Reason(
    code="no-statement",
    fact="The call is a default value.",
    fix="Make the call a statement.",
)


def judgements(**by_checker: Judgement | str) -> tuple[Judgement, ...]:
    """Return a judgement for each checker; `checked` for those that are not named."""
    given = [by_checker.get(checker, "checked") for checker in CHECKERS]
    return tuple(
        each if isinstance(each, Judgement) else Judgement(checker, "checked")
        for checker, each in zip(CHECKERS, given, strict=True)
    )


MAIL = ReportedCall(
    place=place("app/mail.py", 4, 5, to=(4, 48)),
    function="signed_up",
    source='tasks.add_task(send_mail, to, subjekt="Hi")',
    callee="tasks.add_task",
    target="send_mail",
    arguments=("to", 'subjekt="Hi"'),
    judgements=judgements(mypy=Judgement("mypy", "unchecked", reasons=(RETRY, FOLLOW))),
)
CHARGE = ReportedCall(
    place=place("app/mail.py", 5, 5, to=(9, 6)),
    function="signed_up",
    source="tasks.add_task(",
    callee="tasks.add_task",
    target="charge",
    arguments=("to", '"12"'),
    judgements=judgements(
        mypy=Judgement("mypy", "arity-only", ('"12"',), (NO_TYPE,)),
        ty=Judgement("ty", "arity-only", ('"12"',), (NO_TYPE,)),
    ),
)
WIDE = ReportedCall(
    place=place("app/日本語/größe.py", 2, 2, to=(2, 43)),
    function="später",
    source="aufgaben.add_task(grüße, '日本', größe=\"4\")",
    callee="aufgaben.add_task",
    target="grüße",
    arguments=("'日本'", 'größe="4"'),
    judgements=judgements(
        pyrefly=Judgement("pyrefly", "checked-directly", reasons=(FOLLOW,)),
        zuban=Judgement("zuban", "unprobeable", reasons=(NO_STATEMENT,)),
    ),
)
HOSTILE_SITE = ReportedCall(
    place=place("app/hostile.py", 1, 1, to=(1, len(FILES["app/hostile.py"]))),
    function=f"<lambda>{HOSTILE}",
    source=FILES["app/hostile.py"].rstrip("\n"),
    callee="tasks.add_task",
    target=HOSTILE,
    arguments=(HOSTILE, '"\x1b[31m\u202e"'),
    judgements=judgements(),
)

FINDINGS = (
    Finding(
        rule="wrong-argument",
        place=place("app/mail.py", 4, 35, to=(4, 47)),
        message="Unexpected keyword argument `subjekt` for `send_mail`.",
        source='    tasks.add_task(send_mail, to, subjekt="Hi")',
        call=MAIL,
        reasons=(RETRY,),
        reported_by=("pyright", "basedpyright", "ty"),
        silent=("mypy", "pyrefly", "zuban"),
        fingerprint="0123456789abcdef0123",
    ),
    Finding(
        rule="unchecked-call",
        place=MAIL.place,
        message="mypy does not check it.",
        source='    tasks.add_task(send_mail, to, subjekt="Hi")',
        call=MAIL,
        reasons=(RETRY, FOLLOW),
        reported_by=("mypy",),
        silent=("pyright", "basedpyright", "ty", "pyrefly", "zuban"),
        fingerprint="1123456789abcdef0123",
    ),
    Finding(
        rule="unchecked-argument",
        place=CHARGE.place,
        message="mypy and ty know no type of `amount`.",
        source="    tasks.add_task(",
        call=CHARGE,
        reasons=(NO_TYPE,),
        reported_by=("mypy", "ty"),
        silent=("pyright", "basedpyright", "pyrefly", "zuban"),
        fingerprint="2123456789abcdef0123",
    ),
    Finding(
        rule="never-runs",
        place=place("app/日本語/größe.py", 2, 20, to=(2, 25)),
        message="`grüße` is a generator function.",
        source="\taufgaben.add_task(grüße, '日本', größe=\"4\")",
        call=WIDE,
        silent=CHECKERS,
        fingerprint="3123456789abcdef0123",
    ),
    Finding(
        rule="unprobeable-call",
        place=place("app/hostile.py", 1, 1),
        message=f"{HOSTILE}: 100 %, commas, colons: [link](1)\nand a second line.",
        source=FILES["app/hostile.py"].rstrip("\n"),
        fingerprint="4123456789abcdef0123",
    ),
)

RUNS = tuple(
    CheckerRun(checker, version, (checker, "--json"), "pyproject.toml", 1.4)
    for checker, version in zip(CHECKERS, VERSIONS, strict=True)
)

FULL = Report(
    root=".",
    runs=RUNS,
    calls=(MAIL, CHARGE, HOSTILE_SITE, WIDE),
    findings=FINDINGS,
    skipped_files=(
        SkippedFile(PurePosixPath("notes/größe.ipynb"), "notebooks are not checked"),
        SkippedFile(PurePosixPath("old/broken.py"), "invalid syntax (line 3)"),
    ),
    files=120,
    suppressed=2,
)

CLEAN = Report(
    root="backend",
    runs=RUNS[:2],
    calls=(replace(MAIL, judgements=judgements()[:2]),),
    findings=(),
    files=7,
)

EMPTY = Report(
    root=".", runs=RUNS[:1], calls=(), findings=(), files=3, problems=("No call found.",)
)

CRASH = "exit code 3\nTraceback: KeyError [bold]'x'[/bold]"
BROKEN = replace(
    FULL,
    runs=(replace(RUNS[0], failure=CRASH, seconds=0.2), *RUNS[1:]),
    calls=tuple(replace(call, judgements=call.judgements[1:]) for call in FULL.calls),
    findings=(),
    suppressed=0,
    skipped_files=(),
)


def large(number: int = 500) -> Report:
    """Return a report of many calls; the fifth of every ten is not checked by mypy."""
    sites = tuple(
        replace(
            MAIL if index % 10 == 4 else replace(MAIL, judgements=judgements()),
            place=place(f"app/part_{index % 40:02}/mail.py", index + 1, 5),
            function=f"handler_{index}",
        )
        for index in range(number)
    )
    return replace(FULL, calls=sites, findings=(), skipped_files=(), suppressed=0)
