"""`manage.py doctor`: what is wrong with this installation, and how to mend it.

Promise: every check says its line whatever else is broken, changes nothing, and shows no secret.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

OK, WARNING, WRONG = "ok", "warning", "wrong"


@dataclass(frozen=True)
class Finding:
    """What one check found. `mend` says what to do; it is "" where all is well."""

    name: str
    state: str
    says: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.state:<8} {self.name}: {self.says}{' ' + self.mend if self.mend else ''}"


Check = Callable[[], Iterator[Finding]]


def examine() -> Iterator[Finding]:
    """All checks, in the order in which one would mend what is wrong."""
    from . import database, installation, servers, work

    for check in (
        *installation.CHECKS,
        *database.CHECKS,
        *servers.CHECKS,
        *work.CHECKS,
    ):
        name = check.__name__.strip("_").replace("_", " ")
        try:
            yield from check()
        except Exception as error:
            cause = type(error).__name__
            yield Finding(
                name,
                WRONG,
                f"It could not be looked at ({cause}).",
                "Mend what stands above first.",
            )
