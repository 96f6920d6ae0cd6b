"""Who may sign in."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side


class Language(models.TextChoices):
    """The four languages of the portal, each under its own name."""

    LATVIAN = "lv", "Latviešu"
    BELARUSIAN = "be", "Беларуская"
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


# The edition of the legal notice in force (templates/account/_notice.html): a new one is accepted
# by everybody at the next request.
NOTICE = "2026-11"
READ_CYRILLIC = frozenset({Language.BELARUSIAN, Language.RUSSIAN})


class Theme(models.TextChoices):
    """How the screens look; night is amber, for a dark room."""

    AUTO = "auto", pgettext_lazy("theme", "As the system")
    LIGHT = "light", pgettext_lazy("theme", "Light")
    DARK = "dark", pgettext_lazy("theme", "Dark")
    NIGHT = "night", pgettext_lazy("theme", "Night")


class UserManager(DjangoUserManager["User"]):
    """Accounts, found by user name; addresses are kept in lower case."""

    use_in_migrations = False

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return super().normalize_email(email).lower()


class User(AbstractUser):
    """An officer's account. It belongs to one side for good; what it may do comes from postings."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    side = models.CharField(_("side"), max_length=2, choices=Side.choices)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120)
    name_local = models.CharField(_("name in its own script"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    hotkeys = models.BooleanField(_("single-letter shortcuts"), default=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The first sign-in is over; until then nothing else of the portal opens.
    welcomed_at = models.DateTimeField(null=True, blank=True)
    # Which edition of the legal notice was accepted, and when.
    notice = models.CharField(max_length=10, blank=True)
    notice_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    REQUIRED_FIELDS = ["email", "side", "name_latin"]

    class Meta:
        constraints = [
            # A password reset looks the address up as it is stored.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="email_is_in_lower_case"
            ),
            models.UniqueConstraint(Lower("username"), name="username_is_one_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(side__in=Side.values), name="account_side_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="account_language_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(theme__in=Theme.values), name="account_theme_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_at=None) | models.Q(is_active=False),
                name="suspended_is_not_active",
            ),
            models.CheckConstraint(
                condition=models.Q(welcomed_at=None) | models.Q(notice_at__isnull=False),
                name="welcomed_has_accepted_the_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.name_latin or self.username

    @property
    def ref(self) -> str:
        """How the audit names the account."""
        return f"user:{self.username}"[:80]

    @property
    def at_home(self) -> bool:
        """Whether the first sign-in is over and the present legal notice accepted."""
        return self.welcomed_at is not None and self.notice == NOTICE

    @property
    def display_name(self) -> str:
        """The name that every reader can read: in Latin letters."""
        return self.name_latin or self.username

    def name_for(self, language: str) -> str:
        """The name as a reader of `language` writes it: Cyrillic for be and ru, else Latin."""
        cyrillic = language.split("-")[0] in READ_CYRILLIC
        local_is_cyrillic = any("Ѐ" <= letter <= "ӿ" for letter in self.name_local)
        if self.name_local and cyrillic == local_is_cyrillic:
            return self.name_local
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name
