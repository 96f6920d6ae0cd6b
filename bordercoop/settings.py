"""All settings of the portal, read from the environment; safe by default.

NAME_FILE names a file that holds the value of NAME: so a container keeps a secret out of its
environment. What is missing is read from `.run/env`, which `make run` writes while it is up.
"""

import ipaddress
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
if (BASE_DIR / ".run" / "env").exists():
    with suppress(OSError):  # a NAME_FILE that is not there is told below, by the name it has
        env.read_env(BASE_DIR / ".run" / "env", overwrite=False)


def _required(name: str, why: str) -> str:
    try:
        value = str(env.str(name, default="")).strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why} See .env.example.")
    return value


DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = _required("SECRET_KEY", "sessions and tokens cannot be signed without it.")
# Keys that were in use before: what they sealed stays readable until `reseal_factors` has run.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
BIND = env.str("BIND", default="127.0.0.1")
if DEMO and not (BIND == "localhost" or ipaddress.ip_address(BIND).is_loopback):
    raise ImproperlyConfigured(
        f"Demo mode has known passwords and serves only this machine, but BIND is {BIND}. "
        "Set BIND=127.0.0.1, or DEMO=0 for a real installation."
    )
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Over plain http on a loopback address (demo, tests) browsers would drop secure cookies.
HTTPS = env.bool("HTTPS", default=not (DEMO or DEBUG))

INSTALLED_APPS = [
    "bordercoop.reference",
    "bordercoop.audit",
    "bordercoop.outbox",
    "bordercoop.access",
    "bordercoop.live",
    "bordercoop.api",
    "bordercoop.web",
    "bordercoop.operations",
    "contactpoints",
    "incidents",
    "training",
    "training.lessons",
    "training.joint_operations",
    "training.deployments",
    "training.exercises",
    "riskanalysis",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "knox",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "bordercoop.operations.middleware.MeasureFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Above whatever answers by itself: static files and refused hosts carry them as well.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bordercoop.web.middleware.RequestIdMiddleware",
    "bordercoop.operations.middleware.RequestLogMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "bordercoop.web.middleware.LanguageMiddleware",
    # Above what first asks for rights: an emergency session widens them.
    "contactpoints.middleware.EmergencyMiddleware",
    "bordercoop.access.middleware.SessionLimitsMiddleware",
    "bordercoop.access.second_factor.SecondFactorMiddleware",
    "bordercoop.access.middleware.FirstSignInMiddleware",
    "contactpoints.middleware.GuestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bordercoop.web.refusals.RefusalTrailMiddleware",
    "bordercoop.web.middleware.RefusalMiddleware",
    "bordercoop.operations.middleware.MeasureLastMiddleware",
]

ROOT_URLCONF = "bordercoop.urls"
WSGI_APPLICATION = "bordercoop.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "bordercoop.web.context.shell",
            ],
        },
    }
]

# --- data

_database = _required("DATABASE_URL", "the portal keeps everything in PostgreSQL.")
DATABASES = {"default": env.db_url_config(_database)}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 5,
        "application_name": "bordercoop",
        # A database server that vanished without a word is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20000,
        # A page wants its first fifty rows: starting workers takes longer than reading them (at a
        # million incidents 20 ms and more beside 2 ms).
        "options": f"-c max_parallel_workers_per_gather=0 {env('PGOPTIONS', default='')}".strip(),
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # The default of 300 would let many wrong names push lock-outs out of the table.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["bordercoop.files.uploads.BoundedUpload"]

# --- accounts

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "bordercoop.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR = env.str("SECOND_FACTOR", default="optional" if DEMO else "required")
if SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured(
        f"SECOND_FACTOR is {SECOND_FACTOR}, and only required and optional are known."
    )
MFA_ADAPTER = "bordercoop.access.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are the administrator's to set, so there is nothing to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "BorderCoop"
# One step of 30 s either way: clocks of phones differ. A code works once all the same.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "activate_totp": "bordercoop.access.factor_forms.ActivateTotp",
    "authenticate": "bordercoop.access.factor_forms.SignInCode",
    "reauthenticate": "bordercoop.access.factor_forms.ConfirmCode",
    "add_webauthn": "bordercoop.access.factor_forms.AddPasskey",
    "edit_webauthn": "bordercoop.access.factor_forms.RenamePasskey",
    "authenticate_webauthn": "bordercoop.access.factor_forms.SecondPasskey",
    "login_webauthn": "bordercoop.access.factor_forms.SignInPasskey",
    "reauthenticate_webauthn": "bordercoop.access.factor_forms.ConfirmPasskey",
}
GUARDIAN_RAISE_403 = False
# Grants are read in one module of contactpoints, with global permissions off; never by has_perm.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=60))
SESSION_ABSOLUTE = timedelta(hours=env.int("SESSION_ABSOLUTE_HOURS", default=14))
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bordercoop.web.pages.csrf_failure"

