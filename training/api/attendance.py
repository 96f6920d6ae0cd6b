"""Attendance in the API: the list, marks, the code at the door, closing."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import actions
from ..attendance import attendance_of
from ..models import Activity
from .activities import ActivityDoor
from .participations import ParticipationDoor


class AttendanceDayOut(serializers.Serializer):
    day = serializers.DateField()
    present = serializers.BooleanField()
    how = serializers.CharField(source="mark.how", default="", help_text="list, code.")
    at = serializers.DateTimeField(source="mark.at", default=None, allow_null=True)


class AttendanceOut(serializers.Serializer):
    participation = serializers.UUIDField(source="part.uid")
    officer = serializers.UUIDField(source="part.officer.uid")
    officer_name = serializers.CharField(source="part.officer.display_name")
    side = serializers.CharField(source="part.side")
    state = serializers.CharField(source="part.state")
    days = AttendanceDayOut(source="cells", many=True)


class AttendanceMarkIn(serializers.Serializer):
    participation = serializers.UUIDField()
    day = serializers.DateField(help_text="On the wall of the place.")
    present = serializers.BooleanField()


class AttendanceIn(serializers.Serializer):
    marks = serializers.ListField(child=AttendanceMarkIn(), max_length=5_000)


class HereIn(serializers.Serializer):
    code = serializers.CharField(max_length=200, help_text="The last part of the address scanned.")


class ClosedOut(serializers.Serializer):
    attended = serializers.IntegerField()
    no_show = serializers.IntegerField()


class AttendanceDoor(ActivityDoor):
    serializer_class: Any = AttendanceOut

    def lines(self, activity: Activity) -> Response:
        sides = attendance_of(activity, self.request.user)
        rows = [line for side in sides for line in side.lines]
        return Response(AttendanceOut(rows, many=True).data)


class ActivityAttendance(AttendanceDoor):
    @extend_schema(responses=AttendanceOut(many=True), operation_id="activity_attendance_list")
    def get(self, request: Request, number: str) -> Response:
        """Who has a seat, with each day: those whom the account sees."""
        return self.lines(self.activity(number))

    @extend_schema(request=AttendanceIn, responses=AttendanceOut(many=True))
    def post(self, request: Request, number: str) -> Response:
        """Write down who was there on which day; what stood otherwise is kept."""
        activity, given = self.activity(number), self.parsed(AttendanceIn)
        marks = [(one["participation"], one["day"], one["present"]) for one in given["marks"]]
        actions.mark_attendance(activity, marks=marks, by=request.user)
        return self.lines(activity)


class ActivityAttendanceClose(ActivityDoor):
    @extend_schema(request=None, responses=ClosedOut)
    def post(self, request: Request, number: str) -> Response:
        """After the end: who was there on one day at least attended, the others did not come."""
        attended, no_show = actions.close_attendance(self.activity(number), by=request.user)
        return Response({"attended": attended, "no_show": no_show})


class ActivityHere(ParticipationDoor):
    @extend_schema(request=HereIn)
    def post(self, request: Request, number: str) -> Response:
        """The account's officer is here today, by the code that the door shows."""
        activity, given = self.activity(number), self.parsed(HereIn)
        return self.shown_part(actions.say_here(activity, by=request.user, **given))
