"""Free text: one place says what can be kept, and every verb that takes words asks there."""

import pytest

from bordercoop.errors import Invalid
from bordercoop.reference.wording import fault, worded
from contactpoints.models import Role
from incidents import actions
from incidents.handling import parsed
from tests import made_files

MARKED = "SECRET UE/EU SECRET"


@pytest.mark.parametrize(
    ("text", "kept"), [("  two\n words ", "two words"), ("", ""), ("x" * 9, "x" * 9)]
)
def test_what_can_be_kept_loses_only_its_outer_space(text, kept):
    assert worded(text, "note", most=9, one_line=True) == kept


@pytest.mark.parametrize("text", ["x" * 10, "a\x00b", "TLP", ""])
def test_a_fault_is_a_sentence_and_nothing_else_is(text):
    assert bool(fault(text, 9)) == (text in ("x" * 10, "a\x00b"))


@pytest.mark.parametrize("text", ["", "   ", "\n", "\u200b", "\u00a0"])
def test_nothing_visible_is_empty(text):
    with pytest.raises(Invalid) as refusal:
        worded(text, "reason", most=9, empty="Write it.")
    assert refusal.value.fields == {"reason": ["Write it."]}


@pytest.mark.django_db
def test_no_verb_keeps_text_that_is_marked_as_classified(people, officer, released, incident, unit):
    people.pol_duty, people.dgp_head, people.dgp_leader
    case, _delivery = released()
    other = incident()
    reporter = officer("lv.second", "LV-DGP", Role.OFFICER)
    upload = made_files.upload(made_files.pdf(), "a.pdf")
    file = actions.attach_file(case, made_files.upload(made_files.pdf(), "b.pdf"), by=reporter)
    desk = unit("DESK-MSQ")
    attempts = {
        "return": lambda: actions.return_incident(case, reason=MARKED, by=people.dgp_leader),
        "withdraw": lambda: actions.withdraw_incident(case, reason=MARKED, by=people.dgp_duty),
        "merge": lambda: actions.merge_incidents(case, other, reason=MARKED, by=people.lv_hq),
        "link": lambda: actions.link_incidents(
            case, other, kind="same_group", note=MARKED, by=people.dgp_duty
        ),
        "consent": lambda: actions.ask_consent(case, to=desk, purpose=MARKED, by=people.pol_duty),
        "attach": lambda: actions.attach_file(case, upload, description=MARKED, by=reporter),
        "hand over": lambda: actions.hand_over(file, to=MARKED, purpose="x", by=people.dgp_duty),
        "withdraw a file": lambda: actions.withdraw_attachment(file, reason=MARKED, by=reporter),
        "seal": lambda: actions.add_sealed_person(
            case, content={"name_latin": "X", "remarks": MARKED}, by=people.dgp_duty
        ),
        "marking": lambda: parsed("H3", "AMBER", MARKED),
    }
    for attempt in attempts.values():
        with pytest.raises(Invalid, match="not accredited"):
            attempt()
