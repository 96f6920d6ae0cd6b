"""The API of the portal: nothing of it depends on the environment. Part of the settings."""

from datetime import timedelta

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "bordercoop.access.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["bordercoop.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "bordercoop.api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "bordercoop.api.schema.PortalSchema",
    "EXCEPTION_HANDLER": "bordercoop.api.errors.exception_handler",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Token",
    "TOKEN_TTL": timedelta(days=90),
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "BorderCoop",
    "VERSION": "1",
    "DESCRIPTION": "Incidents, alerts and their acknowledgement between the two border services.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PrecisionEnum": "incidents.models.Precision",
        "StateEnum": "incidents.models.State",
        "LinkKindEnum": "incidents.models.LinkKind",
        "KeptEnum": "incidents.models.Kept",
        "DeliveryStateEnum": "contactpoints.models.DeliveryState",
        "PriorityEnum": "contactpoints.models.Priority",
        "TextMarkEnum": "bordercoop.reference.translated.TextMark",
        "SideEnum": "bordercoop.reference.sides.Side",
        "SeriousKindEnum": "incidents.models.SeriousKind",
        "SeriousStateEnum": "incidents.models.SeriousState",
        "OpeningStateEnum": "contactpoints.places_api.STATES",
        "AbsenceGroundEnum": "contactpoints.models.Absence.Ground",
        "SummaryKindEnum": "incidents.models.Summary.Kind",
        "ProcedureStateEnum": "bordercoop.reference.models.ProcedureState",
        "ProcedureCommentStateEnum": "bordercoop.reference.models.ProcedureComment.State",
        "HandoverKindEnum": "incidents.models.HandoverKind",
        "HandoverStateEnum": "incidents.models.HandoverState",
        "HandoverOutcomeEnum": "incidents.models.HandoverOutcome",
        "HandoverCancelReasonEnum": "incidents.models.CancelReason",
        "PersonCheckKindEnum": "incidents.models.CheckKind",
        "PersonCheckAnswerEnum": "incidents.models.CheckAnswer",
        "AlertKindEnum": "contactpoints.models.Alert.Kind",
        "TroubleEnum": "contactpoints.models.Trouble",
        "WebhookStateEnum": "contactpoints.models.WebhookState",
        "WebhookAttemptOutcomeEnum": "contactpoints.models.WebhookAttempt.Outcome",
        "PlaceKindEnum": "bordercoop.reference.models.Place.Kind",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "bordercoop.api.schema.describe_errors",
    ],
}
