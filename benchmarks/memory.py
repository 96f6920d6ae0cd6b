"""How much memory processes really take: their proportional share of every page (PSS)."""

from pathlib import Path

from bordercoop.devstack.processes import Trouble


def with_children(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += with_children(int(child))
    return found


def megabytes(pid: int) -> float:
    """PSS of a process and of all below it."""
    return sum(_pss(each) for each in with_children(pid)) / 1024


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except FileNotFoundError:
        return 0
    except PermissionError as error:
        raise Trouble(
            f"The memory of process {pid} cannot be read: it is another user's."
        ) from error
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
