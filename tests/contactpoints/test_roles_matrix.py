"""docs/permissions.md shows the table of rights that is in force."""

from io import StringIO

import pytest
from django.core.management import call_command

from contactpoints.management.commands.roles_matrix import PAGE, written
from contactpoints.models import Role, Unit
from contactpoints.roles import CODENAMES

# Not read here, but the standing groups of this folder are made in it.
pytestmark = pytest.mark.django_db


def test_every_role_has_its_rights_and_every_right_exists():
    known = {codename for codename, _meaning in Unit._meta.permissions}
    assert set(CODENAMES) == set(Role)
    assert set().union(*CODENAMES.values()) == known


def test_the_page_shows_the_present_table():
    page = PAGE.read_text("utf-8")
    assert page == written(page), "Run: manage.py roles_matrix --write"


def test_the_command_prints_a_row_for_each_role():
    out = StringIO()
    call_command("roles_matrix", stdout=out)
    for role in Role:
        assert f"| {role.label} |" in out.getvalue()


def test_an_administrator_sees_no_incident_content():
    assert not {name for name in CODENAMES[Role.ADMINISTRATOR] if "incident" in name}


def test_guests_and_readers_change_nothing():
    for role in (Role.AUDITOR, Role.EXPERT):
        assert CODENAMES[role] <= {
            "view_incidents", "view_alerts", "view_investigations", "read_audit",
            "view_activities",
        }  # fmt: skip


def test_the_data_protection_officer_changes_how_long_and_nothing_else():
    assert CODENAMES[Role.DATA_PROTECTION] == {
        "view_incidents", "read_audit", "set_retention", "place_holds", "search_subjects",
        "view_investigations", "view_activities",
    }  # fmt: skip
