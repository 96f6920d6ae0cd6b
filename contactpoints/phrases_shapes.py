"""How the API takes and gives what was said with a standard phrase."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bordercoop.errors import Invalid

from .saying import language_of, say, wording

SAID = (
    "Of lines that are standard phrases: by the name of the line `phrase`, `version` and `values`; "
    "the line itself is their wording in the language of the answer."
)


class PhraseIn(serializers.Serializer[Any]):
    """A standard phrase with the values of its slots: whole numbers, codes, texts, and times in ISO
    8601 with their offset."""

    code = serializers.CharField(max_length=40)
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000, help_text="The wording that was read."
    )
    values: Any = serializers.DictField(
        child=serializers.JSONField(), required=False, help_text="By the name of the slot."
    )


def spoken(given: dict[str, Any], field: str) -> dict[str, Any]:
    """What was parsed, with the checked phrase in the place of the text. Raises Invalid, Stale;
    the verb asks whether an earlier wording is said again."""
    phrase = given.pop("phrase", None)
    if phrase is None:
        return given
    if given.get(field):
        sentence = _("Give either text or a phrase, not both.")
        raise Invalid(sentence, fields={"phrase": [sentence]})
    given[field] = say(
        phrase["code"], phrase.get("values"), version=phrase.get("version"), again=True
    )
    return given


@extend_schema_field(OpenApiTypes.STR)
class WordingOut(serializers.Field[Any, Any, Any, Any]):
    """A line in the language of the answer, with times on the clock of the account's side."""

    def __init__(self, line: str, of: str = "*", **kwargs: Any) -> None:
        super().__init__(source=of, read_only=True, **kwargs)
        self.line = line

    def to_representation(self, row: Any) -> str:
        request = self.context.get("request")
        return wording(row, self.line, getattr(getattr(request, "user", None), "side", ""))


@extend_schema_field(OpenApiTypes.STR)
class LanguageOut(serializers.Field[Any, Any, Any, Any]):
    """In which language `WordingOut` gives the line of a row."""

    def __init__(self, line: str, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)
        self.line = line

    def to_representation(self, row: Any) -> str:
        return language_of(row, self.line)
