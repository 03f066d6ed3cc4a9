"""Account for every task of servers under load: `python -m benchmarks.soak [--requests N]
[--only tasks|memory]`.

Each request adds three tasks: a `def`, an `async def`, and a third one that fails in one request
of a hundred. Servers are asked to end while requests arrive, and clients go away. Every task must
have run to its end, or be named in the log. If one is missing, or memory grows with the number of
requests, the exit code is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.record import versions
from benchmarks.soak import memory, scenarios

EXAMPLES = 10


def main() -> int:
    """Run all scenarios and print what became of the tasks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000, help="of the longest scenario")
    parser.add_argument("--seed", type=int, default=0, help="decides when clients go away")
    parser.add_argument("--only", choices=("tasks", "memory"), help="default: both")
    asked = parser.parse_args()
    console = Console()
    console.print(f"{versions('starlette', 'fastapi', 'uvicorn')}\n")
    is_complete = asked.only == "memory" or _account(console, asked.requests, asked.seed)
    is_steady = asked.only == "tasks" or _measure_memory(console, asked.requests)
    return 0 if is_complete and is_steady else 1


def _account(console: Console, requests: int, seed: int) -> bool:
    table = Table("scenario", title="tasks", title_justify="left")
    for heading in ("added", "ran", "named", "ran twice", "missing", "seconds"):
        table.add_column(heading, justify="right")
    is_complete = True
    with tempfile.TemporaryDirectory(prefix="typed_bg_soak_") as scratch:
        for number, scenario in enumerate(scenarios.scenarios(requests, seed)):
            folder = Path(scratch, str(number))
            folder.mkdir()
            began = time.monotonic()
            found = asyncio.run(scenarios.run(scenario, folder))
            counts = (found.added, found.done, found.named, len(found.twice), len(found.lost))
            seconds = time.monotonic() - began
            table.add_row(scenario.name, *(f"{count:,}" for count in counts), f"{seconds:.0f}")
            for name in found.lost[:EXAMPLES]:
                console.print(f"missing ({scenario.name}): {name}")
            is_complete = is_complete and found.added > 0 and not found.lost
    console.print(table)
    return is_complete


def _measure_memory(console: Console, requests: int) -> bool:
    table = Table("targets", title="memory that stays allocated", title_justify="left")
    table.add_column("bytes per request", justify="right")
    growths = memory.growths(requests)
    for kind, growth in growths.items():
        table.add_row(kind, f"{growth:.2f}")
    console.print(table)
    return all(growth <= memory.NOISE for growth in growths.values())


if __name__ == "__main__":
    sys.exit(main())
