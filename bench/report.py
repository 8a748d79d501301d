"""Figures beside their goals, on the terminal and in bench/results/."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
_DECIMALS = {"requests": 0, "photos": 0, "ms": 1, "MB": 0, "per s": 0, "of 8": 0}


@dataclass(frozen=True)
class Figure:
    """One measured number. `goal` is the most that it may be, or with `at_least` the least; None: information."""

    part: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """ok, or MISSED and by how much of the goal; nothing where there is no goal."""
        if self.goal is None:
            return ""
        if self.value >= self.goal if self.at_least else self.value <= self.goal:
            return "ok"
        return f"MISSED by {abs(self.value / self.goal - 1) * 100:.0f} %"

    @property
    def measured(self) -> str:
        return f"{_number(self.value, self.unit)} {self.unit}"

    @property
    def wanted(self) -> str:
        if self.goal is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.goal:g} {self.unit}"


def kilobytes(count: float) -> float:
    """In thousands of bytes, not 1,024: the stricter reading of the goals."""
    return count / 1000


def megabytes(count: float) -> float:
    """In millions of bytes."""
    return count / 1_000_000


def _number(value: float, unit: str) -> str:
    return f"{value:,.{_DECIMALS.get(unit, 2)}f}"


class Neighbours:
    """How much of the machine other programs took while the bench ran: the more, the less single times mean."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._busy, self._own = _busy_seconds(), _own_seconds()

    def share(self) -> str:
        """In words. A PostgreSQL that the bench started is not its child, and counts as another program."""
        cores = os.cpu_count() or 1
        others = (_busy_seconds() - self._busy) - (_own_seconds() - self._own)
        return f"{max(0.0, others) / (time.monotonic() - self._begun) / cores:.0%} of the processor"


def _busy_seconds() -> float:
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    return sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=RESULTS.parent, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": f"{processor}, {len(os.sched_getaffinity(0))} cores",
        "python": platform.python_version(),
        "commit": commit.stdout.strip() or "unknown",
    }


def table(figures: Sequence[Figure]) -> str:
    """The figures as Markdown, part by part, in columns that line up on a terminal too."""
    rows = [(f"{f.part}: {f.what}", f.measured, f.wanted, f.verdict, f.note) for f in figures]
    head = ("what", "measured", "goal", "", "note")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [_line(head, widths), "|" + "|".join("-" * (width + 2) for width in widths) + "|"]
    for _, some in groupby(zip(figures, rows, strict=True), key=lambda pair: pair[0].part):
        lines += [_line(row, widths) for _, row in some]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def summary(figures: Sequence[Figure]) -> str:
    """How many goals were met."""
    goals = [figure for figure in figures if figure.goal is not None]
    missed = [figure for figure in goals if figure.verdict != "ok"]
    return f"{len(goals) - len(missed)} of {len(goals)} goals met" + (
        ": missed " + "; ".join(f"{figure.part}: {figure.what} ({figure.verdict})" for figure in missed)
        if missed
        else ""
    )


def write(name: str, figures: Sequence[Figure], on: dict[str, str]) -> Path:
    """Keep the run as Markdown and JSON; returns the path of the Markdown."""
    RESULTS.mkdir(exist_ok=True)
    stem = RESULTS / f"{on['at'][:19].replace(':', '').replace('T', '-')}-{name}"
    heading = "\n".join(f"- {key}: {value}" for key, value in on.items())
    text = f"# make bench: {name}\n\n{heading}\n\n{table(figures)}\n\n{summary(figures)}\n"
    markdown = stem.with_suffix(".md")
    markdown.write_text(text)
    content = {"machine": on, "figures": [asdict(f) | {"verdict": f.verdict} for f in figures]}
    stem.with_suffix(".json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return markdown
