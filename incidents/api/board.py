"""The action board: tasks of an incident, and those that wait for the account."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.moments import MomentIn
from bordercoop.errors import Invalid

from .. import actions
from ..access import share_for
from ..assigning import assignees
from ..models import Audience, Incident, Task, TaskState, TaskStep
from ..tidings import readable_tasks
from .door import Door, unit_of


class TaskStateField(serializers.CharField):
    """Text in the schema: a fourth enumeration called "state" would need a name of its own."""

    def __init__(self) -> None:
        super().__init__(max_length=11, help_text=", ".join(TaskState.values))


class TaskOut(serializers.Serializer):
    uid = serializers.UUIDField()
    incident = serializers.UUIDField(source="incident.uid")
    side = serializers.CharField()
    what = serializers.CharField()
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)
    unit = serializers.CharField(source="assigned.code", allow_null=True, default=None)
    due_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    audience = serializers.ChoiceField(choices=Audience.choices)
    state = TaskStateField()
    reason = serializers.CharField(help_text="Why it was dropped; empty otherwise.")
    ended_at = serializers.DateTimeField(allow_null=True)
    recorded = serializers.SerializerMethodField(help_text="Whether it is a measure too.")
    version = serializers.IntegerField()
    added_at = serializers.DateTimeField(source="at")

    def get_recorded(self, task: Task) -> bool:
        return task.measure_id is not None


class TaskStepOut(serializers.Serializer):
    number = serializers.IntegerField()
    deed = serializers.ChoiceField(choices=TaskStep.Deed.choices)
    state = TaskStateField()
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)
    unit = serializers.CharField(source="assigned.code", allow_null=True, default=None)
    due_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class TaskCommentOut(serializers.Serializer):
    side = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class WholeTaskOut(TaskOut):
    steps = TaskStepOut(many=True)
    comments = TaskCommentOut(many=True)


class TaskDoneOut(serializers.Serializer):
    """What a verb answers: nothing of the words, since answers to a key are kept."""

    uid = serializers.UUIDField()
    state = TaskStateField()
    version = serializers.IntegerField()


class WhoIn(serializers.Serializer):
    officer = serializers.UUIDField(required=False, allow_null=True)
    unit = serializers.CharField(max_length=40, required=False, allow_null=True)
    due_at = MomentIn(required=False, allow_null=True)


class TaskIn(WhoIn):
    # The verb says what is wrong with it, in the same sentence as the page.
    what = serializers.CharField(allow_blank=True, trim_whitespace=False)
    audience = serializers.CharField(max_length=6, required=False, default=Audience.OWN.value)
    client_ref = serializers.UUIDField(required=False)


class AssignIn(WhoIn):
    version = serializers.IntegerField(min_value=1)


class MoveIn(serializers.Serializer):
    state = TaskStateField()
    reason = serializers.CharField(required=False, default="", allow_blank=True)
    version = serializers.IntegerField(min_value=1)


class CommentIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)
    client_ref = serializers.UUIDField(required=False)


def _whole(rows: Any) -> Any:
    return rows.select_related("incident", "officer", "assigned")


class TaskDoor(Door):
    def tasks(self, incident: Incident) -> Any:
        user = self.request.user
        return _whole(readable_tasks(incident, share_for(user, incident), user))

    def task(self, uid: Any, task: Any) -> Task:
        return get_object_or_404(self.tasks(self.incident(uid)), uid=task)

    def who(self, incident: Incident, given: dict[str, Any]) -> dict[str, Any]:
        """`officer`, `unit` and `due_at` for the verb; Invalid for whom the side does not have."""
        side = cast(User, self.request.user).side
        officer = None
        if uid := given.get("officer"):
            known = assignees(incident, side).officers
            officer = next((user for user in known if user.uid == uid), None)
            if officer is None:
                sentence = _("This officer does not read the incident. Choose another one.")
                raise Invalid(sentence, fields={"officer": [sentence]})
        unit = unit_of(given["unit"]) if given.get("unit") else None
        return {"officer": officer, "unit": unit, "due_at": given.get("due_at")}

    def done(self, task: Task, status: int = 200) -> Response:
        return Response(TaskDoneOut(task).data, status=status)


class Tasks(TaskDoor, generics.ListAPIView):
    serializer_class = TaskOut  # type: ignore[assignment]
    ordering = ("pk",)

    def get_queryset(self) -> Any:
        incident = self.incident(self.kwargs["uid"])
        return self.tasks(incident)

    @extend_schema(responses=TaskOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The tasks of an incident: those of the own side, and those given to both."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=TaskIn, responses={201: TaskDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Give the own side something to do."""
        incident, given = self.incident(uid), self.parsed(TaskIn)
        task = actions.add_task(
            incident,
            what=given["what"],
            audience=given["audience"],
            client_ref=given.get("client_ref"),
            by=request.user,
            **self.who(incident, given),
        )
        return self.done(task, status=201)


