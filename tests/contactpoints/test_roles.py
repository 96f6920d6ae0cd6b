"""The matrix of rights: role by codename, and how far a posting reaches."""

import pytest

from contactpoints.access import forget_grants, grants_of
from contactpoints.models import Role, Unit
from contactpoints.roles import CODENAMES

pytestmark = pytest.mark.django_db

# Who holds each right: one line a right; a fix of a permission changes its line here too.
HOLDERS = {
    "view_incidents": " ".join(
        role.name.lower() for role in Role if role not in (Role.ADMINISTRATOR, Role.SERIOUS_HANDLER)
    ),
    "report_incidents": "officer shift_leader duty_officer head_of_point headquarters_officer",
    "annotate_incidents": (
        "officer shift_leader duty_officer head_of_point headquarters_officer "
        "representative unit_head"
    ),
    "translate_incidents": (
        "officer shift_leader duty_officer head_of_point headquarters_officer interpreter"
    ),
    "verify_incidents": "shift_leader unit_head",
    "validate_incidents": "headquarters_officer",
    "release_incidents": "duty_officer head_of_point headquarters_officer",
    "close_incidents": "shift_leader duty_officer head_of_point headquarters_officer",
    "view_alerts": "duty_officer head_of_point headquarters_officer auditor",
    "acknowledge_alerts": "duty_officer head_of_point headquarters_officer",
    "set_rota": "head_of_point headquarters_officer",
    "import_open_source": "headquarters_officer analyst",
    "administer_accounts": "administrator",
    "operate_portal": "administrator",
    "read_audit": "auditor data_protection",
    "administer_lists": "administrator",
    "break_glass": "head_of_point headquarters_officer",
    "write_sealed": "officer shift_leader duty_officer head_of_point headquarters_officer",
    "open_sealed": "duty_officer head_of_point headquarters_officer",
    "release_sealed": "head_of_point headquarters_officer",
    "merge_incidents": "headquarters_officer",
    "import_incidents": "head_of_point headquarters_officer",
    "set_retention": "data_protection",
    "place_holds": "headquarters_officer data_protection",
    "search_subjects": "data_protection",
    "handle_serious": "serious_handler",
    "recall_releases": "head_of_point headquarters_officer",
    "view_investigations": (
        "duty_officer head_of_point headquarters_officer representative unit_head approver "
        "auditor data_protection"
    ),
    "lead_investigations": "headquarters_officer representative",
    "sign_acts": "representative",
    "hold_meetings": "representative",
    "inspect_signs": "officer shift_leader headquarters_officer representative",
    "draft_guidelines": "headquarters_officer representative",
    "approve_guidelines": "approver",
    "file_anomalies": "analyst",
    "draft_sops": "headquarters_officer analyst",
    "approve_sops": "approver",
    "read_risks": "headquarters_officer analyst approver",
    "write_risks": "analyst",
    "approve_risks": "approver",
    "task_reports": "headquarters_officer analyst",
    "answer_recommendations": "head_of_point headquarters_officer unit_head analyst",
    "view_activities": " ".join(
        role.name.lower()
        for role in Role
        if role not in (Role.EXPERT, Role.ADMINISTRATOR, Role.SERIOUS_HANDLER)
    ),
    "plan_activities": "headquarters_officer coordinator",
    "nominate": "head_of_point headquarters_officer unit_head coordinator",
    "approve_nominations": "head_of_point headquarters_officer unit_head",
    "sign_plans": "approver",
}
WITHIN = {
    "LV-SBG": lambda unit: unit.side == "LV",
    "LV-DGP": lambda unit: unit.code == "DESK-DGP" or unit.code.startswith("LV-DGP"),
    "LV-DGP-SIL": lambda unit: unit.code == "LV-DGP-SIL",
    "DESK-DGP": lambda unit: unit.code == "DESK-DGP" or unit.code.startswith("LV-DGP"),
    "DESK-RIX": lambda unit: unit.code == "DESK-RIX" or unit.code.startswith("LV-RIX"),
    "BY-GPK": lambda unit: unit.side == "BY",
    "BY-MSQ": lambda unit: "-MSQ" in unit.code,
    "DESK-POL": lambda unit: unit.code == "DESK-POL" or unit.code.startswith("BY-POL"),
    "DESK-MSQ": lambda unit: unit.code == "DESK-MSQ" or unit.code.startswith("BY-MSQ"),
    "DESK-FP-MSQ": lambda unit: unit.code == "DESK-FP-MSQ" or unit.code.startswith("BY-MSQ"),
    "EU-FRX": lambda unit: unit.code == "EU-FRX",
}


