"""Figures beside their limits and goals; the table, the JSON file and the page made of them."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- written by make bench, {}: begin -->", "<!-- written by make bench, {}: end -->"
PACKAGES = ("django", "djangorestframework", "psycopg2-binary", "uvicorn", "celery")


@dataclass
class Figure:
    """One result. `limit` is what the machine could do in the same run, `ratio` value / limit.

    `goal` is "<= 1.3", ">= 0.1" and the like, of the value, or of the ratio where it says so.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


class Figures:
    """The results of a run; `name` is that of its file and of its place on the page."""

    def __init__(self, name: str = "results") -> None:
        self.name, self.all = name, list[Figure]()

    def add(
        self, name: str, value: float, unit: str, *, limit: float | None = None, goal: str = ""
    ) -> None:
        ratio = value / limit if limit else None
        met = None
        if goal:
            sign, bound = goal.removeprefix("ratio ").split()
            measured = ratio if goal.startswith("ratio ") else value
            met = measured is not None and (
                measured <= float(bound) if sign == "<=" else measured >= float(bound)
            )
        self.all.append(
            Figure(name, _short(value), unit, limit and _short(limit), ratio and _short(ratio),
                   goal or None, met)
        )  # fmt: skip
        print(_line(self.all[-1]), flush=True)

    def write(self, facts: dict[str, str]) -> None:
        (HERE / f"{self.name}.json").write_text(
            json.dumps([asdict(figure) for figure in self.all], indent=2, ensure_ascii=False) + "\n"
        )
        table = [
            "| Figure | Value | Limit | Ratio | Goal | Met |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
        ]
        for f in self.all:
            met = {True: "yes", False: "**no**", None: ""}[f.met]
            cells = (
                f.name,
                _with(f.value, f.unit),
                _with(f.limit, f.unit),
                _text(f.ratio),
                f.goal or "",
                met,
            )
            table.append("| " + " | ".join(cells) + " |")
        about = [f"- {name}: {fact}" for name, fact in facts.items()]
        text = PAGE.read_text()
        begin, end = BEGIN.format(self.name), END.format(self.name)
        head, tail = text.split(begin)[0], text.split(end)[1]
        PAGE.write_text("\n".join([f"{head}{begin}", *about, "", *table, f"{end}{tail}"]))

    def missed(self) -> list[str]:
        return [figure.name for figure in self.all if figure.met is False]


def machine(postgres: str, valkey: str) -> dict[str, str]:
    """Where and with what this run was."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    memory = next((int(line.split()[1]) // 1024 for line in _lines("/proc/meminfo")
                   if line.startswith("MemTotal")), 0)  # fmt: skip
    return {
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Machine": f"{model}, {os.cpu_count()} cores, {memory} MB, "
        f"load before the run {os.getloadavg()[0]:.1f}",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "Servers": f"PostgreSQL {postgres}, Valkey {valkey}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


median = statistics.median


def _short(value: float) -> float:
    return round(value, 3) if abs(value) < 10 else round(value, 1)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _with(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}"


def _line(f: Figure) -> str:
    met = {True: "met", False: "MISSED", None: ""}[f.met]
    limit = f"limit {_with(f.limit, f.unit)} ({_text(f.ratio)})" if f.limit else ""
    value = _with(f.value, f.unit)
    return f"  {f.name:<55} {value:>16}  {limit:<28} {f.goal or '':<14} {met}".rstrip()
