"""The fields of an incident, and the names under which they are released."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy, pgettext_lazy

FIELDS = {
    "category": gettext_lazy("Category"),
    "severity": gettext_lazy("Severity"),
    "headline": gettext_lazy("Headline"),
    "headline_template": gettext_lazy("Headline from the list"),
    "happened_at": gettext_lazy("Happened"),
    "happened_precision": gettext_lazy("Precision of the time it happened"),
    "detected_at": gettext_lazy("Detected"),
    "detected_precision": gettext_lazy("Precision of the time it was detected"),
    "place": gettext_lazy("Place"),
    "border_sign": gettext_lazy("Border sign"),
    "lat": gettext_lazy("Latitude"),
    "lon": gettext_lazy("Longitude"),
    "people_total": gettext_lazy("People"),
    "people_minors": gettext_lazy("Minors"),
    "people_injured": gettext_lazy("Injured"),
    "nature": pgettext_lazy("incident", "Nature"),
    "manner": pgettext_lazy("incident", "Manner"),
    "direction": pgettext_lazy("incident", "Direction"),
    "detection": gettext_lazy("How it was detected"),
    "means": pgettext_lazy("incident", "Means"),
    "public_event": gettext_lazy("Public event"),
    "people": gettext_lazy("People by group"),
    "vehicles": gettext_lazy("Vehicles"),
    "goods": pgettext_lazy("incident", "Goods"),
    "documents": gettext_lazy("Documents"),
    "transit": gettext_lazy("Irregular transit"),
    "narrative": gettext_lazy("What happened"),
    "language": gettext_lazy("Language of the text"),
    "internal_note": gettext_lazy("Internal note"),
}
# Always part of a release: without them an alert says nothing.
ALWAYS = ("category", "severity")
# The name under which a field is released -> the keys that go with it.
RELEASABLE: dict[str, tuple[str, ...]] = {
    "headline": ("headline", "headline_template", "language"),
    "happened_at": ("happened_at", "happened_precision"),
    "detected_at": ("detected_at", "detected_precision"),
    "place": ("place",),
    "border_sign": ("border_sign",),
    "position": ("lat", "lon"),
    "people_total": ("people_total",),
    "people_minors": ("people_minors",),
    "people_injured": ("people_injured",),
    "nature": ("nature",),
    "manner": ("manner",),
    "direction": ("direction",),
    "detection": ("detection",),
    "means": ("means",),
    "public_event": ("public_event",),
    "people": ("people",),
    "vehicles": ("vehicles",),
    "goods": ("goods",),
    "documents": ("documents",),
    "transit": ("transit",),
    "narrative": ("narrative", "language"),
}
RELEASE_LABELS = {
    **{name: FIELDS[name] for name in RELEASABLE if name in FIELDS},
    "position": pgettext_lazy("release", "Coordinates"),
}
PART_OF = {"lat": "position", "lon": "position"}
# These go with the field they describe and, named alone, release nothing.
CARRIED = {"language", "happened_precision", "detected_precision"}
LONGEST = {"headline": 200, "narrative": 20_000, "internal_note": 5_000, "border_sign": 40}
# A line break in these could pass for the next line of a mail.
ONE_LINE = ("headline", "border_sign")
PEOPLE_MOST = 100_000
TOLERANCE = timedelta(minutes=2)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
