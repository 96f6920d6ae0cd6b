"""What whoever holds a paper may know of it: that it was signed, by which sides, when."""

import re
from dataclasses import dataclass
from datetime import datetime

from ..models import Act, ActSignature
from ..models.act import LETTERS

CODE = re.compile(f"[{LETTERS}]{{10}}")


@dataclass
class Verified:
    """`sha256` is the text that `signed` stands for, as (side, time); both are empty while nothing
    stands. `voided` has (side, time, sum, time at which it was voided)."""

    code: str
    number: str
    sha256: str
    signed: list[tuple[str, datetime]]
    voided: list[tuple[str, datetime, str, datetime]]

    @property
    def whole(self) -> bool:
        return len(self.signed) == 2

    def said_of(self, sha256: str) -> str:
        """ "signed", "voided" or "other": what is known of a text with this sum."""
        if self.sha256 and sha256 == self.sha256:
            return "signed"
        return "voided" if any(sha256 == each[2] for each in self.voided) else "other"


def verified(code: str) -> Verified | None:
    """The act with this code once anybody has signed it; None for every other code alike."""
    code = code.upper()
    if not CODE.fullmatch(code):
        return None
    act = Act.objects.select_related("investigation").filter(code=code).first()
    rows: list[ActSignature] = list(act.signatures.order_by("pk")) if act else []
    if act is None or not rows:
        return None
    standing = [row for row in rows if row.stands]
    return Verified(
        act.code,
        act.investigation.number,
        act.sha256 if standing else "",
        [(row.side, row.at) for row in standing],
        [(row.side, row.at, row.sha256, row.voided_at) for row in rows if row.voided_at],
    )
