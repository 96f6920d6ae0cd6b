"""Addresses of recommendations and contingency plans."""

from django.urls import path

from .views import active, contingency, recommendations

REC = "recommendations/"
CPL = "contingency/"

urlpatterns = [
    path(REC, recommendations.recommendations, name="recommendations"),
    path(f"{REC}new/", recommendations.recommendation_new, name="recommendation_new"),
    path(
        f"{REC}evidence/<uuid:uid>/",
        recommendations.recommendation_file,
        name="recommendation_file",
    ),
    path(f"{REC}<str:number>/", recommendations.recommendation_page, name="recommendation"),
    path(
        f"{REC}<str:number>/change/",
        recommendations.recommendation_change,
        name="recommendation_change",
    ),
    path(CPL, contingency.contingency_plans, name="contingency_plans"),
    path(f"{CPL}new/", contingency.contingency_new, name="contingency_new"),
    path(
        f"{CPL}active/<uuid:uid>/",
        active.contingency_activation,
        name="contingency_activation",
    ),
    path(f"{CPL}<str:number>/", contingency.contingency_plan, name="contingency_plan"),
    path(f"{CPL}<str:number>/change/", contingency.contingency_change, name="contingency_change"),
    path(
        f"{CPL}<str:number>/parts/<str:part>/<str:code>/",
        contingency.contingency_item,
        name="contingency_item",
    ),
    path(
        f"{CPL}<str:number>/approve/", contingency.contingency_approve, name="contingency_approve"
    ),
    path(
        f"{CPL}<str:number>/versions/<int:at>/",
        contingency.contingency_version,
        name="contingency_version",
    ),
    path(
        f"{CPL}<str:number>/versions/<int:at>/paper/",
        contingency.contingency_paper,
        name="contingency_paper",
    ),
]
