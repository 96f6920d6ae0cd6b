"""Addresses of the activities."""

from django.urls import path, register_converter

from .views import activity, calendar, writing


class NumberConverter:
    """Such as ACT-2026-00001."""

    regex = r"ACT-\d{4}-\d{5,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "activity")
ONE = "<activity:number>/"

urlpatterns = [
    path("", calendar.activities, name="activities"),
    path("new/", writing.activity_new, name="activity_new"),
    path("documents/<uuid:uid>/", activity.activity_file, name="activity_file"),
    path(ONE, activity.activity_page, name="activity"),
    path(f"{ONE}change/", writing.activity_change, name="activity_change"),
    path(f"{ONE}move/", writing.activity_move, name="activity_move"),
    path(f"{ONE}programme/new/", writing.session_new, name="session_new"),
    path(f"{ONE}programme/<uuid:uid>/", writing.session_change, name="session_change"),
]
