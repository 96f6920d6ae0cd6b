"""Bulk import: a file, its columns, a dry run, and its start. docs/import-export.md."""

import tempfile
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.files import store
from bordercoop.files.names import clean_name
from bordercoop.files.rendition import pieces
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post
from bordercoop.reference.sides import ZONE
from bordercoop.tables.reading import copy_rows
from contactpoints.access import require
from contactpoints.models import Unit

from ..importing import REQUIRED, TARGETS, guessed, mapped_twice
from ..models import Import, ImportFault
from .files import Upload


def upload_import(upload: Upload, *, unit: Unit, by: Any) -> Import:
    """Read a CSV or XLSX file and keep its rows for an import into `unit`; nothing is logged yet.

    Its columns are mapped as the unit mapped them last, else as their headers say. Raises Invalid
    with a sentence for a file that cannot be read whole, Refused (413) for one that is too large.
    """
    require(by, "import_incidents", unit)
    if unit.kind == Unit.Kind.DESK:
        sentence = _("Incidents belong to a unit, not to a desk.")
        raise Invalid(sentence, fields={"unit": [sentence]})
    name = clean_name(upload.name or "")
    with tempfile.TemporaryFile() as copied:
        with store.arriving(upload.chunks()) as (file, original):
            sheet = copy_rows(file, name, copied)  # type: ignore[arg-type]
        copied.seek(0)
        with store.arriving(pieces(copied)) as (rows, kept), transaction.atomic():
            store.keep(rows, kept)
            run = Import.objects.create(
                unit=unit,
                side=unit.side,
                by=by,
                name=name,
                sha256=original.sha256,
                rows_sha256=kept.sha256,
                rows=sheet.rows,
                headers=sheet.headers,
                encoding=sheet.encoding,
                mapping=guessed(sheet.headers, _remembered(unit)),
                zone=ZONE[unit.side],
            )
            record("import.uploaded", run.ref, by=by, unit=unit.code, file=name, rows=sheet.rows)
    return run


def _remembered(unit: Unit) -> dict[str, str]:
    """Header -> field as the unit's last imports that went on had it, the latest first."""
    found: dict[str, str] = {}
    earlier = Import.objects.filter(unit=unit).exclude(state=Import.State.UPLOADED)
    for headers, mapping in earlier.order_by("-pk").values_list("headers", "mapping")[:10]:
        for column, target in mapping.items():
            found.setdefault(headers[int(column)], target)
    return found


@transaction.atomic
def map_import(
    run: Import, *, mapping: Mapping[str, str], zone: str = "", exercise: bool = False, by: Any
) -> Import:
    """Say which column is which field, and have every row checked; nothing is logged.

    Raises Invalid for a field that is missing or named twice; Refused when it is under way.
    """
    run = _locked(run, by)
    columns = {str(column): mapping.get(str(column), "") for column in range(len(run.headers))}
    zone = zone or run.zone
    _require_whole(columns, zone)
    same = (run.mapping, run.zone, run.exercise) == (columns, zone, exercise)
    if run.state == Import.State.CHECKING and same:
        return run
    if run.state not in (Import.State.UPLOADED, Import.State.CHECKED):
        raise _wrong_state()
    run.mapping, run.zone, run.exercise = columns, zone, exercise
    run.save(update_fields=["mapping", "zone", "exercise"])
    _begin(run, Import.State.CHECKING)
    record("import.mapped", run.ref, by=by, unit=run.unit.code)
    return run


def _require_whole(columns: Mapping[str, str], zone: str) -> None:
    wrong: list[str] = []
    targets = set(columns.values()) - {""}
    if targets - TARGETS.keys():
        wrong.append(_("There is no such field."))
    for target in mapped_twice(columns):
        if target in TARGETS:
            wrong.append(
                _("More than one column is “%(field)s”. Choose one.") % {"field": TARGETS[target]}
            )
    for choice in REQUIRED:
        if not targets & set(choice):
            wrong.append(
                _("No column is “%(field)s”. Every incident needs it.")
                % {"field": TARGETS[choice[0]]}
            )
    if zone not in (ZONE["LV"], ZONE["BY"], "UTC"):
        wrong.append(_("Choose the clock by which the times were written."))
    if wrong:
        raise Invalid(wrong[0], fields={"mapping": wrong})


