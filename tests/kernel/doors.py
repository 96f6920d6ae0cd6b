"""The kernel's own addresses, and a few views that behave as the apps above do."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.access.models import User
from bordercoop.api.idempotency import Idempotent
from bordercoop.audit.models import Entry, record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.web.home import home
from bordercoop.web.reading import about, glossary, help_index, help_topic

SENTENCE = _("Choose one of the four languages.")  # any text that is in every catalogue


@login_required
def page(request):
    return HttpResponse("a page")


@login_required
def framed(request):
    return render(request, "account/profile.html")


def refuse(request, how):
    raise {
        "refused": Refused(SENTENCE, code="nobody_on_duty"),
        "not_allowed": NotAllowed(SENTENCE),
        "invalid": Invalid(SENTENCE, fields={"headline": [SENTENCE]}),
        "stale": Stale(SENTENCE, current=1),
        "missing": Http404(),
        "denied": PermissionDenied(),
        "broken": RuntimeError("a secret detail"),
    }[how]


def look_up(request):
    """As careless as a view can be with what it was sent."""
    return HttpResponse(str(User.objects.filter(username=request.POST.get("name", "")).exists()))


class ThingIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=["a", "b"], default="a")
    parts = serializers.ListField(child=serializers.IntegerField(max_value=99), required=False)

    def validate(self, data):
        if data["name"] == "nothing":
            raise serializers.ValidationError("Nothing is not a thing.")
        return data


class ThingOut(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    about = serializers.CharField()


class Things(Idempotent, generics.ListAPIView):
    serializer_class = ThingOut
    ordering = ("-at", "-id")

    def get_queryset(self):
        return Entry.objects.filter(verb="thing.made")

    def post(self, request):
        thing = ThingIn(data=request.data)
        thing.is_valid(raise_exception=True)
        name = thing.validated_data["name"]
        made = record("thing.made", name, by=request.user)
        if name == "refused":
            raise Refused(SENTENCE, code="as_things_stand")
        if name == "broken":
            raise RuntimeError("a secret detail")
        return Response(ThingOut(made).data, status=201)


class Raises(APIView):
    def get(self, request, how):
        if how == "invisible":
            raise Http404("incident 7 is not visible to you")
        return refuse(request, how)


urlpatterns = [
    path("", home, name="home"),
    path("about/", about, name="about"),
    path("glossary/", glossary, name="glossary"),
    path("help/", help_index, name="help"),
    path("help/<str:topic>/", help_topic, name="help_topic"),
    path("page/", page),
    path("framed/", framed),
    path("refuse/<str:how>/", refuse),
    path("look-up/", look_up),
    path("accounts/", include("bordercoop.access.account_urls")),
    path("profile/", include("bordercoop.access.urls")),
    path("api/v1/", include("bordercoop.api.urls")),
    path("api/v1/things/", Things.as_view()),
    path("api/v1/raises/<str:how>/", Raises.as_view()),
]
handler400 = "bordercoop.web.pages.bad_request"
handler403 = "bordercoop.web.pages.not_allowed"
handler404 = "bordercoop.web.pages.not_found"
handler500 = "bordercoop.web.pages.fault"
