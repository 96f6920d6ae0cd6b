"""Vocabularies and places that both sides share.

Written by `manage.py load_reference`, and by proposals that both sides agreed to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

import pgtrigger
from django.db import models
from django.utils.translation import get_language, pgettext_lazy

LANGUAGES = ("en", "lv", "be", "ru")
KEPT_SECONDS = 60


class Named(models.Model):
    """Something with a name in the four languages, a source, and an end instead of a deletion.

    `verified` is true only when the wording or fact was read in `source` itself; a second-hand
    source, a proposal and general knowledge are not verified. `version` grows with every change;
    a row with `edited_at` was changed in the portal, and the loader leaves it alone from then on.
    """

    name_en = models.CharField(max_length=200)
    name_lv = models.CharField(max_length=200)
    name_be = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True, blank=True)
    verified = models.BooleanField(default=False)
    source = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language, else in English."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """The name in `language` ("lv", "en-gb"), else in English."""
        field = f"name_{language.split('-')[0]}"
        return cast(str, getattr(self, field, "")) or self.name_en


class Term(Named):
    """One code of a vocabulary, such as a category of incident. `facts` is plain JSON whose keys
    `data/README.md` lists for each vocabulary."""

    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    order = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["vocabulary", "order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "code"], name="a_code_is_used_once_in_its_vocabulary"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_term_is_retired_not_deleted", operation=pgtrigger.Delete),
            # Whatever becomes of it would let incidents of it reach the other side one day.
            pgtrigger.Trigger(
                name="a_category_that_never_crosses_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.vocabulary = 'incident_category' AND OLD.facts @> '{\"crosses\": false}'"
                ),
                func="""
                IF NOT NEW.facts @> '{"crosses": false}' OR NEW.retired_at IS NOT NULL
                   OR NEW.code <> OLD.code OR NEW.vocabulary <> OLD.vocabulary THEN
                    RAISE EXCEPTION 'a_category_that_never_crosses_stays: %', OLD.code
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]


class Place(Named):
    """A crossing point, airport or town that both sides know, with the name each of them uses.

    `lat` and `lon` are WGS 84 degrees. A position that is not verified is drawn as such, and
    `position_note` says where it comes from, or that nobody has one.
    """

    class Kind(models.TextChoices):
        CROSSING = "crossing", pgettext_lazy("place", "Crossing point")
        SIGN = "sign", pgettext_lazy("place", "Border sign")
        SECTION = "section", pgettext_lazy("place", "Border section")
        AIRPORT = "airport", pgettext_lazy("place", "Airport")
        TOWN = "town", pgettext_lazy("place", "Town")
        STATION = "station", pgettext_lazy("place", "Railway station")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mode = models.CharField(max_length=20, blank=True, default="")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    position_verified = models.BooleanField(default=False)
    position_note = models.TextField(blank=True, default="")
    name_lv_side = models.CharField(max_length=200, blank=True, default="")
    name_by_side = models.CharField(max_length=200, blank=True, default="")
    order = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(
                    # Spelled out: a comparison with NULL is not false, it lets the row through.
                    lat__isnull=False,
                    lon__isnull=False,
                    lat__range=(-90, 90),
                    lon__range=(-180, 180),
                ),
                name="a_position_has_both_coordinates_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(position_verified=False) | models.Q(lat__isnull=False),
                name="a_verified_position_exists",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_place_is_retired_not_deleted", operation=pgtrigger.Delete)
        ]


T = TypeVar("T")
_kept: dict[str, tuple[float, Any]] = {}
NONE: Mapping[str, Term] = MappingProxyType({})


def terms(vocabulary: str) -> Mapping[str, Term]:
    """Every term of the vocabulary by code, in order; retired ones too, so that an old record keeps
    its words. At most 60 s old. For what a form may offer, see `offered`."""
    return _keep("terms", _vocabularies).get(vocabulary, NONE)


def offered(vocabulary: str) -> list[Term]:
    """The terms that a new record may use, in order."""
    return [term for term in terms(vocabulary).values() if term.retired_at is None]


def places() -> Mapping[str, Place]:
    """Every place by code, in order; retired ones too. At most 60 s old."""
    return _keep("places", _places)


def usable_places() -> list[Place]:
    """The places that a new record, a unit or a map may name, in order: everything in use but
    border signs, which have a register of their own."""
    return [
        place
        for place in places().values()
        if place.retired_at is None and place.kind != Place.Kind.SIGN
    ]


def forget() -> None:
    """Read the tables anew next time. Called after loading, and by tests."""
    _kept.clear()


def _vocabularies() -> Mapping[str, Mapping[str, Term]]:
    """All of them at once: a form has a dozen, and they are a few hundred rows."""
    found: dict[str, dict[str, Term]] = {}
    for term in Term.objects.all():
        found.setdefault(term.vocabulary, {})[term.code] = term
    return {name: MappingProxyType(rows) for name, rows in found.items()}


def _places() -> Mapping[str, Place]:
    return MappingProxyType({place.code: place for place in Place.objects.all()})


def _keep(key: str, read: Callable[[], T]) -> T:
    until, rows = _kept.get(key, (0.0, None))
    if time.monotonic() >= until:
        rows = read()
        _kept[key] = (time.monotonic() + KEPT_SECONDS, rows)
    return cast(T, rows)
