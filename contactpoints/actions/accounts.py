"""A side's administrator and its people: inviting, correcting, suspending. Never another side's."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.actions import LATIN, end_access, order_invitation
from bordercoop.access.models import Language, User
from bordercoop.access.second_factor import remove_factors
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference import classified

from ..access import require
from ..administering import refuse_last_administrator, require_over
from ..models import Role, Unit
from .channels import forget_reach
from .displays import end_displays_of
from .postings import post_officer

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")
LONGEST = {"name_latin": 120, "name_local": 120, "email": 254, "phone": 40}


def _identity(given: Mapping[str, Any], wrong: dict[str, list[str]]) -> dict[str, str]:
    """Names, address and telephone, tidied; sentences for what is wrong go into `wrong`."""
    facts = {name: " ".join(str(given.get(name) or "").split()) for name in LONGEST}
    facts["email"] = User.objects.normalize_email(facts["email"])
    for name, most in LONGEST.items():
        if "\x00" in facts[name] or len(facts[name]) > most:
            wrong[name] = [_("This does not fit: at most %(most)s letters.") % {"most": most}]
    if "name_latin" not in wrong and not LATIN.fullmatch(facts["name_latin"]):
        wrong["name_latin"] = [_("Write the name in Latin letters.")]
    if "email" not in wrong:
        try:
            validate_email(facts["email"])
        except ValidationError:
            wrong["email"] = [_("This is not an e-mail address. Check it.")]
    return facts


def _taken(clash: IntegrityError) -> Invalid | None:
    text = str(clash)
    if "username" in text:
        sentence = _("This user name is taken. Choose another.")
        return Invalid(sentence, fields={"username": [sentence]})
    if "email" in text:
        sentence = _("Another account has this e-mail address.")
        return Invalid(sentence, fields={"email": [sentence]})
    return None


@transaction.atomic
def invite_officer(
    *,
    username: str,
    language: str,
    unit: Unit,
    role: Role | str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Any,
    **identity: Any,
) -> User:
    """Make an account of the unit's side, post it, and send its owner a link for the password.

    `identity`: name_latin, name_local, email, phone. The same invitation sent twice is one. Raises
    Invalid with a sentence for each wrong field.
    """
    require(by, "administer_accounts", unit)
    wrong: dict[str, list[str]] = {}
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        wrong["username"] = [
            _("A user name has 3 to 30 small Latin letters, digits, dots or hyphens.")
        ]
    if language not in Language.values:
        wrong["language"] = [_("Choose one of the four languages.")]
    if role not in Role.values:
        wrong["role"] = [_("Choose a role from the list.")]
    facts = _identity(identity, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    posted = {"unit": unit, "role": role, "starts_at": starts_at, "ends_at": ends_at, "by": by}
    before = User.objects.filter(
        username=username, email=facts["email"], last_login=None, side=unit.side, invited_by=by
    )
    if known := before.first():
        post_officer(known, **posted)
        return known
    user = User(
        username=username,
        side=unit.side,
        language=language,
        invited_at=now(),
        invited_by=by,
        **facts,
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as clash:
        if known := before.first():  # the same invitation, sent at the same moment
            return known
        if taken := _taken(clash):
            raise taken from clash
        raise
    record("account.invited", user.ref, by=by, trail=user.side, unit=unit.code, role=str(role))
    post_officer(user, **posted)
    order_invitation(user, by=by)
    return user


def _locked(officer: Any) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=officer.pk)


@transaction.atomic
def resend_invitation(officer: User, *, by: Any) -> None:
    """Send the link for the first password once more; refused once the officer has signed in."""
    officer = _locked(officer)
    require_over(by, officer)
    if officer.last_login is not None or not officer.is_active:
        raise Refused(
            _("%(officer)s has signed in already. A new password is asked for at the sign-in page.")
            % {"officer": officer.display_name}
            if officer.is_active
            else _("%(officer)s is suspended. Reinstate the account first.")
            % {"officer": officer.display_name},
            code="not_invited",
        )
    order_invitation(officer, by=by)


@transaction.atomic
def correct_officer(officer: User, *, by: Any, **identity: Any) -> User:
    """Correct names, e-mail address and telephone; the officer's own language stays."""
    officer = _locked(officer)
    require_over(by, officer)
    wrong: dict[str, list[str]] = {}
    facts = _identity(identity, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    changed = [name for name, value in facts.items() if getattr(officer, name) != value]
    if not changed:
        return officer
    for name in changed:
        setattr(officer, name, facts[name])
    try:
        with transaction.atomic():
            officer.save(update_fields=changed)
    except IntegrityError as clash:
        if taken := _taken(clash):
            raise taken from clash
        raise
    record("account.corrected", officer.ref, by=by, changed=changed)
    return officer


@transaction.atomic
def suspend_officer(officer: User, *, reason: str, by: Any) -> User:
    """Shut an account at once: sessions, streams and tokens end, and nobody signs in with it.

    Postings and duty stay on record; a suspended officer counts as not on duty. The officer's own
    channels go with their addresses. Suspended twice is suspended once.
    """
    officer = _locked(officer)
    require_over(by, officer)
    reason = reason.strip()
    if not reason or len(reason) > 500 or "\x00" in reason:
        sentence = _("Give the reason in one line of at most 500 characters.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    if marked := classified.refusal(reason):
        raise Invalid(marked, fields={"reason": [marked]})
    if officer.suspended_at is not None:
        return officer
    for posting in officer.postings.active().filter(role=Role.ADMINISTRATOR):
        refuse_last_administrator(posting)
    officer.suspended_at, officer.is_active = now(), False
    officer.save(update_fields=["suspended_at", "is_active"])
    record("account.suspended", officer.ref, by=by, reason=reason)
    forget_reach(officer)
    end_displays_of(officer, by=by)
    end_access(officer, why="suspended", by=by)
    return officer


@transaction.atomic
def reinstate_officer(officer: User, *, by: Any) -> User:
    """Open a suspended account again; the password stays, sessions and tokens do not come back."""
    officer = _locked(officer)
    require_over(by, officer)
    if not officer.is_active:
        officer.suspended_at, officer.is_active = None, True
        officer.save(update_fields=["suspended_at", "is_active"])
        record("account.reinstated", officer.ref, by=by)
    return officer


@transaction.atomic
def sign_out_officer(officer: User, *, by: Any) -> None:
    """End every session and token of an account, as when a telephone was lost."""
    require_over(by, officer)
    officer = _locked(officer)
    forget_reach(officer, devices_only=True)
    end_access(officer, why="administrator", by=by)


@transaction.atomic
def reset_second_factor(officer: User, *, by: Any) -> int:
    """Take a lost second factor and its recovery codes away and end every session.

    The officer is told by mail. Returns how many factors there were; a second call changes nothing.
    """
    require_over(by, officer)
    return remove_factors(_locked(officer), by=by)
