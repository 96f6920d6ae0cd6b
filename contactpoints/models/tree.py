"""Units of the sides, the grants that lie on them, contact points and their desks."""

import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from bordercoop.reference.models import Named, Place
from bordercoop.reference.sides import ZONE, Side


class Unit(Named):
    """An organisational unit of a side. Rights are granted on units; incidents belong to them.

    `retires_on` is a day on the side's own calendar, set ahead; `retired_at` is the fact.
    """

    class Kind(models.TextChoices):
        HEADQUARTERS = "headquarters", _("Headquarters")
        REGIONAL = "regional", _("Regional unit")
        LOCAL = "local", _("Local unit")
        CROSSING = "crossing", _("Crossing point unit")
        DESK = "desk", _("Contact point desk")
        COLLEGE = "college", _("College")
        AGENCY = "agency", _("Agency")

    code = models.CharField(max_length=40, unique=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    path = models.CharField(max_length=200, db_index=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]
        permissions = [
            ("view_incidents", "Read the incidents of this unit and those released to it"),
            ("report_incidents", "Log incidents and add supplements for this unit"),
            ("annotate_incidents", "Write notes, measures and tasks of this unit"),
            ("translate_incidents", "Translate the texts of the incidents of this unit"),
            ("verify_incidents", "Verify what others of this unit reported"),
            ("validate_incidents", "Validate verified incidents of this unit"),
            ("merge_incidents", "Merge records of this unit that are of one event"),
            ("release_incidents", "Release incidents of this unit to desks"),
            ("recall_releases", "Take back what was released of this unit's incidents"),
            ("close_incidents", "Close the own side's part of an incident"),
            ("view_alerts", "See the alerts of this desk"),
            ("acknowledge_alerts", "Acknowledge, accept or decline alerts of this desk"),
            ("set_rota", "Set who is on duty at this desk"),
            ("import_open_source", "Import open-source records for this unit"),
            ("administer_accounts", "Post, transfer and suspend people of this unit"),
            (
                "administer_lists",
                "Edit the lists of this unit's side, propose changes to common ones",
            ),
            ("operate_portal", "See and re-send messages that were given up"),
            ("break_glass", "Open a time-limited emergency session with wider rights"),
            ("handle_serious", "Handle the serious incidents of this side"),
            ("read_audit", "Read the audit of this unit's side"),
            ("write_sealed", "Write into the sealed part of incidents of this unit"),
            ("open_sealed", "Open the sealed part of incidents of this unit"),
            ("release_sealed", "Release personal data of incidents of this unit"),
            ("import_incidents", "Import incidents of this unit from files"),
            ("set_retention", "Set how long this unit's side keeps personal data"),
            ("place_holds", "Place and lift legal holds on incidents of this unit"),
            ("search_subjects", "Search what this unit's side keeps of a person"),
            ("view_investigations", "Read the joint investigations and meetings of this unit"),
            ("lead_investigations", "Propose, agree to and lead joint investigations"),
            ("sign_acts", "Sign acts and receipts of joint investigations"),
            ("hold_meetings", "Call meetings of border representatives"),
            ("inspect_signs", "Record inspections and repairs of border signs"),
            ("draft_guidelines", "Draft guidelines and put them to both sides"),
            ("approve_guidelines", "Approve guidelines for this unit's side"),
            ("file_anomalies", "File and assess anomaly reports of this unit"),
            ("draft_sops", "Draft standard operating procedures"),
            ("approve_sops", "Approve standard operating procedures for this unit's side"),
            ("read_risks", "Read the risks of this unit's side"),
            ("write_risks", "Write and assess risks of this unit"),
            ("approve_risks", "Approve the scales and risk reports for this unit's side"),
            ("task_reports", "Task this unit with risk reports"),
            ("answer_recommendations", "Answer recommendations of risk reports to this unit"),
            ("view_activities", "See study visits, trainings and meetings"),
            ("plan_activities", "Plan study visits, trainings and meetings for this unit"),
            ("nominate", "Nominate officers of this unit for activities"),
            ("approve_nominations", "Let officers of this unit go to activities"),
            ("sign_plans", "Sign the yearly joint plan for this unit's side"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def zone(self) -> str:
        """IANA time zone of the unit's side."""
        return ZONE[self.side]

    @property
    def root_code(self) -> str:
        return str(self.path.split("/", 1)[0])


_known: tuple[float, dict[str, Unit]] = (0.0, {})


def units() -> dict[str, Unit]:
    """Every unit by code, retired ones too, in order; remembered in this process for 60 seconds."""
    global _known
    if time.monotonic() - _known[0] > 60 or not _known[1]:
        rows = Unit.objects.select_related("parent", "place", "desk", "desk__point")
        _known = (time.monotonic(), {unit.code: unit for unit in rows})
    return _known[1]


def forget_units() -> None:
    """Drop what `units()` remembers; after a change of the tree."""
    global _known
    _known = (0.0, {})


def root_of(side: str) -> Unit | None:
    """The unit at the top of a side's tree."""
    for unit in units().values():
        if unit.side == side and unit.parent_id is None and unit.retired_at is None:
            return unit
    return None


class UnitUserGrant(UserObjectPermissionBase):
    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class UnitGroupGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class ContactPoint(Named):
    """One of the three points through which the services reach each other."""

    class Kind(models.TextChoices):
        COMMON = "common_contact_point", _("Common contact point")
        FOCAL = "focal_point", _("Focal point")

    class Border(models.TextChoices):
        AIR = "air", _("Air border")
        LAND = "land", _("Land border")

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    border = models.CharField(max_length=4, choices=Border.choices)
    order = models.PositiveSmallIntegerField(default=0)
    # What the point is for, a paragraph in each language.
    about_en = models.TextField(blank=True, default="")
    about_lv = models.TextField(blank=True, default="")
    about_be = models.TextField(blank=True, default="")
    about_ru = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def about(self) -> str:
        """What the point is for, in the active language, else in English."""
        language = (get_language() or "en").split("-")[0]
        return str(getattr(self, f"about_{language}", "") or self.about_en)


class Desk(models.Model):
    """The end of a contact point that a unit staffs. Alerts go to desks.

    `edited_at`: hours and languages were set in the portal, and the loader leaves them alone.
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="desks")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    languages = ArrayField(models.CharField(max_length=2))
    hours = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True, default="", db_default="")
    edited_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.unit.code
