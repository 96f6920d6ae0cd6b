"""Addresses of who takes part, of letters and of calendar files."""

from django.urls import path

from .activity_urls import ONE
from .views import letters, people

urlpatterns = [
    path("mine/", people.activities_mine, name="activities_mine"),
    path("letters/", letters.activity_letters, name="activity_letters"),
    path("import/", letters.activities_import, name="activities_import"),
    path(f"{ONE}people/", people.activity_people, name="activity_people"),
    path(f"{ONE}people/check/", people.activity_people_check, name="activity_people_check"),
    path(f"{ONE}people/<uuid:uid>/", people.activity_travel, name="activity_travel"),
    path(f"{ONE}times/<uuid:uid>/decline/", letters.activity_time_decline,
         name="activity_time_decline"),
    path(f"{ONE}invite.ics", letters.activity_ics, name="activity_ics"),
]  # fmt: skip