def wanted(role):
    return {right for right, roles in HOLDERS.items() if role.name.lower() in roles.split()}


def test_the_matrix_names_every_role_and_every_permission_of_a_unit():
    named = {name for roles in HOLDERS.values() for name in roles.split()}
    assert named == {role.name.lower() for role in Role}
    assert set(HOLDERS) == {codename for codename, _name in Unit._meta.permissions}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_exactly_what_its_row_says(role):
    assert CODENAMES[role] == wanted(role)


@pytest.mark.parametrize("code", WITHIN)
def test_a_posting_grants_its_role_within_its_reach_and_nowhere_else(code, officer):
    reached = {unit.pk for unit in Unit.objects.all() if WITHIN[code](unit)}
    assert reached
    for role in Role:
        user = officer(f"a.{role}".lower(), code, role)
        assert grants_of(user) == dict.fromkeys(wanted(role), reached), role


def test_two_postings_add_up_without_mixing_their_roles(officer, unit):
    from contactpoints import actions

    user = officer("a.b", "LV-RIX", Role.SHIFT_LEADER)
    actions.post_officer(user, unit=unit("LV-DGP-SIL"), role=Role.INTERPRETER, by=None)
    forget_grants(user)
    grants = grants_of(user)
    assert unit("LV-DGP-SIL").pk in grants["view_incidents"]
    assert unit("LV-DGP-SIL").pk not in grants["verify_incidents"]
    assert unit("LV-RIX-APT").pk in grants["verify_incidents"]


def test_a_superuser_without_a_posting_reads_nothing(people):
    people.stranger.is_superuser = True
    people.stranger.save(update_fields=["is_superuser"])
    assert grants_of(people.stranger) == {}


def test_a_right_given_to_the_whole_model_opens_nothing(people):
    from django.contrib.auth.models import Permission

    permission = Permission.objects.get(codename="view_incidents")
    people.stranger.user_permissions.add(permission)
    assert grants_of(people.stranger) == {}


def test_a_suspended_account_holds_no_right(people):
    people.dgp_duty.is_active = False
    forget_grants(people.dgp_duty)
    assert grants_of(people.dgp_duty) == {}


def test_membership_of_a_role_without_a_posting_gives_nothing(people):
    group = people.dgp_duty.postings.get().group
    group.user_set.add(people.stranger)
    assert grants_of(people.stranger) == {}


def test_rights_are_one_statement_however_many_postings(officer, unit, django_assert_num_queries):
    from contactpoints import actions

    user = officer("a.b", "LV-DGP", Role.OFFICER)
    for code in ("LV-RIX", "LV-VIL", "LV-LUD"):
        actions.post_officer(user, unit=unit(code), role=Role.SHIFT_LEADER, by=None)
    grants_of(user)  # what the groups hold is remembered in the process, as the units are
    forget_grants(user)
    with django_assert_num_queries(1):
        for codename in HOLDERS:
            grants_of(user).get(codename)


def test_a_group_made_after_the_others_were_remembered_counts_at_once(officer, unit):
    first = officer("a.b", "LV-DGP", Role.OFFICER)
    assert grants_of(first)
    later = officer("c.d", "LV-RIX", Role.SHIFT_LEADER)
    assert unit("LV-RIX").pk in grants_of(later)["verify_incidents"]


def test_a_posting_without_rights_of_its_own_is_a_role_all_the_same(officer, monkeypatch):
    from contactpoints import roles
    from contactpoints.access import roles_of

    monkeypatch.setitem(roles.CODENAMES, Role.INTERPRETER, set())
    user = officer("a.b", "LV-DGP", Role.INTERPRETER)
    assert grants_of(user) == {}
    assert [role for role, _unit in roles_of(user)] == [Role.INTERPRETER]


def test_granting_again_repairs_what_was_lost_and_takes_what_was_never_given(officer, unit):
    from contactpoints import actions
    from contactpoints.models import UnitGroupGrant

    user = officer("a.b", "LV-DGP", Role.OFFICER)
    before = grants_of(user)
    group = user.postings.get().group
    grant = UnitGroupGrant.objects.filter(group=group).first()
    UnitGroupGrant.objects.create(
        group=group, permission=grant.permission, content_object=unit("BY-POL")
    )
    grant.delete()
    actions.grant_roles()
    forget_grants(user)
    assert grants_of(user) == before
