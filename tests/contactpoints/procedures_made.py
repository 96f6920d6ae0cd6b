"""Makers of guidelines by the verbs, for every test that needs one."""

import itertools

from django.utils.timezone import now

from bordercoop.access.models import NOTICE, User
from bordercoop.reference.models import ProcedureVersion, utc_today
from contactpoints import actions
from contactpoints.models import Posting, Role, Unit

COUNT = itertools.count(1)
LANGUAGES = ("en", "lv", "be", "ru")


def texts(said):
    return {language: f"{said} ({language})" for language in LANGUAGES}


def step(code, phase="", **facts):
    """One step as content has it."""
    return {
        "code": code, "phase": phase, "each": False, "hours": None,
        "title": texts(code.replace("_", " ").capitalize()),
        "text": texts(f"Do {code} with care"), "who": texts("The own team"),
        "inputs": {}, "output": {}, "check": {}, **facts,
    }  # fmt: skip


def content(*steps, title="What both sides do"):
    return {
        "origin": "en",
        "title": texts(title),
        "purpose": texts("So that both do the same"),
        "marks": {"en": "original", "lv": "checked", "be": "draft", "ru": "draft"},
        "steps": list(steps) or [step("notice", "proposed"), step("meet", "agreed", each=True)],
    }


def someone(side, role):
    """An officer of the side in the role at its root; made when nobody is."""
    root = Unit.objects.get(side=side, parent=None)
    posting = Posting.objects.active().filter(unit=root, role=role).order_by("pk").first()
    if posting is not None:
        return posting.officer
    name = f"{side}.{role}.{next(COUNT)}".lower()
    user = User.objects.create(
        username=name, email=f"{name}@{side.lower()}.example", side=side, name_latin=name,
        name_local=name, language="en", notice=NOTICE, notice_at=now(),
        welcomed_at=now(),
    )  # fmt: skip
    actions.post_officer(user, unit=root, role=role, by=None)
    return user


def drafted(code="JI", said=None, side="LV", **kind):
    """A draft of a side: the next version of a procedure, or the first of a new one. `kind` and
    `level` make it another than a guideline."""
    by = someone(side, Role.HEADQUARTERS_OFFICER)
    known = ProcedureVersion.objects.filter(procedure__code=code).order_by("-number").first()
    if known is None:
        version = actions.start_procedure(code=code, title="New", by=by, **kind)
    else:
        prepared = ProcedureVersion.objects.filter(procedure=known.procedure).prepared().first()
        if prepared is not None and prepared.side == "":
            actions.withdraw_version(prepared, reason="For the test.", by=by)
        version = actions.draft_version(known.procedure, by=by)
    return actions.change_version(
        version, content=said or content(), revision=version.revision, by=by
    )


def consulted(code="JI", said=None, side="LV", day=None, review=None, months=None, **kind):
    """The same in consultation, with its day: today unless told otherwise."""
    version = drafted(code, said, side, **kind)
    by = version.by
    version = actions.set_version_days(
        version, effective_on=day or utc_today(), review_on=review, review_months=months,
        revision=version.revision, by=by,
    )  # fmt: skip
    return actions.open_consultation(version, by=by)


def approve(version, side):
    version.refresh_from_db()
    return actions.approve_version(
        version, sha256=version.sha256, revision=version.revision,
        by=someone(side, Role.APPROVER),
    )  # fmt: skip


def guideline_in_force(code="JI", said=None, side="LV", **days):
    """A version that both sides approved and that is in force now. `said` is `content(...)`."""
    version = consulted(code, said, side, **days)
    approve(version, "LV")
    return approve(version, "BY")
