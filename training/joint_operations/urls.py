"""Addresses of joint operations."""

from django.urls import path

from .views import days, operations, papers

ONE = "joint-operations/<str:number>/"
PAPER = f"{ONE}<str:paper>/"
VERSION = f"{PAPER}versions/<int:version>/"

urlpatterns = [
    path("joint-operations/", operations.joint_operations, name="joint_operations"),
    path("joint-operations/new/", operations.joint_operation_new, name="joint_operation_new"),
    path(
        "joint-operations/tag/<uuid:uid>/",
        operations.joint_operation_tag,
        name="joint_operation_tag",
    ),
    path(ONE, operations.joint_operation, name="joint_operation"),
    path(f"{ONE}change/", operations.joint_operation_change, name="joint_operation_change"),
    path(f"{ONE}shifts/", operations.joint_operation_shifts, name="joint_operation_shifts"),
    path(f"{ONE}days/<str:day>/", days.joint_operation_day, name="joint_operation_day"),
    path(PAPER, papers.joint_operation_paper, name="joint_operation_paper"),
    path(f"{PAPER}approve/", papers.joint_operation_approve, name="joint_operation_approve"),
    path(f"{PAPER}parts/<str:section>/", papers.joint_operation_part, name="joint_operation_part"),
    path(VERSION, papers.joint_operation_version, name="joint_operation_version"),
    path(f"{VERSION}pdf/", papers.joint_operation_pdf, name="joint_operation_pdf"),
]
