"""Why can I see this? Every page says it, and tells nothing that the page itself would not."""

import re

import pytest
from django.urls import get_resolver

from contactpoints.models import Role
from contactpoints.roles import CODENAMES, MEANINGS
from contactpoints.why import RIGHTS

pytestmark = pytest.mark.django_db


def why(browser, path):
    return browser.get("/why/", {"of": path})


def test_every_right_has_its_meaning():
    assert set(MEANINGS) == set().union(*CODENAMES.values())
    named = [{right} if isinstance(right, str) else set(right) for right in RIGHTS.values()]
    assert set().union(*named) <= set(MEANINGS)


def test_it_names_the_posting_the_right_and_its_reach(people, signed_in):
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    page = why(signed_in(people.dgp_duty), "/console/").content.decode()
    assert "Duty officer, Daugavpils desk" in page
    assert "See the alerts of these desks" in page
    assert re.search(r"and \d+ more units of your side", page)


def test_it_names_every_posting_that_gives_the_right(people, signed_in, unit):
    from contactpoints import actions

    actions.post_officer(people.dgp_duty, unit=unit("LV-RIX"), role=Role.OFFICER, by=None)
    page = why(signed_in(people.dgp_duty), "/incidents/")
    assert len(page.context["reasons"]) == 2


def test_the_owner_and_the_one_who_was_told_read_different_reasons(people, signed_in, released):
    case, _delivery = released()
    path = f"/incidents/{case.uid}/"
    for who in (people.dgp_duty, people.pol_duty):
        who.language = "en"
        who.save(update_fields=["language"])
    own = why(signed_in(people.dgp_duty), path).content.decode()
    theirs = why(signed_in(people.pol_duty), path).content.decode()
    assert "You read the whole record of your side" in own
    assert "was released to Polotsk desk" in theirs
    assert "Ask the second patrol" not in theirs


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "//evil.example/", "javascript:alert(1)", "https://evil.example/", "x" * 5000,
     "/incidents/0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d/", "/people/", "/messages/"],
)  # fmt: skip
def test_what_one_may_not_see_is_not_explained(people, signed_in, path):
    assert why(signed_in(people.dgp_duty), path).status_code == 404


def test_an_incident_that_was_not_released_does_not_exist_here_either(
    people, signed_in, incident, both_sides_on_duty
):
    case = incident()
    assert why(signed_in(people.pol_duty), f"/incidents/{case.uid}/").status_code == 404


def test_ones_own_page_takes_no_right(people, signed_in):
    page = why(signed_in(people.dgp_duty), "/profile/")
    assert page.status_code == 200
    assert page.context["right"] == ""


def test_every_page_of_the_portal_that_takes_a_right_is_known_here():
    """A page whose view reads through rights but is missing in the table would call itself open."""
    # The officer's own, or the same for everybody signed in.
    open_to_all = {
        "home", "profile", "tour", "tokens", "welcome", "why", "usersessions_list", "health",
        "metrics", "about", "glossary", "help", "help_topic", "contact_points", "contact_point",
        "contacts", "contacts_export", "places", "places_export", "place", "emergency", "lists",
        "crossings", "crossings_export", "crossing",
        "focal_point", "focal_point_of", "list", "list_row", "units", "unit",
        "proposals", "proposal", "search", "filter_chips", "filter_rename", "filter_delete",
        "serious", "serious_new", "verify_act", "verify_form",
        "verify_certificate", "joint_operation_tag", "public_event_tie", "my_duty",
        "deployments_mine", "deployment_mine",
        "channels", "push_worker", "display",
    }  # fmt: skip
    verbs = re.compile(
        r"^(account|channel|mfa|profile|token|end|case|investigation|webhook)_|"
        r"^(person|incident|posting|place|unit|proposal|rota|shift|consent|serious|hold|absence|swap|calendar|display)_(?!new$|supplement$|release$|invite$)|"
        r"^(accept|acknowledge|decline|drawn|resend|desk_edit|line_(check|heard|drawn)|statement_recount)$"
    )
    from django.conf import settings

    known = open_to_all | set(RIGHTS) | set(settings.PAGE_RIGHTS)
    missing = []

    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern, route)
            elif not route.startswith("api/") and pattern.name and pattern.name not in known:
                missing.append(pattern.name)

    walk(get_resolver())
    assert [name for name in missing if not verbs.search(name)] == []


@pytest.mark.parametrize("path", ["/", "/console/", "/incidents/", "/incidents/new/", "/profile/"])
def test_every_page_leads_to_its_reasons(people, signed_in, path):
    page = signed_in(people.dgp_duty).get(path).content.decode()
    assert f'href="/why/?of={path}"' in page
