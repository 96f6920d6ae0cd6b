"""How a desk is reached, kept by its own side's administrators."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid
from bordercoop.reference.lists import check_text_line

from ..access import require
from ..models import Desk, forget_units


@transaction.atomic
def edit_desk(desk: Desk, *, values: Mapping[str, Any], by: Any) -> Desk:
    """Set hours, languages, e-mail, telephone and fax of a desk of the own side.

    `values`: hours, languages (codes), email, phone, fax, as typed; a fax that is left out stays.
    The other side uses these when the portal is down.
    """
    require(by, "administer_lists", desk.unit)
    rows = Desk.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
    desk = rows.get(pk=desk.pk)
    read = _read_desk({"fax": desk.fax, **values})
    before = {name: getattr(desk, name) for name in read}
    if before == read:
        return desk
    for name, value in read.items():
        setattr(desk, name, value)
    desk.edited_at = now()
    desk.save(update_fields=[*read, "edited_at"])
    changed = [name for name in read if before[name] != read[name]]
    record("desk.changed", f"unit:{desk.unit.code}", by=by,
           before={name: before[name] for name in changed},
           after={name: read[name] for name in changed})  # fmt: skip
    forget_units()
    transaction.on_commit(forget_units, robust=True)
    return desk


def _read_desk(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[Any]] = {}
    hours = check_text_line("hours", values.get("hours"), 40, wrong, required=True)
    phone = check_text_line("phone", values.get("phone"), 40, wrong, required=True)
    if phone and (set(phone) - set("+0123456789 ()-/") or not any(n.isdigit() for n in phone)):
        wrong["phone"] = [_("A telephone number has digits, spaces and a leading +.")]
    fax = check_text_line("fax", values.get("fax"), 40, wrong)
    if fax and (set(fax) - set("+0123456789 ()-/") or not any(n.isdigit() for n in fax)):
        wrong["fax"] = [_("A telephone number has digits, spaces and a leading +.")]
    email = check_text_line("email", values.get("email"), 254, wrong).lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            wrong["email"] = [_("This is not an e-mail address. Type it as desk@service.example.")]
    asked = values.get("languages") or []
    spoken = [language for language in ("lv", "be", "ru", "en") if language in asked]
    if not spoken or set(asked) - set(spoken):
        wrong["languages"] = [_("Choose at least one language that the desk answers in.")]
    if wrong:
        raise Invalid(
            _("This desk cannot be saved as it is. Correct what is marked."), fields=wrong
        )
    return {"hours": hours, "languages": spoken, "email": email, "phone": phone, "fax": fax}
