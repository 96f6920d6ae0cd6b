"""The common lists in the API: their rows, and what one side proposes and the other decides."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import NOWHERE
from bordercoop.reference import lists
from bordercoop.reference.models import Proposal

from . import actions
from .access import grants_of

CHOICES = [(slug, slug) for slug in lists.LISTS]


class CommonListOut(serializers.Serializer):
    slug = serializers.ChoiceField(choices=CHOICES)
    title = serializers.CharField()
    only_names = serializers.BooleanField(help_text="Rows are neither added nor retired.")
    values = serializers.SerializerMethodField(help_text="What the values of a row are called.")

    def get_values(self, common: lists.CommonList) -> list[str]:
        return [field.name for field in common.fields]


class CommonRowOut(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField(help_text="A proposal names the one it was written on.")
    retired_at = serializers.DateTimeField(allow_null=True)
    values = serializers.SerializerMethodField()

    def get_values(self, row: Any) -> dict[str, Any]:
        return dict(lists.values(self.context["list"], row))


class ListProposalOut(serializers.ModelSerializer):
    list = serializers.ChoiceField(choices=CHOICES, source="listed")
    before = serializers.DictField()
    after = serializers.DictField()
    proposed_by: Any = serializers.StringRelatedField()
    decided_by: Any = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = Proposal
        fields = [
            "uid", "list", "code", "deed", "version", "before", "after", "reason", "effective_on",
            "side", "proposed_by", "proposed_at", "state", "decided_side", "decided_by",
            "decided_at", "decision", "withdrawn_at", "applied_at",
        ]  # fmt: skip


class ListProposalIn(serializers.Serializer):
    list = serializers.ChoiceField(choices=CHOICES)
    code = serializers.CharField(max_length=40)
    deed = serializers.ChoiceField(choices=Proposal.Deed.choices)
    values = serializers.DictField(
        required=False, default=dict, help_text="For add and change; what is left out stays."
    )
    version = serializers.IntegerField(min_value=0, required=False, default=0)
    reason = serializers.CharField(max_length=500)
    effective_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="A day in UTC; today without it."
    )


class ListDeclineIn(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class ListDoor(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Without a posting in force the lists do not exist. What takes effect today has."""
        super().initial(request, *args, **kwargs)
        if not grants_of(request.user):
            raise Http404
        actions.apply_due_changes()

    def proposal(self, uid: Any) -> Proposal:
        rows = Proposal.objects.select_related("proposed_by", "decided_by")
        return get_object_or_404(rows, uid=uid)

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class CommonLists(ListDoor):
    @extend_schema(
        operation_id="common_lists", responses={200: CommonListOut(many=True), 404: NOWHERE}
    )
    def get(self, request: Request) -> Response:
        """The lists that both sides share."""
        return Response(CommonListOut(list(lists.LISTS.values()), many=True).data)


class CommonRows(ListDoor):
    @extend_schema(operation_id="common_list_rows", responses=CommonRowOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Every row of a list, retired ones too."""
        common = lists.LISTS.get(slug)
        if common is None:
            raise Http404
        rows = common.rows()
        if common.vocabulary:
            rows = rows.select_related("parent")
        return Response(CommonRowOut(rows, many=True, context={"list": common}).data)


class ProposalList(Idempotent, ListDoor, generics.ListAPIView):
    serializer_class = ListProposalOut
    queryset = Proposal.objects.select_related("proposed_by", "decided_by")

    @extend_schema(
        parameters=[OpenApiParameter("state", OpenApiTypes.STR, enum=Proposal.State.values)],
        responses={200: ListProposalOut(many=True), 404: NOWHERE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was proposed about the common lists, newest first."""
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        asked = self.request.query_params.get("state")
        return queryset.filter(state=asked) if asked else queryset

    @extend_schema(request=ListProposalIn, responses={201: ListProposalOut, 404: NOWHERE})
    def post(self, request: Request) -> Response:
        """Propose one change to the other side. The same proposal sent twice is one."""
        given = self.parsed(ListProposalIn)
        listed, code = given.pop("list"), given.pop("code")
        made = actions.propose_change(listed, code, by=request.user, **given)
        return Response(ListProposalOut(made).data, status=201)


class ProposalDetail(ListDoor):
    @extend_schema(responses=ListProposalOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One proposal."""
        return Response(ListProposalOut(self.proposal(uid)).data)


class ProposalConfirm(Idempotent, ListDoor):
    @extend_schema(request=None, responses=ListProposalOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Agree for the other side; on its day the change takes effect."""
        done = actions.confirm_proposal(self.proposal(uid), by=request.user)
        return Response(ListProposalOut(done).data)


class ProposalDecline(Idempotent, ListDoor):
    @extend_schema(request=ListDeclineIn, responses=ListProposalOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Refuse it for the other side, with a reason."""
        given = self.parsed(ListDeclineIn)
        done = actions.decline_proposal(self.proposal(uid), by=request.user, **given)
        return Response(ListProposalOut(done).data)


class ProposalWithdraw(Idempotent, ListDoor):
    @extend_schema(request=None, responses=ListProposalOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take it back, by the side that made it."""
        done = actions.withdraw_proposal(self.proposal(uid), by=request.user)
        return Response(ListProposalOut(done).data)
