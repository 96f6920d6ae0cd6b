"""What every door of the incidents' part of the API stands on."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid
from contactpoints.models import Unit, units

from ..models import Incident, Share
from .shapes import IncidentOut


def unit_of(code: str, field: str = "unit") -> Unit:
    """The unit with this code; Invalid with a sentence when there is none."""
    unit = units().get(code)
    if unit is None or unit.retired_at is not None:
        sentence = _("There is no unit with the code %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={field: [sentence]})
    return unit


class Door(Idempotent, generics.GenericAPIView):
    serializer_class = IncidentOut

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def incident(self, uid: Any) -> Incident:
        rows = Incident.objects.visible_to(self.request.user).select_related("unit")
        return get_object_or_404(rows, uid=uid)

    def shown(self, incident: Incident, status: int = 200) -> Response:
        share = Share.objects.visible_to(self.request.user).get(incident=incident)
        share.incident = incident
        return Response(IncidentOut(share).data, status=status)
