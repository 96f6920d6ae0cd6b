"""The programme of an activity in the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid

from .. import actions
from ..models import ProgrammeSession
from ..staff import speakers_for
from .activities import AS_IT_STANDS, ActivityDoor
from .activity_shapes import ActivitySessionChangeIn, ActivitySessionIn, ActivitySessionOut


class ActivitySessionDoor(ActivityDoor):
    serializer_class = ActivitySessionOut

    def session(self, uid: Any) -> ProgrammeSession:
        rows = ProgrammeSession.objects.visible_to(self.request.user)
        rows = rows.select_related("activity", "speaker", "interpreter")
        found: ProgrammeSession = get_object_or_404(rows, uid=uid)
        return found

    def said(self, shape: Any, session: ProgrammeSession | None = None) -> dict[str, Any]:
        """What was sent, with the officers in place of their public ids."""
        given = self.parsed(shape)
        for name in ("speaker", "interpreter"):
            if given[name] is None:
                continue
            who = speakers_for(self.request.user, session).filter(uid=given[name]).first()
            if who is None:
                sentence = _("There is no such officer.")
                raise Invalid(sentence, fields={name: [sentence]})
            given[name] = who
        return given

    def shown_session(self, session: ProgrammeSession, status: int = 200) -> Response:
        return Response(ActivitySessionOut(self.session(session.uid)).data, status=status)


class ActivitySessions(ActivitySessionDoor):
    @extend_schema(responses=ActivitySessionOut(many=True), operation_id="activity_sessions_list")
    def get(self, request: Request, number: str) -> Response:
        """The programme, in the order of time."""
        rows = ProgrammeSession.objects.visible_to(request.user).standing()
        rows = rows.filter(activity=self.activity(number))
        rows = rows.select_related("activity", "speaker", "interpreter")
        return Response(ActivitySessionOut(rows, many=True).data)

    @extend_schema(request=ActivitySessionIn, responses={201: ActivitySessionOut})
    def post(self, request: Request, number: str) -> Response:
        """Put an item on the programme; the time of officers who speak or interpret is taken."""
        activity = self.activity(number)
        given = self.said(ActivitySessionIn)
        return self.shown_session(actions.add_session(activity, by=request.user, **given), 201)


class ActivitySessionOne(ActivitySessionDoor):
    @extend_schema(
        request=ActivitySessionChangeIn, responses={200: ActivitySessionOut, **AS_IT_STANDS}
    )
    def put(self, request: Request, uid: Any) -> Response:
        """Say an item anew, whole."""
        session = self.session(uid)
        given = self.said(ActivitySessionChangeIn, session)
        return self.shown_session(actions.change_session(session, by=request.user, **given))


class ActivitySessionRemove(ActivitySessionDoor):
    @extend_schema(request=None, responses=ActivitySessionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take an item out of the programme."""
        return self.shown_session(actions.remove_session(self.session(uid), by=request.user))
