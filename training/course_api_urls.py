"""Addresses of courses in the API."""

from django.urls import path

from .api import courses as api
from .api import materials as shelf

COURSE = "courses/<uuid:uid>/"
urlpatterns = [
    path("courses/", api.CourseList.as_view()),
    path(COURSE, api.CourseOne.as_view()),
    path(f"{COURSE}agree/", api.CourseAgree.as_view()),
    path(f"{COURSE}retire/", api.CourseRetire.as_view()),
    path(f"{COURSE}waive/", api.CourseWaive.as_view()),
    path("activities/<str:number>/course/", api.ActivityCourse.as_view()),
    path("activities/<str:number>/listed/", api.ActivityListed.as_view()),
    path("materials/", shelf.MaterialList.as_view()),
    path("materials/<uuid:uid>/", shelf.MaterialOne.as_view()),
    path("materials/<uuid:uid>/versions/", shelf.MaterialVersions.as_view()),
    path("materials/<uuid:uid>/versions/<int:number>/", shelf.MaterialDownload.as_view()),
    path("materials/<uuid:uid>/remove/", shelf.MaterialRemove.as_view()),
    path("retraining/", api.Retraining.as_view()),
    path("retraining/<str:code>/", api.RetrainingOne.as_view()),
]
