"""Addresses of who takes part, of letters and of calendar files."""

from django.urls import path

from .views import letters, people

urlpatterns = [
    path("mine/", people.activities_mine, name="activities_mine"),
    path("letters/", letters.activity_letters, name="activity_letters"),
    path("import/", letters.activities_import, name="activities_import"),
    path("<str:number>/people/", people.activity_people, name="activity_people"),
    path("<str:number>/people/check/", people.activity_people_check, name="activity_people_check"),
    path("<str:number>/people/<uuid:uid>/", people.activity_travel, name="activity_travel"),
    path("<str:number>/times/<uuid:uid>/decline/", letters.activity_time_decline,
         name="activity_time_decline"),
    path("<str:number>/invite.ics", letters.activity_ics, name="activity_ics"),
]  # fmt: skip