class MyTasks(TaskDoor, generics.ListAPIView):
    serializer_class = TaskOut  # type: ignore[assignment]
    ordering = ("pk",)

    def get_queryset(self) -> Any:
        user = self.request.user
        return _whole(Task.objects.visible_to(user).for_whom(user))

    @extend_schema(responses=TaskOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The tasks that wait for the account or for a unit at which it is posted."""
        return super().get(request, *args, **kwargs)


class OneTask(TaskDoor):
    @extend_schema(responses=WholeTaskOut)
    def get(self, request: Request, uid: Any, task: Any) -> Response:
        """One task with its history and what was said to it."""
        found: Any = self.task(uid, task)
        steps = found.steps.select_related("by", "officer", "assigned").order_by("number")
        comments = found.comments.select_related("by").order_by("pk")
        shape = {
            **TaskOut(found).data,
            "steps": TaskStepOut(steps, many=True).data,
            "comments": TaskCommentOut(comments, many=True).data,
        }
        return Response(shape)


class AssignTask(TaskDoor):
    @extend_schema(request=AssignIn, responses=TaskDoneOut)
    def post(self, request: Request, uid: Any, task: Any) -> Response:
        """Say who does it and by when; what is left out is nobody and no time."""
        found, given = self.task(uid, task), self.parsed(AssignIn)
        who = self.who(found.incident, given)
        done = actions.assign_task(found, version=given["version"], by=request.user, **who)
        return self.done(done)


class MoveTask(TaskDoor):
    @extend_schema(request=MoveIn, responses=TaskDoneOut)
    def post(self, request: Request, uid: Any, task: Any) -> Response:
        """Open, start, finish or drop it; dropping needs a reason."""
        found, given = self.task(uid, task), self.parsed(MoveIn)
        state, version = given["state"], given["version"]
        if state not in TaskState.values:
            sentence = _("There is no such code: %(code)s.") % {"code": state}
            raise Invalid(sentence, fields={"state": [sentence]})
        if state == TaskState.DONE:
            found = actions.finish_task(found, version=version, by=request.user)
        elif state == TaskState.DROPPED:
            found = actions.drop_task(
                found, reason=given["reason"], version=version, by=request.user
            )
        else:
            found = actions.move_task(found, state=state, version=version, by=request.user)
        return self.done(found)


class CommentTask(TaskDoor):
    @extend_schema(request=CommentIn, responses={201: TaskDoneOut})
    def post(self, request: Request, uid: Any, task: Any) -> Response:
        """Say something to a task, on either side."""
        found, given = self.task(uid, task), self.parsed(CommentIn)
        actions.comment_task(
            found, text=given["text"], client_ref=given.get("client_ref"), by=request.user
        )
        return self.done(found, status=201)


class RecordTask(TaskDoor):
    @extend_schema(request=None, responses={201: TaskDoneOut})
    def post(self, request: Request, uid: Any, task: Any) -> Response:
        """Keep a finished task as a measure of the incident."""
        actions.record_task(self.task(uid, task), by=request.user)
        return self.done(self.task(uid, task), status=201)
