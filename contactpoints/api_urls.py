"""Addresses of the contact points' part of the API."""

from django.urls import path

from . import api, channels_api, exports_api, lines_api, places_api
from . import broadcast_api as broadcast
from . import handover_api as handover
from . import procedures_api as procedures
from . import rota_api as rota

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
    path("rota/<str:code>/gaps/", rota.RotaGaps.as_view()),
    path("rota/<str:code>/absences/", rota.RotaAbsences.as_view()),
    path("absences/<uuid:uid>/end/", rota.AbsenceEnd.as_view()),
    path("shifts/", rota.ShiftList.as_view()),
    path("shifts/<uuid:uid>/offer/", rota.ShiftOffer.as_view()),
    path("swaps/", rota.SwapList.as_view()),
    path("swaps/<uuid:uid>/accept/", rota.SwapAccept.as_view()),
    path("swaps/<uuid:uid>/decline/", rota.SwapDecline.as_view()),
    path("swaps/<uuid:uid>/withdraw/", rota.SwapWithdraw.as_view()),
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
    path("handovers/", handover.ShiftHandoverList.as_view()),
    path("handovers/open/", handover.OpenAtDesk.as_view()),
    path("handovers/<uuid:uid>/", handover.ShiftHandoverDetail.as_view()),
    path("handovers/<uuid:uid>/take/", handover.ShiftTakeOver.as_view()),
    path("handovers/<uuid:uid>/withdraw/", handover.ShiftHandoverWithdraw.as_view()),
    path("handovers/<uuid:uid>/pdf/", handover.ShiftHandoverPdf.as_view()),
    path("journal/<str:code>/", handover.DutyJournal.as_view()),
    path("journal/<str:code>/pdf/", handover.DutyJournalPdf.as_view()),
    path("broadcasts/", broadcast.BroadcastList.as_view()),
    path("broadcasts/<uuid:uid>/", broadcast.BroadcastDetail.as_view()),
    path("broadcasts/<uuid:uid>/end/", broadcast.BroadcastEnd.as_view()),
    path("channels/", channels_api.ChannelList.as_view()),
    path("channels/<uuid:uid>/", channels_api.ChannelDetail.as_view()),
    path("channels/<uuid:uid>/test/", channels_api.ChannelTest.as_view()),
    path("channels/<uuid:uid>/answer/", channels_api.ChannelAnswer.as_view()),
    path("channels/<uuid:uid>/switch/", channels_api.ChannelSwitch.as_view()),
    path("deliveries/<uuid:uid>/attempts/", channels_api.DeliveryAttempts.as_view()),
    path("deliveries/", api.DeliveryList.as_view()),
    path("deliveries/<uuid:uid>/", api.DeliveryDetail.as_view()),
    path("deliveries/<uuid:uid>/acknowledge/", api.Acknowledge.as_view()),
    path("deliveries/<uuid:uid>/phoned/", api.AcknowledgeByPhone.as_view()),
    path("deliveries/<uuid:uid>/accept/", api.Accept.as_view()),
    path("deliveries/<uuid:uid>/decline/", api.Decline.as_view()),
]
