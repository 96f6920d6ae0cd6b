"""A file of incidents on its way in, and the rows of it that could not be taken."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.models import Unit


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: Any) -> "ImportQuerySet":
        """Those of the units for which `user` may import."""
        from contactpoints.access import units_where

        return self.filter(unit_id__in=units_where(user, "import_incidents"))


class Import(models.Model):
    """A CSV or XLSX file whose rows become incidents of a unit.

    `rows_sha256` names its rows in the store, a line of JSON each (bordercoop/tables). `mapping` is
    column (its number as text) -> field of `incidents.importing.TARGETS`, "" for none. While it is
    checked or taken in, `offset` says up to which byte of the rows it came: together with the rows
    themselves, in one transaction, so that nothing is done twice. `made`, `known` and `wrong` count
    the rows of the present pass: taken in (or fit for it), there already, and refused.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("import", "Uploaded")
        CHECKING = "checking", pgettext_lazy("import", "Being checked")
        CHECKED = "checked", pgettext_lazy("import", "Checked")
        RUNNING = "running", pgettext_lazy("import", "Being imported")
        DONE = "done", pgettext_lazy("import", "Imported")
        REFUSED = "refused", pgettext_lazy("import", "Not imported")
        STOPPED = "stopped", pgettext_lazy("import", "Stopped")

    class Mode(models.TextChoices):
        ALL = "all", pgettext_lazy("import", "All rows or none")
        ROWS = "rows", pgettext_lazy("import", "Every row that is right")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=now)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    rows_sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    headers = models.JSONField()
    encoding = models.CharField(max_length=20)
    mapping = models.JSONField()
    zone = models.CharField(max_length=40)
    exercise = models.BooleanField(default=False)
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.ALL)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    # Counts the passes, so that a message of an earlier one does nothing.
    turn = models.PositiveIntegerField(default=0)
    offset = models.BigIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    # Right rows by series of numbers (code of its unit), and the numbers kept for all of them:
    # code -> [year, first, last].
    series = models.JSONField(default=dict)
    reserved = models.JSONField(default=dict)
    # The sum of the file while rows of it are logged, and for ever once one was.
    claim = models.CharField(max_length=64, null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "-id"], name="import_of_unit")]
        constraints = [
            models.UniqueConstraint(fields=["side", "claim"], name="file_is_imported_once"),
            models.CheckConstraint(
                name="import_ends_with_a_time",
                condition=~Q(state__in=["done", "refused", "stopped"]) | ~Q(finished_at=None),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="import_moves",
                field="state",
                transitions=[
                    ("uploaded", "checking"),
                    ("checking", "checked"),
                    ("checked", "checking"),
                    ("checked", "running"),
                    ("running", "done"),
                    ("running", "refused"),
                    ("stopped", "running"),
                    *[(s, "stopped") for s in ("uploaded", "checking", "checked", "running")],
                ],
            ),
            pgtrigger.Protect(name="import_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.unit_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"import:{self.uid}"

    @property
    def busy(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.RUNNING)

    @property
    def gone_through(self) -> int:
        """How many rows of the present pass are behind it."""
        return self.made + self.known + self.wrong


class ImportFault(models.Model):
    """A row that was refused: its number in the file, and why in the importer's language.

    `offset` is where it begins among the rows. The sentences of a row are [column, sentence] pairs;
    whoever reads the list in another language gets them made anew.
    """

    run = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="faults", db_index=False)
    number = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    sentences = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="row_refused_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} row {self.number}"
