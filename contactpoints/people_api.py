"""A side's people in the API, for its administrators: who is posted where, and what changes it.

A second factor is reset in a browser only: a token has none, and would take away what guards the
account (docs/api.md).
"""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.access.models import Language, User
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import NOWHERE
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid

from . import actions
from .access import administered, people_of
from .exports_api import AS, FILE, FileDoor, answer
from .models import Posting, Role, Unit, units
from .people import people_asked, people_found

FILTERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Part of a name or an address."),
    OpenApiParameter("unit", OpenApiTypes.STR, description="Code of a unit."),
    OpenApiParameter("role", OpenApiTypes.STR, enum=Role.values),
    OpenApiParameter(
        "standing", OpenApiTypes.STR, enum=["posted", "invited", "suspended", "unposted"]
    ),
]


class PostingOut(serializers.Serializer):
    uid = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code")
    role = serializers.ChoiceField(choices=Role.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class PersonOut(serializers.ModelSerializer):
    postings = serializers.SerializerMethodField(help_text="In force or to come.")

    class Meta:
        model = User
        fields = [
            "uid", "username", "side", "name_latin", "name_local", "email", "phone", "language",
            "invited_at", "welcomed_at", "suspended_at", "last_login", "postings",
        ]  # fmt: skip

    def get_postings(self, officer: Any) -> list[dict[str, Any]]:
        held = getattr(officer, "held", None)
        if held is None:
            rows = Posting.objects.filter(officer=officer, ended_at=None)
            held = rows.exclude(ends_at__lte=now()).select_related("unit").order_by("starts_at")
        return list(PostingOut(held, many=True).data)


class IdentityIn(serializers.Serializer):
    name_latin = serializers.CharField(max_length=120, help_text="In Latin letters.")
    name_local = serializers.CharField(max_length=120, allow_blank=True)
    email = serializers.CharField(max_length=254)
    phone = serializers.CharField(max_length=40, allow_blank=True)


class PostingIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40, help_text="Code of a unit of the own side.")
    role = serializers.ChoiceField(choices=Role.choices)
    starts_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Now without it."
    )
    ends_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="No set end without it."
    )


class InvitationIn(IdentityIn, PostingIn):
    username = serializers.CharField(max_length=30)
    language = serializers.ChoiceField(choices=Language.choices)


class SuspensionIn(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class PostingEndIn(serializers.Serializer):
    ends_at = serializers.DateTimeField(allow_null=True, help_text="Null: no set end.")


class PeopleDoor(APIView):
    def administrator(self) -> Any:
        """To others these addresses do not exist."""
        if not administered(self.request.user):
            raise Http404
        return self.request.user

    def person(self, uid: Any) -> User:
        return get_object_or_404(people_of(self.administrator()), uid=uid)

    def posting(self, uid: Any) -> Posting:
        rows = Posting.objects.filter(officer__in=people_of(self.administrator()))
        return get_object_or_404(rows.select_related("officer", "unit"), uid=uid)

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        found = dict(given.validated_data)
        return {**found, "unit": _unit(found["unit"])} if "unit" in found else found

    def shown(self, officer: User, status: int = 200) -> Response:
        return Response(PersonOut(User.objects.get(pk=officer.pk)).data, status=status)


def _unit(code: str) -> Unit:
    found = units().get(code)
    if found is None:
        sentence = _("There is no such code: %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={"unit": [sentence]})
    return found


class PersonList(Idempotent, PeopleDoor, generics.ListAPIView):
    serializer_class = PersonOut
    ordering = ("name_latin", "pk")

    def get_queryset(self) -> Any:
        return people_found(self.administrator(), people_asked(self.request.query_params))

    @extend_schema(parameters=FILTERS, responses={200: PersonOut(many=True), 404: NOWHERE})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The accounts of the own side, by name, for its administrators."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=InvitationIn, responses={201: PersonOut, 404: NOWHERE})
    def post(self, request: Request) -> Response:
        """Make an account, post it and send its owner a link. The same sent twice is one."""
        by = self.administrator()
        return self.shown(actions.invite_officer(by=by, **self.parsed(InvitationIn)), 201)


class PeopleExport(FileDoor):
    @extend_schema(parameters=[AS, *FILTERS], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The accounts of the own side as a file; recorded in the audit."""
        form = request.query_params.get("as", "")
        return answer(actions.export_people(request.query_params, form=form, by=request.user))


class PersonDetail(PeopleDoor):
    @extend_schema(responses=PersonOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One account. Reading it is recorded once an hour."""
        by, officer = self.administrator(), self.person(uid)
        record_reading(officer.ref, by=by)
        return self.shown(officer)


class PersonCorrect(Idempotent, PeopleDoor):
    @extend_schema(request=IdentityIn, responses=PersonOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Correct names, e-mail address and telephone."""
        officer = self.person(uid)
        return self.shown(
            actions.correct_officer(officer, by=request.user, **self.parsed(IdentityIn))
        )


class PersonPostings(Idempotent, PeopleDoor):
    @extend_schema(request=PostingIn, responses={201: PostingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Put an officer at a unit in a role. The same posting sent twice is one."""
        officer = self.person(uid)
        posting = actions.post_officer(officer, by=request.user, **self.parsed(PostingIn))
        return Response(PostingOut(posting).data, status=201)


class PersonSuspend(Idempotent, PeopleDoor):
    @extend_schema(request=SuspensionIn, responses=PersonOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Shut an account at once, with its sessions, streams and tokens."""
        officer = self.person(uid)
        return self.shown(
            actions.suspend_officer(officer, by=request.user, **self.parsed(SuspensionIn))
        )


class PersonReinstate(Idempotent, PeopleDoor):
    @extend_schema(request=None, responses=PersonOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Open a suspended account again."""
        return self.shown(actions.reinstate_officer(self.person(uid), by=request.user))


class PersonInvite(Idempotent, PeopleDoor):
    @extend_schema(request=None, responses=PersonOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Send the link for the first password once more."""
        officer = self.person(uid)
        actions.resend_invitation(officer, by=request.user)
        return self.shown(officer)


class PersonSignOut(Idempotent, PeopleDoor):
    @extend_schema(request=None, responses=PersonOut)
    def post(self, request: Request, uid: Any) -> Response:
        """End every session and token of an account."""
        officer = self.person(uid)
        actions.sign_out_officer(officer, by=request.user)
        return self.shown(officer)


class PostingEnd(Idempotent, PeopleDoor):
    @extend_schema(request=None, responses=PostingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """End a posting now, with every right that came from it."""
        return Response(PostingOut(actions.end_posting(self.posting(uid), by=request.user)).data)


class PostingSetEnd(Idempotent, PeopleDoor):
    @extend_schema(request=PostingEndIn, responses=PostingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Let a posting end at a time to come, or at no set time."""
        posting = self.posting(uid)
        given = self.parsed(PostingEndIn)
        return Response(PostingOut(actions.set_posting_end(posting, by=request.user, **given)).data)


class PostingTransfer(Idempotent, PeopleDoor):
    @extend_schema(request=PostingIn, responses={201: PostingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Move an officer: the posting ends when the new one, which is answered, begins."""
        posting = self.posting(uid)
        made = actions.transfer_officer(posting, by=request.user, **self.parsed(PostingIn))
        return Response(PostingOut(made).data, status=201)
