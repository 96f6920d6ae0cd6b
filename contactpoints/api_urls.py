"""Addresses of the contact points' part of the API."""

from django.urls import path

from . import api, exports_api, lines_api, places_api
from . import procedures_api as procedures

VERSION = "guidelines/<str:code>/versions/<int:number>"

urlpatterns = [
    path("units/", api.UnitList.as_view()),
    path("contact-points/", api.ContactPointList.as_view()),
    path("contacts/export/", exports_api.ContactsExport.as_view()),
    path("places/export/", exports_api.PlacesExport.as_view()),
    path("rota/<str:code>/export/", exports_api.RotaExport.as_view()),
    path("lines/", lines_api.LineList.as_view()),
    path("line-checks/", lines_api.LineCheckList.as_view()),
    path("line-checks/export/", lines_api.LineExport.as_view()),
    path("line-checks/<uuid:uid>/heard/", lines_api.LineHeard.as_view()),
    path("pauses/", lines_api.PauseList.as_view()),
    path("pauses/<uuid:uid>/end/", lines_api.PauseEnd.as_view()),
    path("places/", places_api.PlaceList.as_view()),
    path("guidelines/", procedures.GuidelineList.as_view()),
    path("guidelines/<str:code>/", procedures.GuidelineDetail.as_view()),
    path("guidelines/<str:code>/versions/", procedures.GuidelineVersions.as_view()),
    path("guidelines/<str:code>/readers/", procedures.GuidelineReaders.as_view()),
    path("guidelines/<str:code>/lessons/", procedures.GuidelineLessons.as_view()),
    path("guidelines/<str:code>/comments/<uuid:uid>/", procedures.GuidelineAnswer.as_view()),
    path(f"{VERSION}/", procedures.GuidelineVersion.as_view()),
    path(f"{VERSION}/changes/", procedures.GuidelineDiff.as_view()),
    path(f"{VERSION}/consult/", procedures.GuidelineConsult.as_view()),
    path(f"{VERSION}/days/", procedures.GuidelineDays.as_view()),
    path(f"{VERSION}/approve/", procedures.GuidelineApprove.as_view()),
    path(f"{VERSION}/withdraw/", procedures.GuidelineWithdraw.as_view()),
    path(f"{VERSION}/end/", procedures.GuidelineEnd.as_view()),
    path(f"{VERSION}/review/", procedures.GuidelineReview.as_view()),
    path(f"{VERSION}/stays/", procedures.GuidelineStays.as_view()),
    path(f"{VERSION}/comments/", procedures.GuidelineComments.as_view()),
    path("deliveries/", api.DeliveryList.as_view()),
    path("deliveries/<uuid:uid>/", api.DeliveryDetail.as_view()),
    path("deliveries/<uuid:uid>/acknowledge/", api.Acknowledge.as_view()),
    path("deliveries/<uuid:uid>/accept/", api.Accept.as_view()),
    path("deliveries/<uuid:uid>/decline/", api.Decline.as_view()),
]
