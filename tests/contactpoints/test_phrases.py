"""Standard phrases: kept without language, read by each officer in the own one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils.translation import override

from bordercoop.errors import Invalid, Stale
from bordercoop.reference.models import LANGUAGES, Phrase, PhraseWording, Place, forget
from bordercoop.reference.phrases import FORMS, SLOTS, faults, filled, form_of, slots_of
from contactpoints import actions
from contactpoints.saying import keep, kept_in, of_text, say, suggestions, text_of, wording
from incidents import actions as incident_actions

# The values below are instants of that week.
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-27T10:00Z", tick=True)]

AT = "2026-11-22T02:07:00+02:00"
SILENE = {"count": 3, "time": AT}


@pytest.fixture
def place():
    return Place.objects.filter(retired_at=None, kind=Place.Kind.CROSSING).first()


@pytest.fixture
def detained(place):
    return say("persons_detained", {**SILENE, "place": place.code})


def test_every_shipped_phrase_is_filled_in_every_language():
    rows = list(Phrase.objects.all())
    assert len(rows) >= 30
    shown = {name: 2 if slot.kind == "number" else slot.sample for name, slot in SLOTS.items()}
    for phrase in rows:
        assert {frozenset(slots_of(phrase.name_in(each))) for each in LANGUAGES} == {
            frozenset(slots_of(phrase.name_en))
        }, phrase.code
        for language in LANGUAGES:
            text = phrase.name_in(language)
            headline = phrase.group == Phrase.Group.HEADLINE
            assert [*faults(text, language, headline=headline)] == []
            assert "{" not in filled(text, language, shown)
        with override("lv"):
            assert phrase.get_group_display() != ""
            assert phrase.name == phrase.name_lv


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {1: 0, 0: 1, 2: 1, 21: 1}),
        ("lv", {1: 0, 21: 0, 11: 1, 2: 1, 0: 2, 111: 1}),
        ("be", {1: 0, 21: 0, 2: 1, 24: 1, 5: 2, 11: 2, 12: 2, 0: 2, 112: 2}),
        ("ru", {1: 0, 101: 0, 3: 1, 14: 2, 20: 2}),
    ],
)
def test_a_counted_noun_stands_in_its_form(language, forms):
    assert {n: form_of(language, n) for n in forms} == forms
    assert max(forms.values()) == len(FORMS[language]) - 1


def test_each_reads_it_in_the_own_language_and_on_the_own_clock(detained, place):
    assert detained.kept == {
        "phrase": "persons_detained",
        "version": 1,
        "values": {"count": 3, "time": "2026-11-22T00:07:00Z", "place": place.code},
    }
    expected = {
        ("lv", "LV"): f"3 personas aizturētas. Vieta: {place.name_lv}, laiks: 22.11. 02:07 (Rīga)",
        ("ru", "BY"): f"3 лица задержаны. Место: {place.name_ru}, время: 22.11. 03:07 (Минск)",
        ("en", ""): f"3 persons detained. Place: {place.name_en}, time: 22.11. 00:07 (UTC)",
    }
    for (language, side), text in expected.items():
        with override(language):
            assert text_of(detained.kept, side) == text
    with override("be"):
        assert "3 асобы затрыманы" in text_of(detained.kept, "BY")
    assert detained.plain == expected["en", ""]


BAD = [
    ("nothing", {}, "phrase"),
    (["x"], {}, "phrase"),
    ("persons_detained", "x", "values"),
    ("persons_detained", {"count": -1}, "count"),
    ("persons_detained", {"count": True}, "count"),
    ("persons_detained", {"count": "9" * 100_000}, "count"),
    ("persons_detained", {"count": 1e400}, "count"),
    ("persons_detained", {"time": "yesterday"}, "time"),
    ("persons_detained", {"time": "2026-11-22T02:07:00"}, "time"),
    ("persons_detained", {"time": "0001-01-01T00:00:00+14:00"}, "time"),
    ("persons_detained", {"time": 7}, "time"),
    ("persons_detained", {"place": "NO-SUCH"}, "place"),
    ("persons_detained", {"place": ["x"]}, "place"),
    ("persons_detained", {"place": "\0"}, "place"),
    ("persons_detained", {"other": 1}, "other"),
    ("our_category", {"category": "ASY"}, "category"),
    ("our_category", {"category": "SIR"}, "category"),
    ("call_us", {"phone": "x" * 31}, "phone"),
    ("call_us", {"phone": "a\0b"}, "phone"),
    ("call_us", {"phone": " "}, "phone"),
    ("goods_found", {"what": "RESTREINT UE"}, "what"),
]


def test_what_does_not_fit_a_slot_is_refused_with_a_sentence_there():
    for code, values, field in BAD:
        with pytest.raises(Invalid) as refusal:
            say(code, values)
        assert field in refusal.value.fields, (code, field)
        assert str(refusal.value.fields[field][0]).endswith(".")


def test_a_value_is_text_and_no_slot_of_its_own():
    assert say("call_us", {"phone": "{count}"}).plain == "Please call: {count}"
    assert text_of({"phrase": "call_us", "version": 99, "values": {}}) == ""


def test_what_was_said_keeps_its_wording(detained, released, people):
    _case, delivery = released(priority="P1")
    actions.acknowledge_delivery(delivery, line=detained, by=people.pol_duty)
    delivery.refresh_from_db()
    assert (delivery.line, kept_in(delivery, "line")) == (detained.plain, detained)
    before = wording(delivery, "line", "LV")
    phrase = Phrase.objects.get(code="persons_detained")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Phrase.objects.filter(pk=phrase.pk).update(name_en="{count} held, {place}, {time}")
    phrase.name_en, phrase.version = "{count} held, {place}, {time}", 2
    phrase.save(update_fields=["name_en", "version"])
    forget()
    assert wording(delivery, "line", "LV") == before
    assert say("persons_detained", detained.values).plain.startswith("3 held")
    with pytest.raises(Stale):
        say("persons_detained", detained.values, version=1)
    kept = PhraseWording.objects.filter(code="persons_detained")
    assert sorted(kept.values_list("version", flat=True)) == [1, 2]
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        kept.update(text_en="")
    forget()


def test_words_that_are_a_phrase_are_kept_as_one():
    with override("lv"):
        assert "Izlasīts, rīkojamies" in suggestions()
        assert of_text(" izlasīts,  rīkojamies. ") == say("read_acting")
        assert of_text("Izlasīts") == "Izlasīts"
    assert of_text("") == ""


def test_a_free_line_in_place_of_a_phrase_forgets_it(released, people):
    _case, delivery = released()
    assert keep(delivery, "line", say("read_acting")) == ["line", "said"]
    assert keep(delivery, "reason", "x") == ["reason"]
    assert keep(delivery, "line", "y") == ["line", "said"]
    assert (delivery.said, delivery.line) == (None, "y")


def test_the_list_refuses_what_cannot_be_filled():
    from bordercoop.reference import lists

    phrase = lists.PHRASES.row("queue")
    wrong = {
        "{count|a}": "forms",
        "{place|a|b}": "not a number",
        "{nosuch} {count} {place}": "no slot",
        "{count} {place": "stands alone",
        "{count}": "lacks it",
    }
    for text, says in wrong.items():
        with pytest.raises(Invalid) as refusal:
            lists.cleaned(lists.PHRASES, {"name_en": text}, phrase)
        assert says in str(refusal.value.fields["name_en"][0])


# --- doors


def test_a_phrase_is_the_line_of_an_urgent_alert_through_the_page(
    released, people, signed_in, place
):
    _case, delivery = released(priority="P1")
    people.pol_duty.language = people.dgp_duty.language = "en"
    people.pol_duty.save()
    people.dgp_duty.save()
    client = signed_in(people.pol_duty)
    listed = client.get(f"/phrases/acknowledge/{delivery.uid}/")
    assert "persons detained" in listed.content.decode()
    address = f"/phrases/acknowledge/{delivery.uid}/persons_detained/"
    assert client.get(address).status_code == 200
    typed = {"count": "2", "time_date": "22.11.2026", "time_time": "03:07",
             "time_zone": "Europe/Minsk", "version": "1"}  # fmt: skip
    assert client.post(address, {**typed, "do": "acknowledge"}).status_code == 400
    typed["place"] = place.code
    seen = client.post(address, {**typed, "do": "preview"}).content.decode()
    assert "2 personas aizturētas" in seen
    assert "02:07 (Rīga)" in seen
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None
    for _twice in range(2):
        assert client.post(address, {**typed, "do": "acknowledge"}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.said["line"]["values"]["time"] == "2026-11-22T00:07:00Z"
    people.dgp_duty.language = "lv"
    people.dgp_duty.save()
    page = signed_in(people.dgp_duty).get("/console/").content.decode()
    assert "2 personas aizturētas" in page
    people.dgp_duty.language = "en"
    people.dgp_duty.save()
    assert signed_in(people.rix_duty).get(address).status_code == 404
    assert client.get(f"/phrases/nothing/{delivery.uid}/").status_code == 404
    assert client.get(f"/phrases/acknowledge/{delivery.uid}/nothing/").status_code == 404
    assert client.get("/phrases/").status_code == 200
    assert signed_in(people.stranger).get("/phrases/").status_code == 404


def test_the_console_takes_the_suggested_words_as_a_phrase(released, people, signed_in):
    _case, delivery = released(priority="P2")
    people.pol_duty.language = "ru"
    people.pol_duty.save()
    client = signed_in(people.pol_duty)
    client.post(f"/deliveries/{delivery.uid}/acknowledge/", {"note": "Прочитано, действуем"})
    delivery.refresh_from_db()
    assert (delivery.line, delivery.said["line"]["phrase"]) == (
        "Read, acting on it",
        "read_acting",
    )


def test_the_api_takes_and_gives_phrases(released, people, api, place):
    case, delivery = released(priority="P1")
    by, lv = api(people.pol_duty), api(people.dgp_duty)
    listed = {one["code"]: one for one in by.get("/api/v1/phrases/").json()}
    assert [slot["kind"] for slot in listed["persons_detained"]["slots"]] == [
        "number", "place", "time",
    ]  # fmt: skip
    phrase = {"code": "persons_detained", "values": {**SILENE, "place": place.code}}
    shown = by.post("/api/v1/phrases/preview/", phrase)
    assert (shown.status_code, shown.json()["version"]) == (200, 1)
    door = f"/api/v1/deliveries/{delivery.uid}/acknowledge/"
    for wrong in ({"code": "no"}, {"code": "queue"}, {"code": 7, "values": []}, "x", [1]):
        assert by.post(door, {"phrase": wrong}).status_code == 400
    assert by.post(door, {"phrase": phrase, "note": "and words"}).status_code == 400
    assert by.post(door, {"phrase": {**phrase, "version": 7}}).status_code == 409
    done = by.post(door, {"phrase": phrase})
    assert (done.status_code, done.json()["said"]["line"]["phrase"]) == (200, "persons_detained")
    read = lv.get(f"/api/v1/deliveries/{delivery.uid}/").json()
    assert read["said"]["line"]["values"]["count"] == 3
    assert "(" in read["note"]
    assert read["note"] != delivery.line
    notes = f"/api/v1/incidents/{case.uid}/notes/"
    made = lv.post(notes, {"phrase": {"code": "need_position"}, "audience": "shared"})
    assert made.status_code == 201
    assert lv.post(notes, {"text": ""}).status_code == 400
    theirs = by.get(notes).json()[-1]
    assert theirs["said"]["text"]["phrase"] == "need_position"


def test_a_note_of_both_sides_is_read_in_each_language(released, people, signed_in):
    case, _delivery = released()
    said = say("vehicle_identity", {"vehicle": "<b>AB 1234-2</b>"})
    note = incident_actions.add_note(case, text=said, audience="shared", by=people.pol_duty)
    again = incident_actions.add_note(
        case, text=said, audience="shared", client_ref=note.client_ref, by=people.pol_duty
    )
    assert again == note
    people.dgp_duty.language = "lv"
    people.dgp_duty.save()
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "identitātes apstiprinājums: &lt;b&gt;AB 1234-2&lt;/b&gt;" in page
    address = f"/phrases/note/{case.uid}/need_photographs/"
    assert signed_in(people.rix_duty).get(address).status_code == 404
    client = signed_in(people.pol_duty)
    assert client.post(address, {"version": "1", "do": "shared"}).status_code == 302
    assert case.notes.filter(said__text__phrase="need_photographs", audience="shared").count() == 1


def test_a_phrase_refuses_as_well(released, people):
    _case, delivery = released(priority="P1")
    until = say("no_patrol", {"until": datetime(2026, 11, 22, 6, tzinfo=UTC)})
    done = actions.decline_delivery(delivery, reason=until, by=people.pol_duty)
    done.refresh_from_db()
    assert done.said.keys() == {"line", "reason"}
    with override("lv"):
        assert wording(done, "reason", "LV") == "Brīva norīkojuma nav līdz 22.11. 08:00 (Rīga)"
