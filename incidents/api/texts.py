"""The texts of an incident by language."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import Language
from bordercoop.reference.translated import TextMark

from .. import actions
from ..access import share_for
from ..models import Audience
from ..texts import tabs
from .door import Door


class TextOut(serializers.Serializer):
    language = serializers.ChoiceField(choices=Language.choices)
    mark = serializers.ChoiceField(choices=TextMark.choices, help_text="none: not translated.")
    headline = serializers.CharField()
    narrative = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="The version that it translates.")
    stale = serializers.BooleanField(help_text="The original has changed since.")
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    side = serializers.CharField(allow_blank=True)
    audience = serializers.CharField(
        allow_blank=True, help_text="own or shared, of a translation by those who were told."
    )


class TextIn(serializers.Serializer):
    language = serializers.CharField(max_length=2)
    mark = serializers.CharField(max_length=8, help_text="human or machine")
    # The verb says what is wrong with them, in the same sentence as the page.
    headline = serializers.CharField(
        required=False, default="", allow_blank=True, trim_whitespace=False
    )
    narrative = serializers.CharField(
        required=False, default="", allow_blank=True, trim_whitespace=False
    )
    version = serializers.IntegerField(min_value=1, help_text="The version that was read.")
    audience = serializers.CharField(max_length=6, required=False, default=Audience.OWN.value)


class TextDoneOut(serializers.Serializer):
    """What the verb answers: nothing of the words, since answers to a key are kept."""

    language = serializers.ChoiceField(choices=Language.choices)
    mark = serializers.ChoiceField(choices=TextMark.choices)
    version = serializers.IntegerField()
    audience = serializers.ChoiceField(choices=Audience.choices)


class Texts(Door):
    pagination_class = None

    @extend_schema(responses=TextOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What the incident says in each language, the account's own first; nothing where no text
        was released."""
        incident = self.incident(uid)
        found: list[dict[str, Any]] = []
        for tab in tabs(incident, share_for(request.user, incident), request.user):
            found += [{**vars(one), "by": one.by and one.by.display_name} for one in tab.texts]
            if not tab.texts:
                none = dict.fromkeys(("headline", "narrative", "side", "audience"), "")
                none |= {"language": tab.language, "mark": TextMark.NONE}
                found.append({**none, "version": None, "stale": False, "at": None, "by": None})
        return Response(TextOut(found, many=True).data)

    @extend_schema(request=TextIn, responses={201: TextDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say in another language what the incident says."""
        incident, given = self.incident(uid), self.parsed(TextIn)
        made = actions.translate_text(incident, by=request.user, **given)
        return Response(TextDoneOut(made).data, status=201)