# --- transport and content security

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}

# --- languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("lv", "Latviešu"), ("be", "Беларуская"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["bordercoop.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- static files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".run" / "static"
STATICFILES_DIRS = [BASE_DIR / "bordercoop" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- jobs: Redis is only Celery's broker; a dead one costs speed, never work

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0").strip()
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Threads of one process: the outbox keeps a slow channel on one of them (outbox/tasks.py).
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 6
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "bordercoop.outbox.schedule:Scheduler"

# --- where the kernel reaches up

from bordercoop.wiring import *  # noqa: E402, F403

# Seconds after which a message whose sender died falls due again; above every channel's limit.
OUTBOX_LEASE = env.float("OUTBOX_LEASE", default=60.0)
LIVE_BEAT = env.float("LIVE_BEAT", default=10.0)
# A console that takes nothing for so long is let go.
LIVE_SEND_SECONDS = env.float("LIVE_SEND_SECONDS", default=10.0)

# --- pages to read

# What a donor asks to be shown on /about/: a sentence, in one language or in each, and the path
# of a picture among the static files.
FUNDING_STATEMENT = {
    code: env.str(f"FUNDING_STATEMENT{'_' if code else ''}{code.upper()}", default="")
    for code in ("", "en", "lv", "be", "ru")
}
FUNDING_EMBLEM = env.str("FUNDING_EMBLEM", default="")
ACTION_SOURCE = (
    "https://www.migrationpartnershipfacility.eu/mpf-projects/"
    "21-enhancing-latvia-belarus-border-management-cooperation-during-preparation-and-"
    "implementation-of-large-scale-public-events-latbel"
)

# --- handling

# With what an incident is marked when its officer chooses nothing (docs/handling.md).
DEFAULT_HANDLING = env.str("DEFAULT_HANDLING", default="H1")
DEFAULT_TLP = env.str("DEFAULT_TLP", default="AMBER")
if DEFAULT_HANDLING not in ("H0", "H1", "H2"):
    raise ImproperlyConfigured("DEFAULT_HANDLING must be H0, H1 or H2: H3 needs words of its own.")
if DEFAULT_TLP not in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
    raise ImproperlyConfigured("DEFAULT_TLP must be CLEAR, GREEN, AMBER, AMBER+STRICT or RED.")

# --- mail

_email = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="BorderCoop <portal@bordercoop.example>")
# Where answers to invitations go; the mail server delivers them to `ANSWERS_MAILDIR` and lets
# `name+anything` through (subaddressing, RFC 5233). Empty: they are given in the portal alone.
ANSWERS_ADDRESS = env.str("ANSWERS_ADDRESS", default="")
ANSWERS_MAILDIR = env.str("ANSWERS_MAILDIR", default="")
# How long letters that could not be read lie in its folder `Aside`.
ANSWERS_ASIDE_DAYS = env.int("ANSWERS_ASIDE_DAYS", default=90)

# --- API
from bordercoop.api_settings import *  # noqa: E402, F403

# --- the contact points: lines, broadcasts, requests, escalation; officers' own channels
from bordercoop.channel_settings import *  # noqa: E402, F403
from bordercoop.point_settings import *  # noqa: E402, F403

# --- running it for years: files, backups, health, logs, metrics (bordercoop/operations)

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / ".run" / "media")))
# One file, and all files that one side adds to one incident. Whoever raises the first raises
# client_max_body_size of deploy/nginx.conf with it.
FILE_MOST_BYTES = env.int("FILE_MOST_MB", default=25) * 1024 * 1024
FILES_MOST = env.int("FILES_MOST", default=20)
FILES_MOST_BYTES = env.int("FILES_MOST_MB", default=300) * 1024 * 1024
SUBJECT_SEARCHES_MOST = env.int("SUBJECT_SEARCHES_MOST", default=20)  # of one officer in an hour
# "host:port" or the path of a socket; without it files are kept unscanned and say so.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="").strip()
# Where backups lie, for the free space on the health page; the command names its folder itself.
BACKUP_DIR = env.str("BACKUP_DIR", default="")
# Hours after which the newest backup is too old; 0 says that nobody expects one (demo).
BACKUP_MAX_AGE_HOURS = env.float("BACKUP_MAX_AGE_HOURS", default=0)
# A monitoring system shows this token at /metrics; without one the address does not exist.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()

# "json": one object a line, nothing personal in it; "lines": for a person at a terminal.
LOG_FORMAT = env.str("LOG_FORMAT", default="lines" if DEMO or DEBUG else "json")
if LOG_FORMAT not in ("json", "lines"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT}, but it is either json or lines.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "bordercoop.operations.logs.json_lines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING" if "test" in sys.argv else "INFO"},
    "loggers": {
        # The servers' own lines go the same way; what they know of addresses, nowhere.
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},
        "gunicorn.error": {"handlers": [], "propagate": True},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
}