@transaction.atomic
def start_import(run: Import, *, mode: str, by: Any) -> Import:
    """Log the rows of a checked file: all of them or none (`all`), or each that is right (`rows`).

    An import that was stopped goes on where it was. Raises Refused when rows are wrong and all are
    wanted, and when the side has imported this very file before.
    """
    run = _locked(run, by)
    if mode not in Import.Mode.values:
        sentence = _("Choose whether all rows are imported or each that is right.")
        raise Invalid(sentence, fields={"mode": [sentence]})
    if run.state in (Import.State.RUNNING, Import.State.DONE) and run.mode == mode:
        return run
    goes_on = run.state == Import.State.STOPPED and run.mode == mode == Import.Mode.ROWS
    if run.state != Import.State.CHECKED and not (goes_on and run.offset):
        raise _wrong_state()
    if mode == Import.Mode.ALL and run.wrong:
        raise Refused(
            _(
                "Rows are wrong, so not all of them can be imported. Correct the file and choose "
                "it again, or import the rows that are right."
            ),
            code="rows_are_wrong",
        )
    run.mode, run.claim = mode, run.sha256
    try:
        with transaction.atomic():
            run.save(update_fields=["mode", "claim"])
    except IntegrityError as clash:
        if "file_is_imported_once" not in str(clash):
            raise
        first = Import.objects.select_related("by").get(side=run.side, claim=run.sha256)
        raise Refused(
            _("%(officer)s has imported this very file already, as %(file)s. Nothing was imported.")
            % {"officer": first.by.display_name, "file": first.name},
            code="imported_before",
        ) from clash
    if goes_on:
        run.state, run.turn, run.finished_at, run.why = Import.State.RUNNING, run.turn + 1, None, ""
        run.save(update_fields=["state", "turn", "finished_at", "why"])
        post_turn(run)
    else:
        _begin(run, Import.State.RUNNING)
    record("import.started", run.ref, by=by, unit=run.unit.code, mode=mode, rows=run.rows)
    return run


@transaction.atomic
def stop_import(run: Import, *, by: Any) -> Import:
    """Stop it: no further row is logged. What was logged stays, and its file stays claimed.

    Of all rows or none, none is logged.
    """
    run = _locked(run, by)
    if run.state in (Import.State.DONE, Import.State.REFUSED, Import.State.STOPPED):
        return run
    if run.state == Import.State.RUNNING and run.mode == Import.Mode.ALL:
        run.made = 0  # its rows are in a transaction that will find it stopped
    return end_import(run, Import.State.STOPPED, by=by)


def _locked(run: Import, by: Any) -> Import:
    require(by, "import_incidents", run.unit)
    return Import.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(
        pk=run.pk
    )  # fmt: skip


def _wrong_state() -> Refused:
    return Refused(
        _("This import has gone on meanwhile. Look at it again."), code="import_wrong_state"
    )


def _begin(run: Import, state: Import.State) -> None:
    """A pass over all rows from the first one."""
    ImportFault.objects.filter(run=run).delete()
    run.state, run.turn, run.offset = state, run.turn + 1, 0
    run.made = run.known = run.wrong = 0
    fields = ["state", "turn", "offset", "made", "known", "wrong"]
    if state == Import.State.RUNNING:
        run.started_at = now()
        fields.append("started_at")
    else:
        run.series = {}
        fields.append("series")
    run.save(update_fields=fields)
    post_turn(run)


def post_turn(run: Import) -> None:
    """A message from which `advance_import` goes on."""
    key = f"{run.ref}:{run.turn}:{run.offset}"
    post("import", key, {"run": str(run.uid), "turn": run.turn})


def end_import(run: Import, state: Import.State, *, why: str = "", by: Any) -> Import:
    """In the caller's transaction. A file of which nothing was logged may be imported again."""
    run.state, run.finished_at, run.why = state, now(), why
    if not run.made:
        run.claim = None
    run.save(
        update_fields=["state", "finished_at", "why", "claim", "made", "known", "wrong", "offset"]
    )
    record(
        f"import.{state.value}", run.ref, by=by, trail=run.side,
        made=run.made, known=run.known, wrong=run.wrong,
    )  # fmt: skip
    ring_many([run.unit.code])
    return run
