"""Headlines from the list: read by each in the own language, and never more than was released."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from bordercoop.errors import Invalid, Refused
from bordercoop.formats.cap import parse
from bordercoop.reference import lists
from bordercoop.reference.models import Phrase, Place, forget, terms, utc_today
from bordercoop.reference.phrases import SLOTS, slots_of
from bordercoop.web.both import Both
from bordercoop.web.finding.query import read
from contactpoints import actions as desk_actions
from contactpoints.board import card_of
from contactpoints.models import Alert, Delivery
from contactpoints.saying import say, usable_headlines, usable_phrases
from incidents.actions import (
    answer_proposal,
    export_alerts,
    export_incidents,
    propose_fields,
    recall_release,
    release_incident,
    supplement_incident,
    translate_text,
)
from incidents.comparing import compared, kept_for
from incidents.content import RELEASABLE, crosses, laid_over, released
from incidents.content.headline import fits
from incidents.models import Share
from incidents.paper_forms import filled_form
from incidents.search import found_in, snippet
from incidents.texts import headline_of, headlines_of, tabs
from tests.incidents.doors import sent, typed

pytestmark = pytest.mark.django_db

SIGN = {"code": "crossed_at_sign"}
FACTS = {"people_total": 7341, "border_sign": "EX-9917", "direction": "BY>LV"}
# The values of the slots, as no other text of a test would have them.
SECRETS = ("7341", "EX-9917")
EN = "7341 persons crossed the line near border sign EX-9917. From Belarus to Latvia"
RU = "7341 лицо пересекло линию границы у пограничного знака EX-9917. Из Беларуси в Латвию"
BE = "7341 асоба перасекла лінію мяжы каля памежнага знака EX-9917. З Беларусі ў Латвію"
LV = "7341 persona šķērsoja robežlīniju pie robežzīmes EX-9917. No Baltkrievijas uz Latviju"
NARRATIVE = {"narrative": "Tracks.", "internal_note": ""}


@pytest.fixture
def listed(incident):
    """An incident whose headline is from the list."""

    def make(**changes):
        said = {"headline": "", "headline_template": SIGN, **FACTS, **NARRATIVE}
        return incident(**{**said, **changes})

    return make


@pytest.fixture
def release(people, unit, both_sides_on_duty):
    def go(case, fields=None, desk="DESK-POL"):
        alert = release_incident(case, desks=[unit(desk)], fields=fields, by=people.dgp_duty)
        return alert.deliveries.get(desk__code=desk)

    return go


def copy(case):
    return Share.objects.get(incident=case, unit__code="DESK-POL")


def own(case):
    return case.shares.get(own=True)


def all_but(*names):
    return [name for name in RELEASABLE if name not in names]


def test_every_category_that_may_cross_has_a_headline_and_no_other_has():
    rows = usable_headlines()
    for term in terms("incident_category").values():
        assert any(fits(row, term.code) for row in rows) == crosses(term.code), term.code
    for row in rows:
        assert all(SLOTS[name].fact for name in slots_of(row.name_en)), row.code
    assert not {row.code for row in rows} & {row.code for row in usable_phrases()}
    with pytest.raises(Invalid):
        say("crossed_at_sign", {"count": 1, "sign": "2", "direction": "BY>LV"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.filter(code="crossed_at_sign").update(category="")


def test_each_reader_reads_it_in_the_own_language(listed, release, people, carry_out, mailbox,
                                                  signed_in, api):  # fmt: skip
    case = listed(language="lv")
    assert own(case).fields["headline_template"] == {
        "code": "crossed_at_sign", "version": 1,
        "values": {"count": 7341, "sign": "EX-9917", "direction": "BY>LV"},
    }  # fmt: skip
    assert own(case).headline == LV
    delivery = release(case)
    for language, text in (("ru", RU), ("en", EN), ("lv", LV)):
        with override(language):
            card = card_of(delivery, people.pol_duty)
            assert (card.title, card.title_language) == (text, language)
            assert card.title_mark == "original"
            assert headline_of(copy(case))[:2] == (text, language)
    raw = desk_actions.write_cap(delivery, by=people.pol_duty)
    said = {info.language: info.headline for info in parse(raw, most=1_000_000).infos}
    assert (said["lv-LV"], said["ru"], len(said)) == (LV, RU, 4)
    people.pol_duty.language = "ru"
    people.pol_duty.save()
    carry_out()
    letters = mailbox.to(people.pol_duty)
    assert letters
    assert all(RU in letter.get_body().get_content() for letter in letters)
    client = signed_in(people.pol_duty)
    for address in (f"/incidents/{case.uid}/", "/incidents/", "/console/"):
        page = client.get(address).content.decode()
        assert RU in page, address
    answer = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/").json()
    assert answer["headlines"]["be"].startswith("7341 асоба перасекла")
    assert (answer["headline"], answer["language"]) == (LV, "lv")


def test_search_exports_and_paper_have_it_in_the_language_of_the_reader(listed, release, people):
    case = listed(language="lv")
    release(case)
    month, by = f"{case.reported_at:%Y-%m}", people.pol_duty
    for language, text, word in (("ru", RU, "лицо"), ("lv", LV, "persona"), ("be", BE, "асоба")):
        with override(language):
            for made in (
                export_incidents({}, form="csv", by=by),
                export_alerts(month, form="csv", by=by),
            ):
                assert text in b"".join(made.pieces).decode("utf-8-sig")
            (hit,) = found_in(by, read("persona 7341"), 5).hits
            assert hit.title == text
            pieces = snippet(copy(case), read(word))
            assert "".join(piece for piece, _found in pieces) == text
            assert (word, True) in pieces
    paper = filled_form(case, copy(case), both=Both("ru", "lv"), by=by, at=case.reported_at)
    assert paper["forms"][0]["headline"] == [RU, LV]
    # What somebody translated is not passed off as the words of the other side.
    alert = Alert.objects.get(about=f"incident:{case.uid}")
    alert.card["texts"]["ru"] = {"headline": "Human", "mark": "human"}
    Alert.objects.filter(pk=alert.pk).update(card=alert.card)
    with override("ru"):
        out = b"".join(export_alerts(month, form="csv", by=by).pieces).decode("utf-8-sig")
    assert LV in out
    assert "Human" not in out


@pytest.mark.parametrize("withheld", ["people_total", "border_sign", "direction"])
def test_a_field_that_is_withheld_takes_the_headline_along(
    withheld, listed, release, people, signed_in, api
):
    case = listed()
    translate_text(case, language="ru", narrative="Следы.", by=people.dgp_officer)
    delivery = release(case, all_but(withheld))
    assert not {"headline", "headline_template"} & copy(case).fields.keys()
    assert headlines_of(copy(case)) == {}
    assert copy(case).texts["ru"]["headline"] == ""
    assert copy(case).texts["ru"]["narrative"] == "Следы."
    with override("en"):
        assert card_of(delivery, people.pol_duty).title == "Crossing outside a crossing point"
    gone = str(FACTS[withheld])
    said = [json.dumps(delivery.alert.card), json.dumps(copy(case).fields)]
    by = api(people.pol_duty)
    for path in (f"incidents/{case.uid}/", f"incidents/{case.uid}/texts/", "incidents/", "alerts/"):
        said.append(by.get(f"/api/v1/{path}").content.decode())
    client = signed_in(people.pol_duty)
    for path in (f"incidents/{case.uid}/", f"incidents/{case.uid}/versions/", "console/"):
        said.append(client.get(f"/{path}").content.decode())
    assert not [text for text in said if gone in text or "crossed_at_sign" in text]
    preview = signed_in(people.dgp_duty).get(
        f"/incidents/{case.uid}/release/",
        {"part": "preview", "chosen": "1", "fields": all_but(withheld)},
    )
    assert preview.context["preview"].headline == ""
    assert preview.context["preview_untold"]


def test_taken_back_later_it_goes_from_every_earlier_word(listed, release, people, signed_in, api):
    """Released whole; then the count is withheld: also where the headline is in words by then."""
    case = listed()
    first = release(case)
    assert RU in str(first.alert.card)
    propose_fields(copy(case), values={"headline": "Eight"}, reason="No.", by=people.pol_duty)
    supplement_incident(
        case, version=1, changes={"headline": "A group crossed"}, by=people.dgp_officer
    )
    release(case, all_but("people_total", "border_sign"))
    for delivery in Delivery.objects.about(case.ref):
        assert not [secret for secret in SECRETS if secret in json.dumps(delivery.card)]
    doors = signed_in(people.pol_duty), api(people.pol_duty)
    for door, path in zip(doors, ("/incidents/", "/api/v1/incidents/"), strict=True):
        proposals = door.get(f"{path}{case.uid}/proposals/").content.decode()
        assert "Eight" in proposals
        assert not [secret for secret in SECRETS if secret in proposals]
    share = copy(case)
    assert (share.headline, share.fields["headline_template"]) == ("A group crossed", None)
    kept = kept_for(case, share)
    assert [one.content.get("headline") for one in kept] == [None, "A group crossed"]
    rows = compared(kept[0].content, kept[1].content)
    assert not [secret for secret in SECRETS if secret in str(rows) + str(kept)]


def test_an_older_headline_goes_too_when_another_release_came_between(listed, release, people):
    case = listed()
    first = release(case)
    supplement_incident(case, version=1, changes={"headline": "In words"}, by=people.dgp_officer)
    release(case)
    first.refresh_from_db()
    assert RU in str(first.alert.card)
    release(case, all_but("people_total"))
    for delivery in Delivery.objects.about(case.ref):
        assert "7341" not in json.dumps(delivery.card)


def test_a_headline_is_not_turned_into_words_by_taking_its_template_away(listed, people):
    case = listed()
    with pytest.raises(Invalid) as refusal:
        supplement_incident(
            case, version=1, changes={"headline_template": None}, by=people.dgp_officer
        )
    assert list(refusal.value.fields) == ["headline"]
    with pytest.raises(Invalid):
        supplement_incident(
            case, version=1, changes={"headline_template": None, "headline": EN},
            by=people.dgp_officer,
        )  # fmt: skip
    changes = {"headline_template": None, "headline": "In words"}
    supplement_incident(case, version=1, changes=changes, by=people.dgp_officer)
    assert own(case).headline == "In words"


def test_no_number_of_digits_breaks_the_form(people, signed_in):
    form = typed(headline="", headline_template="crossed_at_sign." + "9" * 5000)
    answer = signed_in(people.dgp_officer).post("/incidents/new/", form)
    assert answer.status_code == 422 or "headline_template" in answer.context["form"].errors


def test_narrowed_at_the_same_version_and_recalled_nothing_is_left(listed, release, people, unit):
    case = listed()
    first = release(case)
    release(case, ["headline", "people_total", "direction"])
    first.refresh_from_db()
    for text in (json.dumps(first.card), json.dumps(copy(case).fields), str(copy(case).texts)):
        assert "EX-9917" not in text
        assert "line near" not in text
    release(case)
    recall_release(case, desks=[unit("DESK-POL")], reason="Wrong desk.", by=people.dgp_head)
    for delivery in Delivery.objects.about(case.ref):
        assert not [secret for secret in SECRETS if secret in json.dumps(delivery.card)]


def test_a_later_report_says_the_new_facts_and_the_old_copy_the_old(listed, release, people):
    case = listed()
    translate_text(case, language="lv", narrative="Pēdas.", by=people.dgp_officer)
    release(case)
    supplement_incident(case, version=1, changes={"people_total": 21}, by=people.dgp_officer)
    assert own(case).headline.startswith("21 persons crossed")
    assert copy(case).headline == EN
    assert not own(case).texts["lv"]["stale"], "what somebody translated has not changed"
    with override("ru"):
        assert headline_of(own(case))[0].startswith("21 лицо пересекло")
        assert headline_of(copy(case))[0] == RU
    supplement_incident(case, version=2, changes={"people_total": 21}, by=people.dgp_officer)
    case.refresh_from_db()
    assert case.version == 2
    with pytest.raises(Invalid) as refusal:
        supplement_incident(case, version=2, changes={"border_sign": ""}, by=people.dgp_officer)
    assert list(refusal.value.fields) == ["headline_template"]
    with pytest.raises(Invalid):
        supplement_incident(case, version=2, changes={"category": "REF"}, by=people.dgp_officer)
    supplement_incident(case, version=2, changes={"headline": "In words"}, by=people.dgp_officer)
    assert own(case).fields["headline_template"] is None
    supplement_incident(case, version=3, changes={"headline_template": SIGN}, by=people.dgp_officer)
    assert own(case).headline.startswith("21 persons")


def test_it_keeps_its_wording_and_an_old_wording_is_not_chosen_anew(listed, people, incident):
    case = listed()
    row = Phrase.objects.get(code="crossed_at_sign")
    row.name_en, row.version = "{count} went over, {sign}, {direction}", 2
    row.save(update_fields=["name_en", "version"])
    forget()
    supplement_incident(case, version=1, changes={"people_total": 5}, by=people.dgp_officer)
    assert own(case).headline.startswith("5 persons crossed the line")
    for wrong in ({**SIGN, "version": 1}, {**SIGN, "version": 3}):
        with pytest.raises(Invalid):
            listed(headline_template=wrong)
    assert own(listed()).headline.startswith("7341 went over")
    Phrase.objects.filter(code="crossed_at_sign").update(
        retired_at=row.edited_at or case.reported_at
    )
    forget()
    supplement_incident(case, version=2, changes={"people_total": 6}, by=people.dgp_officer)
    with pytest.raises(Invalid):
        listed()
    forget()


BAD = [
    ({"headline_template": {"code": "entry_refused"}}, "headline_template"),
    ({"headline_template": {"code": "persons_detained"}}, "headline_template"),
    ({"headline_template": {"code": ["x"]}}, "headline_template"),
    ({"headline_template": {}}, "headline_template"),
    ({"headline_template": "crossed_at_sign"}, "headline_template"),
    ({"people_total": None}, "headline_template"),
    ({"headline_template": {**SIGN, "values": {"count": 7342}}}, "headline_template"),
    ({"headline": "In words too"}, "headline"),
    ({"headline_template": None}, "headline"),
    ({"language": "xx"}, "language"),
    ({"category": ["x"]}, "category"),
]  # fmt: skip


def test_what_does_not_fit_is_refused_with_a_sentence_there(listed):
    for changes, field in BAD:
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            listed(**changes)
        assert field in refusal.value.fields, changes
        assert str(refusal.value.fields[field][0]).endswith(".")


def test_lists_of_goods_are_named_in_the_readers_words_and_not_at_length(incident):
    place = Place.objects.filter(retired_at=None, kind=Place.Kind.CROSSING).first()
    kinds = list(terms("goods_kind"))[:5]
    case = incident(
        category="CBC-TOB", headline="", place=place.code, language="ru",
        headline_template={"code": "smuggling_at_place"},
        goods=[{"kind": kind} for kind in (kinds[0], *kinds)],
    )  # fmt: skip
    named = ", ".join(terms("goods_kind")[kind].name_ru for kind in kinds[:3])
    assert own(case).headline == f"Контрабанда товаров: {named}. Место: {place.name_ru}"
    content = own(case).fields
    assert "headline" not in released(content, ["headline", "place"])
    assert "headline" in released(content, ["headline", "place", "goods"])


def test_what_the_other_side_proposes_makes_it_anew(listed, release, people):
    case = listed()
    release(case)
    for values, headline in (
        ({"people_total": 2}, "2 persons crossed the line near border sign EX-9917. "),
        ({"headline": "Two people"}, "Two people"),
    ):
        made = propose_fields(copy(case), values=values, reason="We counted.", by=people.pol_duty)
        answer_proposal(made, answers=dict.fromkeys(values, "accept"), by=people.dgp_duty)
        assert own(case).headline.startswith(headline)
        release(case)
    with pytest.raises(Invalid):
        propose_fields(
            copy(case), values={"headline_template": SIGN}, reason="No.", by=people.pol_duty
        )
    assert laid_over({"headline": "a"}, {"severity": 2})["headline"] == "a"


def test_from_the_form_it_is_chosen_seen_and_changed(people, signed_in):
    people.dgp_officer.language = "en"
    people.dgp_officer.save()
    client = signed_in(people.dgp_officer)
    given = typed(
        headline="", headline_template="crossed_at_sign.1", people_total="7341",
        border_sign="EX-9917", direction="BY>LV", language="en",
    )  # fmt: skip
    page = client.post("/incidents/new/", {**given, "show": "headline"})
    assert page.status_code == 200
    assert page.context["headline_preview"].own == EN
    assert RU in page.content.decode()
    assert not page.context["form"].errors
    gapped = client.post("/incidents/new/", {**given, "people_total": "x", "show": "headline"})
    assert gapped.context["headline_preview"].own.startswith("____ persons crossed")
    for wrong, field in (
        ({"headline": "Mine"}, "headline"),
        ({"headline_template": ""}, "headline"),
        ({"headline_template": "crossed_at_sign.7"}, "headline_template"),
        ({"direction": ""}, "headline_template"),
    ):
        refused = client.post("/incidents/new/", {**given, **wrong})
        assert (refused.status_code, [*refused.context["form"].errors]) == (400, [field]), wrong
        assert 'value="crossed_at_sign.1" data-for="UBC-LND" selected' in (
            refused.content.decode()
        ) or wrong == {"headline_template": ""}
    done = client.post("/incidents/new/", given)
    assert done.status_code == 302
    address = done["Location"].split("?")[0].replace("release/", "")
    form = client.get(f"{address}supplement/").context["form"]
    assert form["headline"].value() == ""
    assert form["headline_template"].value() == "crossed_at_sign.1"
    later = {**given, "version": "1", "people_total": "21"}
    assert client.post(f"{address}supplement/", later).status_code == 302
    assert "21 persons crossed" in client.get(address).content.decode()
    stale = client.post(f"{address}supplement/", {**later, "people_total": "5"})
    assert stale.status_code == 409


def test_the_api_takes_and_gives_it(people, api):
    by = api(people.dgp_officer)
    phrases = {one["code"]: one for one in by.get("/api/v1/phrases/").json()}
    assert phrases["crossed_at_sign"]["category"] == "UBC-LND"
    assert phrases["persons_detained"]["category"] == ""
    said = {**sent(), **FACTS, "headline_template": {**SIGN, "version": 1}}
    said = {name: value for name, value in said.items() if value is not None}
    assert by.post("/api/v1/incidents/", said).status_code == 400
    del said["headline"]
    made = by.post("/api/v1/incidents/", said).json()
    template = made["headline_template"]
    assert template["values"] == {"count": 7341, "sign": "EX-9917", "direction": "BY>LV"}
    address = f"/api/v1/incidents/{made['uid']}/supplements/"
    echo = by.post(address, {"version": 1, "headline_template": template, "severity": 2})
    assert echo.json()["headline_template"] == template
    differs = {"version": 2, "headline_template": template, "people_total": 3}
    assert "headline_template" in by.post(address, differs).json()["fields"]
    words = by.post(address, {"version": 2, "headline": "In words"}).json()
    assert (words["headline"], words["headline_template"]) == ("In words", None)


def test_both_sides_change_the_list_and_it_refuses_what_no_report_fills(people, incident):
    row = lists.PHRASES.row("crossed_at_sign")
    slots = "{count} {sign} {direction}"
    wrong = {
        "name_en": {"name_en": "{count} {time} {direction}"},
        "name_lv": {"name_lv": "{count} {sign}"},
        "category": {"category": ""},
        "group": {"group": "people", "category": ""},
    }
    for field, values in wrong.items():
        with pytest.raises(Invalid) as refusal:
            lists.cleaned(lists.PHRASES, values, row)
        assert field in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        lists.cleaned(lists.PHRASES, {"category": "ASY"}, row)
    with pytest.raises(Invalid) as refusal:
        lists.cleaned(lists.PHRASES, {"category": "REF"}, lists.PHRASES.row("queue"))
    assert "category" in refusal.value.fields
    texts = {f"name_{at}": f"{at}: {slots}" for at in ("lv", "be", "ru", "en")}
    made = desk_actions.propose_change(
        "phrases", "new_headline", deed="add", values={
            **texts, "group": "headline", "category": "UBC", "source": "Agreed.",
        }, reason="Asked for.", effective_on=utc_today(), version=0, by=people.lv_admin,
    )  # fmt: skip
    desk_actions.confirm_proposal(made, by=people.by_admin)
    forget()
    said = {"headline": "", "headline_template": {"code": "new_headline"}, **FACTS}
    assert own(incident(**said)).headline == "en: 7341 EX-9917 From Belarus to Latvia"
    with pytest.raises(Invalid):
        incident(**{**said, "category": "REF"})
    forget()


def test_with_a_headline_from_the_list_alone_there_is_nothing_to_translate(
    listed, people, signed_in
):
    case = listed(narrative="")
    assert tabs(case, own(case), people.dgp_officer) == []
    page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/texts/")
    assert (page.status_code, page.context["to_translate"]) == (200, [])
    with pytest.raises(Refused):
        translate_text(case, language="lv", headline="Cits", by=people.dgp_officer)
    said = listed()
    with pytest.raises(Invalid) as refusal:
        translate_text(
            said, language="lv", headline="Cits", narrative="Pēdas.", by=people.dgp_officer
        )
    assert list(refusal.value.fields) == ["headline"]
