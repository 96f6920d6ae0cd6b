"""The act through its pages and the API: both columns, nothing typed is lost, signed with proof."""

import uuid

import pytest
from django.core.cache import cache

from incidents import actions
from incidents.models import ActSignature
from tests.conftest import PASSWORD
from tests.incidents.acts import BE, LV, TEXTS, fresh, paragraphs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests():
    cache.clear()


def page(act, name=""):
    return f"/investigations/{act.investigation.uid}/act/{name}"


def door(act, name=""):
    return f"/api/v1/investigations/{act.investigation.uid}/act/{name}"


def confirmed(browser, then):
    answer = browser.post(
        f"/accounts/reauthenticate/?next={then}", {"password": PASSWORD, "next": then}
    )
    assert answer.status_code == 302
    return browser


def typed(act, **more):
    return {
        "revision": str(fresh(act).revision), "section": "facts", "kind": "agreed",
        "client_ref": str(uuid.uuid4()), "text_lv": LV, "text_be": BE, **more,
    }  # fmt: skip


def test_begun_written_and_read_on_the_pages(acts, signed_in):
    case = acts.at("exchanged", by_language="be")
    acts.settle(case)
    browser = signed_in(acts.by)
    assert browser.get(f"/investigations/{case.uid}/act/").status_code == 200
    assert browser.get(f"/investigations/{case.uid}/act/new/").status_code == 404
    assert browser.post(f"/investigations/{case.uid}/act/draft/").status_code == 302
    act = fresh(case.act)
    answer = browser.post(page(act, "new/"), typed(act, entries=["1", "2"]))
    assert answer.status_code == 302
    other = signed_in(acts.lv)
    said = other.get(page(act)).content.decode()
    assert said.count("<b>1.1</b>") == 2
    assert LV in said
    assert BE in said
    assert 'lang="lv"' in said
    assert 'lang="be"' in said
    one = paragraphs(act)[0]
    changed = typed(act, text_be="Інакш & больш", entries=["1"])
    assert other.post(page(act, f"{one['id']}/"), changed).status_code == 302
    assert "Інакш &amp; больш" in other.get(page(act)).content.decode()
    shown = other.get(page(act, "changes/")).content.decode()
    assert BE in shown
    assert "Інакш &amp; больш" in shown
    assert other.post(page(act, f"{one['id']}/remove/"), {"revision": "1"}).status_code == 409
    assert other.post(page(act, f"{one['id']}/remove/"), {"revision": "3"}).status_code == 302
    assert paragraphs(act) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"section": "nowhere"}, {"kind": "x"}, {"entries": ["99"]}, {"entries": ["x"]},
        {"text_lv": "a\x00b"}, {"text_lv": "x" * 100_000}, {"revision": "0"}, {"revision": "x"},
        {"revision": "9" * 30}, {"client_ref": "x"}, {"text_lv": "", "text_be": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_bad_input_is_a_sentence_and_what_was_typed_stays(acts, signed_in, wrong):
    act = acts.begun()
    answer = signed_in(acts.lv).post(page(act, "new/"), typed(act, **wrong))
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "errsum" in said
    assert BE in said or "text_be" in wrong
    assert fresh(act).revision == 1


def test_somebody_elses_change_is_said_and_what_was_typed_stays(acts, signed_in):
    act = acts.begun()
    old = typed(act, text_lv="Ko es rakstīju stundu")
    acts.write(act, by=acts.by)
    answer = signed_in(acts.lv).post(page(act, "new/"), old)
    assert answer.status_code == 409
    assert "Ko es rakstīju stundu" in answer.content.decode()
    # Sent again it carries the revision that stands, for whoever has read the sentence.
    assert f'name="revision" value="{fresh(act).revision}"' in answer.content.decode()


def test_a_position_is_stated_on_the_page_of_the_paragraph(acts, signed_in):
    act = acts.write(acts.begun(), section="disputed", kind="disputed")
    one = paragraphs(act)[0]
    there = page(act, f"{one['id']}/")
    given = {"do": "position", "revision": "2", "position_lv": "Mēs", "position_be": "Мы"}
    assert signed_in(acts.by).post(there, given).status_code == 302
    assert paragraphs(act)[0]["positions"]["BY"] == {"lv": "Mēs", "be": "Мы"}
    said = signed_in(acts.lv).get(there).content.decode()
    assert "Mēs" in said
    assert 'name="position_lv"' in said


def test_a_dissent_of_the_other_side_has_no_form(acts, signed_in):
    act = acts.write(acts.begun(), kind="dissent", by=acts.by)
    there = page(act, f"{paragraphs(act)[0]['id']}/")
    assert 'name="text_lv"' not in signed_in(acts.lv).get(there).content.decode()
    answer = signed_in(acts.lv).post(there, typed(act))
    assert answer.status_code == 403


def test_the_page_asks_for_the_password_again_before_anybody_signs(acts, signed_in):
    act = acts.ready()
    browser = signed_in(acts.lv)
    there = page(act, "sign/")
    for answer in (browser.get(there), browser.post(there, {"sha256": act.sha256})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not ActSignature.objects.exists()
    confirmed(browser, there)
    shown = browser.get(there).content.decode()
    assert shown.count(act.sha256) == 2
    assert LV in shown
    assert BE in shown
    stale = browser.post(there, {"sha256": "0" * 64})
    assert stale.status_code == 409
    assert act.sha256 in stale.content.decode()
    assert browser.post(there, {"sha256": act.sha256}).status_code == 302
    assert ActSignature.objects.get().by == acts.lv


def test_no_token_signs_and_a_session_that_confirmed_does(acts, signed_in, api):
    act = acts.ready()
    answer = api(acts.lv).post(door(act, "sign/"), {"sha256": act.sha256})
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm_first")
    browser = confirmed(signed_in(acts.lv), page(act))
    answer = browser.post(
        door(act, "sign/"), {"sha256": act.sha256}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["sha256"]) == (201, act.sha256)
    assert ActSignature.objects.count() == 1


def test_whoever_only_reads_sees_no_buttons_and_is_refused(acts, people, signed_in):
    act = acts.ready()
    reader = signed_in(people.lv_auditor)
    said = reader.get(page(act)).content.decode()
    assert "/act/sign/" not in said
    assert "/act/new/" not in said
    assert reader.get(page(act, "new/")).status_code == 403
    assert reader.post(page(act, "new/"), typed(act)).status_code == 403
    assert reader.get(page(act, "sign/")).status_code == 302


def test_the_api_writes_reads_and_never_answers_with_the_words(acts, api):
    case = acts.at("exchanged", by_language="be")
    acts.settle(case)
    lv, by = api(acts.lv), api(acts.by)
    root = f"/api/v1/investigations/{case.uid}/act/"
    assert lv.get(root).status_code == 404
    made = lv.post(root)
    assert made.status_code == 201
    given = {"section": "facts", "texts": TEXTS, "entries": [1], "revision": 1,
             "client_ref": str(uuid.uuid4())}  # fmt: skip
    answer = lv.post(f"{root}paragraphs/", given)
    assert answer.status_code == 201
    assert "Pēdas" not in answer.content.decode()
    again = lv.post(f"{root}paragraphs/", given)
    assert again.json()["revision"] == 2
    read = by.get(root).json()
    assert read["paragraphs"][0]["texts"] == TEXTS
    assert read["languages"] == ["lv", "be"]
    one = read["paragraphs"][0]["id"]
    stale = by.post(f"{root}paragraphs/{one}/", {"texts": TEXTS, "revision": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    ok = by.post(f"{root}paragraphs/{one}/", {"texts": {"lv": "x", "be": "y"}, "revision": 2})
    assert ok.json()["revision"] == 3
    assert [row["deed"] for row in by.get(f"{root}changes/").json()] == [
        "changed", "written", "begun",
    ]  # fmt: skip
    wrong = by.post(f"{root}paragraphs/{one}/position/", {"texts": TEXTS, "revision": 3})
    assert wrong.json()["code"] == "not_disputed"
    assert by.post(f"{root}paragraphs/{one}/remove/", {"revision": 3}).json()["revision"] == 4
    for bad in ({"section": "facts", "texts": {"lv": "a\x00"}, "revision": 4},
                {"section": "facts", "texts": "x", "revision": 4},
                {"section": "x", "texts": TEXTS, "revision": 4}, {}):  # fmt: skip
        assert by.post(f"{root}paragraphs/", bad).status_code == 400, bad
    half = '{"section": "facts", "revision": 4, "texts": {"lv": "\\ud800"}}'
    answer = by.post(f"{root}paragraphs/", half, content_type="application/json")
    assert answer.status_code == 400


def test_a_change_of_the_signed_text_shows_on_the_page(acts, signed_in):
    act = acts.ready()
    acts.sign(act, acts.lv)
    one = paragraphs(act)[0]
    actions.change_paragraph(
        act, one["id"], texts={"lv": "x", "be": "y"}, revision=act.revision, by=acts.by
    )
    acts.lv.language = "en"
    acts.lv.save(update_fields=["language"])
    said = signed_in(acts.lv).get(page(act)).content.decode()
    assert "The act was changed." in said
    assert "Nobody has signed it." in said


def test_the_page_asks_as_little_for_twenty_paragraphs_as_for_one(
    acts, signed_in, django_assert_max_num_queries
):
    act = acts.ready()
    browser = signed_in(acts.lv)
    browser.get(page(act))
    for _more in range(19):
        acts.write(act, entries=[1, 2])
    with django_assert_max_num_queries(22):
        browser.get(page(act))
