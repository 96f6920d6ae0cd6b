"""After a release: recalling, notes, proposals and their answers, presence, the ledger."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.access import units_where
from contactpoints.phrases_shapes import SAID, PhraseIn, WordingOut, spoken

from .. import actions
from ..access import share_for
from ..exchange import ledger, month_of
from ..models import Audience, ContentProposal, Incident, Note, Recall
from ..presence import present
from ..proposing import before_for, lines, names_of
from ..tidings import readable_notes
from .door import Door, unit_of
from .shapes import ContentIn


class RecallIn(serializers.Serializer):
    desks = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1)
    reason = serializers.CharField(max_length=500, help_text="The desk reads it.")


class RecallOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.CharField()
    desk = serializers.CharField(source="desk.code")
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.StringRelatedField(allow_null=True)  # type: ignore[var-annotated]


class NoteIn(serializers.Serializer):
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `text`.")
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.OWN)
    reply_to = serializers.UUIDField(
        required=False, allow_null=True, help_text="The `ref` of the note that it answers."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "text")


class NoteOut(serializers.Serializer):
    ref = serializers.UUIDField(source="client_ref")
    side = serializers.CharField()
    audience = serializers.CharField()
    text = WordingOut("text")
    said = serializers.JSONField(allow_null=True, help_text=SAID)
    reply_to = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    by = serializers.StringRelatedField(allow_null=True)  # type: ignore[var-annotated]

    def get_reply_to(self, note: Note) -> str | None:
        shown = self.context["refs"]
        ref = note.reply_to.client_ref if note.reply_to else None
        return str(ref) if ref in shown else None


class ProposalIn(ContentIn):
    reason = serializers.CharField(max_length=500, help_text="The originator reads it.")


class AnswerIn(serializers.Serializer):
    answers = serializers.DictField(
        child=serializers.ChoiceField(choices=["accept", "refuse"]),
        help_text="A word for each name of `fields`.",
    )
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, required=False)


class ProposedLineOut(serializers.Serializer):
    name = serializers.CharField()
    before = serializers.DictField()
    proposed = serializers.DictField()
    answer = serializers.CharField(allow_blank=True)


class ProposalOut(serializers.Serializer):
    uid = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code")
    side = serializers.CharField()
    state = serializers.ChoiceField(choices=ContentProposal.State.choices)
    reason = serializers.CharField()
    answer = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.StringRelatedField(allow_null=True)  # type: ignore[var-annotated]
    ended_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.SerializerMethodField()

    @extend_schema_field(ProposedLineOut(many=True))
    def get_lines(self, proposal: ContentProposal) -> list[dict[str, Any]]:
        share = self.context["share"]
        groups = names_of(proposal.values)
        then = before_for(proposal, now_says=share.fields, own=share.own)
        return [
            {
                "name": line.name,
                "before": {key: then.get(key) for key in groups[line.name]},
                "proposed": {key: proposal.values[key] for key in groups[line.name]},
                "answer": line.answer,
            }
            for line in lines(proposal, now_says=share.fields, own=share.own)
        ]


class PresentOut(serializers.Serializer):
    """An officer of the own side by name, or a desk of another side that holds a copy."""

    officer = serializers.CharField(allow_null=True)
    desk = serializers.CharField(allow_null=True)
    editing = serializers.BooleanField()
    since = serializers.DateTimeField()


class PresentIn(serializers.Serializer):
    doing = serializers.ChoiceField(choices=["reading", "editing", "leaving"], default="reading")


class LedgerRow(serializers.Serializer):
    sender = serializers.CharField()
    receiver = serializers.CharField()
    desk = serializers.CharField(allow_blank=True)
    sent = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    answered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    declined = serializers.IntegerField()
    comments = serializers.IntegerField()
    proposals = serializers.IntegerField()
    proposals_answered = serializers.IntegerField()
    late = serializers.IntegerField()
    recalled = serializers.IntegerField()
    median_s = serializers.FloatField(allow_null=True)
    p95_s = serializers.FloatField(allow_null=True)


class LedgerOut(serializers.Serializer):
    month = serializers.CharField()
    sides = LedgerRow(many=True)
    desks = LedgerRow(many=True)


class RecallDoor(Door):
    @extend_schema(request=RecallIn, responses={201: RecallOut(many=True)})
    def post(self, request: Request, uid: Any) -> Response:
        """Take the copies of desks away at once, and ask each to acknowledge that."""
        given = self.parsed(RecallIn)
        made = actions.recall_release(
            self.incident(uid),
            desks=[unit_of(code, "desks") for code in given["desks"]],
            reason=given["reason"],
            by=request.user,
        )
        return Response(RecallOut(made, many=True).data, status=201)


class Notes(Door):
    def _notes(self, incident: Incident) -> list[Note]:
        share = share_for(self.request.user, incident)
        return readable_notes(incident, share, self.request.user)

    @extend_schema(responses=NoteOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Notes that the account may read, oldest first."""
        notes = self._notes(self.incident(uid))
        refs = {note.client_ref for note in notes}
        return Response(NoteOut(notes, many=True, context={"refs": refs, "request": request}).data)

    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write into the timeline, for the own side or for all who hold the incident."""
        given, incident = self.parsed(NoteIn), self.incident(uid)
        answered = None
        if ref := given.get("reply_to"):
            notes = self._notes(incident)
            answered = next((note for note in notes if note.client_ref == ref), None)
            if answered is None:
                sentence = _("There is no such note.")
                raise Invalid(sentence, fields={"reply_to": [sentence]})
        note = actions.add_note(
            incident,
            text=given["text"],
            audience=given["audience"],
            reply_to=answered,
            by=request.user,
        )
        refs = {answered.client_ref} if answered else set()
        return Response(NoteOut(note, context={"refs": refs, "request": request}).data, status=201)


class Proposals(Door):
    @extend_schema(responses=ProposalOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Proposals about an incident: all for its originator, the own unit's for a holder."""
        incident = self.incident(uid)
        rows = ContentProposal.objects.visible_to(request.user).filter(incident=incident)
        rows = rows.select_related("unit", "by").order_by("-pk")[:100]
        context = {"share": share_for(request.user, incident)}
        return Response(ProposalOut(rows, many=True, context=context).data)

    @extend_schema(request=ProposalIn, responses={201: ProposalOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Propose other values for fields of the copy; its originator decides."""
        given = self.parsed(ProposalIn)
        share = share_for(request.user, self.incident(uid))
        made = actions.propose_fields(
            share, reason=given.pop("reason"), values=given, by=request.user
        )
        return Response(ProposalOut(made, context={"share": share}).data, status=201)


class _OneProposal(Door):
    def proposal(self, incident: Incident, uid: Any) -> ContentProposal:
        rows = ContentProposal.objects.visible_to(self.request.user).filter(incident=incident)
        return get_object_or_404(rows.select_related("incident__unit", "unit", "by"), uid=uid)

    def said(self, proposal: ContentProposal) -> Response:
        context = {"share": share_for(self.request.user, proposal.incident)}
        return Response(ProposalOut(proposal, context=context).data)


class ProposalAnswer(_OneProposal):
    @extend_schema(request=AnswerIn, responses=ProposalOut)
    def post(self, request: Request, uid: Any, proposal: Any) -> Response:
        """Accept or refuse each field; what is accepted is the next version."""
        given = self.parsed(AnswerIn)
        found = self.proposal(self.incident(uid), proposal)
        done = actions.answer_proposal(
            found,
            answers=given["answers"],
            reason=given["reason"],
            version=given.get("version"),
            by=request.user,
        )
        return self.said(done)


class ProposalWithdraw(_OneProposal):
    @extend_schema(request=None, responses=ProposalOut)
    def post(self, request: Request, uid: Any, proposal: Any) -> Response:
        """Take back a proposal of the own unit that nobody has answered."""
        found = self.proposal(self.incident(uid), proposal)
        return self.said(actions.withdraw_fields(found, by=request.user))


class PresenceDoor(Door):
    @extend_schema(request=PresentIn, responses=PresentOut(many=True))
    def post(self, request: Request, uid: Any) -> Response:
        """Say that the account reads or edits it; answers with who else does. Lasts 45 seconds."""
        doing, incident = self.parsed(PresentIn)["doing"], self.incident(uid)
        if doing == "leaving":
            actions.leave(incident, by=request.user)
        else:
            actions.be_present(incident, editing=doing == "editing", by=request.user)
        there = present(incident, share_for(request.user, incident), request.user)
        shapes = [
            {
                "officer": each.officer.display_name if each.officer else None,
                "desk": each.desk.code if each.desk else None,
                "editing": each.editing,
                "since": each.since,
            }
            for each in there
        ]
        return Response(PresentOut(shapes, many=True).data)


class Exchange(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("month", OpenApiTypes.STR, description="2026-11; else this month.")
        ],
        responses=LedgerOut,
    )
    def get(self, request: Request) -> Response:
        """What the account's side sent and got in a month (UTC), and how it was answered."""
        if not units_where(request.user, "view_alerts"):
            raise NotAllowed(sentences.NOT_ALLOWED)
        month = month_of(request.query_params.get("month", ""))
        side = str(getattr(request.user, "side", ""))
        pairs, desks = ledger(side, month)
        shape = {"month": f"{month:%Y-%m}", "sides": pairs, "desks": desks}
        return Response(LedgerOut(shape).data)


def gone(user: Any, uid: Any) -> Exception:
    """Why there is no copy: 410 where it was recalled, else what everybody is told."""
    recalls = Recall.objects.visible_to(user).filter(incident__uid=uid)
    recall = recalls.first()
    if recall is None:
        return Http404()
    sentence = _("%(number)s was recalled: %(reason)s") % {
        "number": recall.number,
        "reason": recall.reason,
    }
    return Refused(sentence, code="recalled", status=410)
