"""Addresses of courses and of whom a new version wants trained again."""

from django.urls import path

from .views import courses, materials, retraining

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.course_new, name="course_new"),
    path("courses/<uuid:uid>/", courses.course_page, name="course"),
    path("courses/<uuid:uid>/change/", courses.course_change, name="course_change"),
    path("retraining/", retraining.retraining, name="retraining"),
    path("retraining/<str:code>/", retraining.retraining_of, name="retraining_of"),
    path("materials/", materials.materials, name="materials"),
    path("materials/new/", materials.material_new, name="material_new"),
    path("materials/files/<uuid:uid>/", materials.material_file, name="material_file"),
    path("materials/<uuid:uid>/", materials.material_page, name="material"),
    path("<str:number>/course/", courses.activity_course, name="activity_course"),
    path("<str:number>/listed/", retraining.activity_listed, name="activity_listed"),
]
