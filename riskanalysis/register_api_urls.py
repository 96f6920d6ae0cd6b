"""Addresses of the risk register's part of the API."""

from django.urls import path

from . import event_api as course
from . import register_api as api
from . import scales_api as more

RISK = "risks/<uuid:uid>/"
TREATMENT = "risk-treatments/<uuid:uid>/"
SCALES = "risk-scales/<uuid:uid>/"
EVENT = "public-events/<uuid:uid>/"
urlpatterns = [
    path("risks/", api.RiskList.as_view()),
    path(RISK, api.RiskDetail.as_view()),
    path(f"{RISK}share/", api.RiskShare.as_view()),
    path(f"{RISK}join/", api.RiskJoin.as_view()),
    path(f"{RISK}leave/", api.RiskLeave.as_view()),
    path(f"{RISK}state/", api.RiskMove.as_view()),
    path(f"{RISK}assessments/", api.RiskAssessments.as_view()),
    path(f"{RISK}treatments/", api.RiskTreatments.as_view()),
    path("risk-matrix/", api.RiskMatrix.as_view()),
    path(TREATMENT, api.RiskTreatmentDetail.as_view()),
    path(f"{TREATMENT}finish/", api.RiskTreatmentFinish.as_view()),
    path(f"{TREATMENT}drop/", api.RiskTreatmentDrop.as_view()),
    path("risk-scales/", more.RiskScalesList.as_view()),
    path(SCALES, more.RiskScalesDetail.as_view()),
    path(f"{SCALES}propose/", more.RiskScalesPropose.as_view()),
    path(f"{SCALES}approve/", more.RiskScalesApprove.as_view()),
    path(f"{SCALES}withdraw/", more.RiskScalesWithdraw.as_view()),
    path("section-levels/", more.SectionLevels.as_view()),
    path("section-levels/<str:code>/", more.SectionLevelHistory.as_view()),
    path("public-events/", more.PublicEvents.as_view()),
    path(EVENT, more.PublicEventDetail.as_view()),
    path(f"{EVENT}hosts/<uuid:host>/drop/", more.PublicEventHostDrop.as_view()),
    path(f"{EVENT}hosts/<uuid:host>/side/", more.PublicEventHostSide.as_view()),
    path(f"{EVENT}assessments/", more.PublicEventAssessments.as_view()),
    path(f"{EVENT}assessments/<uuid:version>/give/", more.PublicEventAssessmentGive.as_view()),
    path(
        f"{EVENT}assessments/<uuid:version>/discard/", more.PublicEventAssessmentDiscard.as_view()
    ),
    path(f"{EVENT}phases/", course.PublicEventPhases.as_view()),
    path(f"{EVENT}days/", course.PublicEventDays.as_view()),
    path(f"{EVENT}call-off/", course.PublicEventCallOff.as_view()),
    path(f"{EVENT}reinstate/", course.PublicEventReinstate.as_view()),
    path(f"{EVENT}venues/", course.PublicEventVenues.as_view()),
    path(f"{EVENT}venues/<uuid:venue>/", course.PublicEventVenue.as_view()),
    path(f"{EVENT}venues/<uuid:venue>/drop/", course.PublicEventVenueDrop.as_view()),
    path(f"{EVENT}items/", course.PublicEventItems.as_view()),
    path(f"{EVENT}items/take/", course.PublicEventItemsTake.as_view()),
    path(f"{EVENT}items/<uuid:item>/tick/", course.PublicEventItemTick.as_view()),
    path(f"{EVENT}items/<uuid:item>/untick/", course.PublicEventItemUntick.as_view()),
    path(f"{EVENT}items/<uuid:item>/leave/", course.PublicEventItemLeave.as_view()),
    path(f"{EVENT}ties/", course.PublicEventTies.as_view()),
    path(f"{EVENT}ties/<uuid:tie>/untie/", course.PublicEventUntie.as_view()),
]
