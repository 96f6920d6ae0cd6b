"""The monthly statement of exchange: what it says, how its lines stand, who signs it. Reads only.

Both sides read the same, and counts alone: what never crosses is in none of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.errors import NotAllowed

from .access import SERVICES, may, units_where
from .ledger import FIGURES, KINDS, crossed
from .models import EntryKind, ExchangeStatement, Posting, StatedLate, StatementEntry, Unit, units
from .models.statements import canonical
from .months import after, before, span
from .roles import CODENAMES

ALIKE, DIFFERS, DISPUTED, PROPOSED, AGREED = "alike", "differs", "disputed", "proposed", "agreed"
# What has to be settled before either side signs.
UNSETTLED = (DIFFERS, DISPUTED, PROPOSED)


@dataclass
class Line:
    """A line of a statement as it stands: both counts, and what was said of it.

    `reading` is what both sides agreed to read instead of their counts, None where both stand.
    `proposal` is the reading that waits for the other side's answer.
    """

    key: str
    sender: str
    desk: str
    kind: str
    counts: dict[str, dict[str, int]]
    entries: list[StatementEntry] = field(default_factory=list)
    state: str = ALIKE
    reading: dict[str, int] | None = None
    proposal: StatementEntry | None = None
    disputed_by: str = ""

    @property
    def label(self) -> str:
        return str(KINDS.get(self.kind, self.kind))

    @property
    def state_label(self) -> str:
        return {
            ALIKE: _("Both sides count alike"),
            DIFFERS: _("The counts differ"),
            DISPUTED: _("Disputed"),
            PROPOSED: _("A reading waits for an answer"),
            AGREED: _("Agreed"),
        }[self.state]

    @property
    def one(self) -> Unit | None:
        return units().get(self.sender)

    @property
    def other(self) -> Unit | None:
        return units().get(self.desk)

    @property
    def settled(self) -> bool:
        return self.state not in UNSETTLED

    @property
    def sides(self) -> tuple[str, str]:
        """The sender's side, then the receiver's."""
        one = self.one
        first = one.side if one else "LV"
        return (first, "BY" if first == "LV" else "LV")

    def end_of(self, side: str) -> Unit | None:
        """The unit of a side at this line."""
        return self.one if self.sides[0] == side else self.other

    def cells(self, side: str) -> list[tuple[str, int, int, bool]]:
        """(name of the figure, count of the reader's side, of the other, whether they differ)."""
        own, other = (side, "BY" if side == "LV" else "LV")
        return [
            (
                str(label),
                self.counts[own][name],
                self.counts[other][name],
                self.counts[own][name] != self.counts[other][name],
            )
            for name, label in FIGURES.items()
        ]


def count_month(month: date, at: datetime) -> list[dict[str, Any]]:
    """The lines of a month as both sides count them at `at`, in the order of the table."""
    since, until = span(month)
    return [
        {
            "from": row.sender,
            "to": row.desk,
            "kind": row.kind,
            **_sides(row.one, row.out.said, row.got.said),
        }
        for row in crossed(since, until, at)
    ]


def _sides(one: Unit | None, out: Any, got: Any) -> dict[str, Any]:
    first = one.side if one else "LV"
    return {first: out, ("BY" if first == "LV" else "LV"): got}


def key_of(line: dict[str, Any]) -> str:
    return f"{line['from']}>{line['to']}/{line['kind']}"


def late_entries(month: date, at: datetime) -> list[dict[str, Any]]:
    """What came to closed months before `month` after they were closed, no closed statement has
    said yet, and no other open one says."""
    # What is said of a month can only stand in statements that were closed after it.
    closed = list(ExchangeStatement.objects.exclude(closed_at=None).order_by("closed_at", "month"))
    known: dict[str, dict[str, Any]] = {}
    for statement in closed:
        content = statement.content
        known[content["month"]] = {key_of(row): _both(row) for row in content["lines"]}
        for row in content["late"]:
            known.setdefault(row["month"], {})[key_of(row)] = row["now"]
    others = StatedLate.objects.exclude(statement__month=month)
    claimed = set(others.values_list("month", "line"))
    earlier = sorted((one for one in closed if one.month < month), key=lambda one: one.month)
    found = []
    for statement in earlier[-settings.STATEMENT_LATE_MONTHS :]:
        name = f"{statement.month:%Y-%m}"
        for row in count_month(statement.month, at):
            was = known[name].get(key_of(row), {side: _nothing() for side in SERVICES})
            if was != _both(row) and (name, key_of(row)) not in claimed:
                ends = {part: row[part] for part in ("from", "to", "kind")}
                found.append({"month": name, **ends, "was": was, "now": _both(row)})
    return found


def _both(row: dict[str, Any]) -> dict[str, Any]:
    return {side: row[side] for side in SERVICES}


def _nothing() -> dict[str, int]:
    return dict.fromkeys(FIGURES, 0)


def said_entry(entry: StatementEntry) -> dict[str, Any]:
    return {
        "uid": str(entry.uid),
        "line": entry.line,
        "kind": str(entry.kind),
        "side": entry.side,
        "text": entry.text,
        "reading": entry.reading,
        "counts": entry.counts,
        "at": entry.at.isoformat(),
        "name": entry.by.name_latin,
    }


def content_of(
    month: date,
    *,
    lines: list[dict[str, Any]],
    late: list[dict[str, Any]],
    counted_at: datetime | str,
    entries: Iterable[StatementEntry] = (),
) -> str:
    """The whole of a statement as canonical JSON."""
    return canonical(
        {
            "statement": f"ES-{month:%Y-%m}",
            "month": f"{month:%Y-%m}",
            "zone": "UTC",
            "counted_at": counted_at if isinstance(counted_at, str) else counted_at.isoformat(),
            "lines": lines,
            "late": late,
            "entries": [said_entry(entry) for entry in entries],
        }
    )


def lines_of(statement: ExchangeStatement) -> list[Line]:
    """The lines as they stand, in the order of the table; those of which something was said and
    that are counted no more come last."""
    by_key: dict[str, list[StatementEntry]] = {}
    for entry in statement.entries.all():
        by_key.setdefault(entry.line, []).append(entry)
    found = {}
    for row in statement.content["lines"]:
        key = key_of(row)
        found[key] = Line(key, row["from"], row["to"], row["kind"], _both(row))
    for key in by_key.keys() - found.keys():
        ends, _slash, kind = key.rpartition("/")
        sender, _arrow, desk = ends.partition(">")
        found[key] = Line(key, sender, desk, kind, {side: _nothing() for side in SERVICES})
    for key, line in found.items():
        _stand(line, by_key.get(key, []))
    return list(found.values())


def _stand(line: Line, entries: list[StatementEntry]) -> None:
    """Let a line stand as what was said of it leaves it."""
    line.entries = entries
    plain = ALIKE if line.counts["LV"] == line.counts["BY"] else DIFFERS
    line.state = plain
    for entry in entries:
        if entry.kind == EntryKind.DISPUTE:
            line.state, line.disputed_by, line.proposal = DISPUTED, entry.side, None
        elif entry.kind == EntryKind.WITHDRAW:
            # One side's word does not take the other side's dispute away.
            if entry.side == line.disputed_by:
                line.disputed_by = ""
            line.state, line.proposal = (DISPUTED if line.disputed_by else plain), None
        elif entry.kind == EntryKind.PROPOSE and entry.counts == line.counts:
            line.state, line.proposal = PROPOSED, entry
        elif entry.kind == EntryKind.PROPOSE:  # made about counts that are no more
            line.state, line.proposal = (DISPUTED if line.disputed_by else plain), None
        elif entry.kind in (EntryKind.AGREE, EntryKind.TAKE):
            # An agreement about other counts than these settles nothing any more.
            holds = entry.counts == line.counts
            line.disputed_by = ""
            line.state, line.proposal = (AGREED if holds else plain), None
            line.reading = entry.reading if holds else None
        if line.state != AGREED:
            line.reading = None


def line_of(statement: ExchangeStatement, key: str) -> Line | None:
    return next((line for line in lines_of(statement) if line.key == key), None)


def last_month() -> date:
    """The last month that is over by UTC."""
    return before(now().date().replace(day=1))


def missing_months(user: Any, count: int = 6) -> list[date]:
    """Of the last months that are over those without a statement, for whoever may make one."""
    if not may_sign(user):
        return []
    wanted = [last_month()]
    while len(wanted) < count:
        wanted.append(before(wanted[-1]))
    made = set(ExchangeStatement.objects.filter(month__in=wanted).values_list("month", flat=True))
    return [month for month in wanted if month not in made]


def ends_at(month: date) -> datetime:
    """The first moment after the month."""
    return span(after(month))[0]


def signing_desks(side: str) -> list[Unit]:
    """The desks of a side at the ends of the contact points."""
    return [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK and unit.side == side and unit.retired_at is None
    ]


def may_sign(user: Any) -> bool:
    """Whether `user` makes, counts and signs statements for the own side: the head of one of its
    points, or headquarters."""
    return user.side in SERVICES and any(
        may(user, "set_rota", desk) for desk in signing_desks(user.side)
    )


def may_reconcile(user: Any, line: Line) -> bool:
    """Whether `user` speaks for the own side of a line: the head of that point, or headquarters.
    Where the own end is no desk, whoever signs."""
    end = line.end_of(user.side)
    if end is None or end.kind != Unit.Kind.DESK:
        return may_sign(user)
    return may(user, "set_rota", end)


def signers(side: str) -> list[User]:
    """The officers who sign for a side now, in order of name."""
    roles = [role for role, codenames in CODENAMES.items() if "set_rota" in codenames]
    posted = Posting.objects.active().filter(
        role__in=roles, unit__side=side, officer__is_active=True
    )
    found = {posting.officer_id: posting.officer for posting in posted.select_related("officer")}
    return sorted(
        (one for one in found.values() if may_sign(one)), key=lambda one: (one.name_latin, one.pk)
    )


def waiting_statements(user: Any) -> list[ExchangeStatement]:
    """The statements that the own side of a signer has not signed, the oldest first."""
    if not may_sign(user):
        return []
    rows = ExchangeStatement.objects.open().prefetch_related("signatures").order_by("month")
    return [one for one in rows if user.side not in {each.side for each in one.standing}]


def reads_ledger(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_alerts"))


def require_signer(by: Any) -> None:
    """Raise NotAllowed unless `by` speaks for its side: the head of one of its contact points, or
    headquarters."""
    if by is not None and not may_sign(by):
        raise NotAllowed(_("The head of a contact point of your side, or headquarters, does this."))


def require_reader_of_statements(by: Any) -> None:
    """Raise NotAllowed unless `by`, of one of the two services, sees alerts somewhere."""
    if by is not None and not reads_ledger(by):
        raise NotAllowed(_("You may not read the statements of exchange."))
