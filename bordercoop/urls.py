"""Every address of the portal."""

from django.urls import include, path

from bordercoop.access.views import welcome
from bordercoop.operations.metrics import metrics
from bordercoop.operations.views import operations
from bordercoop.web.finding.views import search
from bordercoop.web.health import health
from bordercoop.web.home import home
from bordercoop.web.messages import given_up, resend
from bordercoop.web.reading import about, glossary, help_index, help_topic

urlpatterns = [
    path("", home, name="home"),
    path("messages/", given_up, name="given_up"),
    path("messages/<int:pk>/resend/", resend, name="resend"),
    path("audit/", include("bordercoop.web.trail.urls")),
    path("about/", about, name="about"),
    path("glossary/", glossary, name="glossary"),
    path("search/", search, name="search"),
    path("help/", help_index, name="help"),
    path("help/<str:topic>/", help_topic, name="help_topic"),
    path("health/", health, name="health"),
    path("welcome/", welcome, name="welcome"),
    path("metrics", metrics, name="metrics"),
    path("operations/", operations, name="operations"),
    path("accounts/", include("bordercoop.access.account_urls")),
    path("profile/", include("bordercoop.access.urls")),
    path("api/v1/", include("bordercoop.api.urls")),
    path("api/v1/", include("contactpoints.api_urls")),
    path("api/v1/", include("incidents.api_urls")),
    path("api/v1/", include("riskanalysis.brochure_api_urls")),
    path("api/v1/risk/", include("riskanalysis.indicator_api_urls")),
    path("api/v1/risk/", include("riskanalysis.watch_api_urls")),
    path("api/v1/", include("riskanalysis.sop_api_urls")),
    path("api/v1/", include("riskanalysis.register_api_urls")),
    path("api/v1/", include("riskanalysis.report_api_urls")),
    path("activities/", include("training.activity_urls")),
    path("api/v1/", include("training.activity_api_urls")),
    path("broadcasts/", include("contactpoints.broadcast_urls")),
    path("", include("contactpoints.cap_urls")),
    path("", include("contactpoints.life_urls")),
    path("focal-point/", include("contactpoints.focal_urls")),
    path("webhooks/", include("contactpoints.webhook_urls")),
    path("crossings/", include("contactpoints.crossing_urls")),
    path("", include("contactpoints.urls")),
    path("incidents/", include("incidents.urls")),
    path("paper/", include("incidents.paper_urls")),
    path("serious/", include("incidents.serious_urls")),
    path("summaries/", include("incidents.summary_urls")),
    path("sealed-readings/", include("incidents.sealed_urls")),
    path("notices/", include("incidents.notices.urls")),
    path("requests/", include("incidents.asking.urls")),
    path("exchange/", include("incidents.exchange_urls")),
    path("investigations/<uuid:uid>/", include("incidents.investigation.act_urls")),
    path("verify/", include("incidents.investigation.verify_urls")),
    path("investigations/", include("incidents.investigation.urls")),
    path("signs/", include("incidents.investigation.sign_urls")),
    path("meetings/", include("incidents.investigation.meeting_urls")),
    path("", include("incidents.investigation.receipt_urls")),
    path("", include("incidents.retention_urls")),
    path("risk/", include("riskanalysis.indicator_urls")),
    path("", include("contactpoints.list_urls")),
    path("", include("contactpoints.procedure_urls")),
    path("", include("riskanalysis.sop_urls")),
    path("", include("contactpoints.handover_urls")),
    path("", include("contactpoints.ledger_urls")),
    path("", include("contactpoints.phrase_urls")),
    path("", include("contactpoints.policy_urls")),
    path("", include("riskanalysis.brochure_urls")),
    path("risk/", include("riskanalysis.register_urls")),
    path("risk/", include("riskanalysis.report_urls")),
    path("risk/", include("riskanalysis.watch_urls")),
    path("activities/", include("training.people_urls")),
    path("activities/", include("training.after_urls")),
    path("api/v1/", include("training.after_api_urls")),
    path("verify/", include("training.verify_urls")),
    path("activities/", include("training.course_urls")),
    path("api/v1/", include("training.course_api_urls")),
    path("activities/", include("training.programme_urls")),
    path("api/v1/", include("training.programme_api_urls")),
    path("", include("training.lessons.urls")),
    path("api/v1/", include("training.lessons.api_urls")),
    path("", include("training.joint_operations.urls")),
    path("api/v1/", include("training.joint_operations.api_urls")),
    path("", include("training.deployments.urls")),
    path("api/v1/", include("training.deployments.api_urls")),
    path("", include("training.exercises.urls")),
    path("api/v1/", include("training.exercises.api_urls")),
    path("activities/", include("training.trainer_urls")),
    path("api/v1/", include("training.trainer_api_urls")),
]

handler400 = "bordercoop.web.pages.bad_request"
handler403 = "bordercoop.web.pages.not_allowed"
handler404 = "bordercoop.web.pages.not_found"
handler500 = "bordercoop.web.pages.fault"
