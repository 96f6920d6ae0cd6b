"""The risk picture, its usual range, hot spots, files and anomaly reports, by page and API."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, InternalError, connection, transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import KeyReused, NotAllowed, Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints.models import Role, units
from incidents.actions import release_incident
from incidents.models import Share
from riskanalysis import actions
from riskanalysis.findings import METHOD, found_of, job_of
from riskanalysis.findings import shown as of_finding
from riskanalysis.indicators import WEEK, Asked, asked_by, digest_of, picture, this_week
from riskanalysis.models import Anomaly, Finding
from tests.incidents.doors import signed_in
from tests.riskanalysis.anomalies_made import anomaly_of

pytestmark = pytest.mark.django_db
__all__ = ["signed_in"]
SECTION_2 = {"lat": 55.72, "lon": 26.87}


def code(monday):
    return "{}-W{:02d}".format(*monday.isocalendar()[:2])


@pytest.fixture
def past(incident, people):
    """Weeks of reports of LV-DGP, the last the given; [count a week]. Copies are made by SQL."""

    def fill(counts, **said):
        model = incident(**{**SECTION_2, **said})
        share = Share.objects.get(incident=model)
        monday = this_week("LV") - WEEK
        rows = []
        with connection.cursor() as cursor:
            for back, count in enumerate(reversed(counts)):
                for n in range(count):
                    at = datetime(*(monday - back * WEEK).timetuple()[:3], 10, tzinfo=UTC)
                    rows.append(at + timedelta(days=n % 7, minutes=n))
            for n, at in enumerate(rows):
                cursor.execute(
                    "INSERT INTO incidents_incident (uid, number, client_ref, unit_id, side,"
                    " category_id, origin, exercise, state, version, reported_at, handling, tlp,"
                    " restriction) SELECT gen_random_uuid(), number || %s, gen_random_uuid(),"
                    " unit_id, side, category_id, origin, exercise, state, version, %s, handling,"
                    " tlp, restriction FROM incidents_incident WHERE id = %s RETURNING id",
                    [f"-{n}", at, model.pk],
                )
                (pk,) = cursor.fetchone()
                Share.objects.bulk_create([_copy(share, pk, at)])
        Share.objects.filter(pk=share.pk).update(exercise=True)
        while actions.count_indicators():
            pass
        return monday

    return fill


def _copy(share, pk, at):
    names = [f.attname for f in Share._meta.concrete_fields if f.name not in ("id", "search")]
    values = {name: getattr(share, name) for name in names}
    return Share(**{**values, "incident_id": pk, "reported_at": at, "happened_at": at})


@pytest.fixture
def analyst(officer):
    return officer("dgp.analyst", "LV-DGP", Role.ANALYST)


def test_page_and_api_show_the_same_and_files_hide_small_numbers(past, people, signed_in, api):
    monday = past([4, 0, 2])
    page = signed_in(people.dgp_officer).get(f"/risk/?week={code(monday)}")
    assert page.status_code == 200
    assert dict(page.context["found"].sections())[2] == 2
    text = page.content.decode()
    assert "<svg" in text
    assert "5 of 7" not in text
    answer = api(people.dgp_officer).get(f"/api/v1/risk/indicators/?week={code(monday)}").json()
    assert answer["total"] == page.context["found"].total == 2
    assert {"value": "2", "count": 2} in answer["sections"]
    trend = api(people.dgp_officer).get(f"/api/v1/risk/trend/?week={code(monday)}").json()
    assert [week["count"] for week in trend["weeks"]][-3:] == [4, 0, 2]
    browser = signed_in(people.dgp_officer)
    for name in ("trend", "sections", "hours", "categories", "means", "groups", "routes", "events"):
        for form in ("svg", "png", "csv"):
            file = browser.get(f"/risk/charts/{name}/?as={form}&week={code(monday)}")
            assert file.status_code == 200, (name, form)
            body = b"".join(file.streaming_content)
            assert body[:4] == (b"\x89PNG" if form == "png" else body[:4])
            if form == "csv" and name in ("sections", "categories"):
                assert ";2\r" not in body.decode().replace(",", ";")
                assert "…" in body.decode()
    assert (
        Entry.objects.filter(verb="data.exported", about__startswith="export:risk-").count() == 24
    )
    # Of one section alone there is no file: what another one hides would follow from it.
    one = browser.get(f"/risk/?week={code(monday)}&section=2")
    assert one.context["only_whole"] in one.content.decode()
    assert b"charts/trend/" not in one.content
    assert f"charts/hours/?week={code(monday)}&amp;as=png".encode() in one.content
    for name in ("trend", "hours"):
        address = f"/risk/charts/{name}/?as=csv&week={code(monday)}&section=2"
        assert browser.get(address).status_code == 400
    assert browser.get("/risk/charts/nothing/").status_code == 404
    assert browser.get("/risk/charts/trend/?as=exe").status_code == 400
    for query in ("week=2026-W99", "week=x", "category=NO", "side=XX", "section=77",
                  f"week={code(monday + 5 * WEEK)}"):  # fmt: skip
        assert browser.get(f"/risk/?{query}").status_code == 400, query
        assert api(people.dgp_officer).get(f"/api/v1/risk/trend/?{query}").status_code == 400
    assert signed_in(people.lv_admin).get("/risk/").status_code == 403
    assert signed_in(people.pol_duty).get(f"/risk/?week={code(monday)}").context["found"].total == 0


def test_an_extraordinary_week_is_found_filed_shared_assessed_and_closed(
    past, people, analyst, signed_in, api, carry_out, both_sides_on_duty, unit, officer, incident
):
    """By the real process that computes."""
    monday = past([2, 3, 1, 2, 2, 3, 2, 1, 3, 2] * 3 + [14])
    shown = incident(**SECTION_2)
    release_incident(shown, desks=[unit("DESK-POL")], by=people.dgp_duty)
    at = datetime(*monday.timetuple()[:3], 10, tzinfo=UTC)
    Share.objects.filter(incident=shown).update(reported_at=at)
    actions.count_indicators()
    program = api(analyst)
    assert program.get(f"/api/v1/risk/trend/?week={code(monday)}").json()["said"] == ""
    assert Finding.objects.count() == 2
    assert (
        program.post("/api/v1/risk/anomalies/", {"week": code(monday), "words": "x"}).json()["code"]
        == "no_range"
    )
    carry_out()
    trend = program.get(f"/api/v1/risk/trend/?week={code(monday)}").json()
    assert (trend["said"], trend["history"]) == ("fitted", 29)
    last = trend["weeks"][-1]
    assert last["count"] == 15
    assert 0 <= last["low"] <= 2 <= last["high"] < 12
    page = signed_in(analyst).get(f"/risk/?week={code(monday)}")
    assert page.context["bar"].above
    assert f"/risk/anomalies/new/?week={code(monday)}".encode() in page.content
    spots = program.get(f"/api/v1/risk/hotspots/?week={code(monday)}").json()
    assert len(spots["cells"]) > 120
    best = max(spots["cells"], key=lambda spot: spot["score"])
    assert best["score"] > 3
    # One cell alone is no cluster, whatever lies in it.
    assert not best["hot"]
    # The same is not computed again; what changed is.
    made = Finding.objects.get(kind="trend").made_at
    program.get(f"/api/v1/risk/trend/?week={code(monday)}")
    carry_out()
    assert Finding.objects.get(kind="trend").made_at == made

    # Nobody files what is usual, without words, or without the right.
    quiet = asked_by(analyst, week=code(monday - WEEK))
    with pytest.raises(Refused, match="no usual range"):
        actions.file_anomaly(quiet, words="More.", by=analyst)
    asked = asked_by(analyst, week=code(monday))
    with pytest.raises(NotAllowed):
        actions.file_anomaly(asked_by(people.dgp_officer), words="x", by=people.dgp_officer)
    assert (
        signed_in(people.dgp_officer).get(f"/risk/anomalies/new/?week={code(monday)}").status_code
        == 403
    )
    bare = signed_in(analyst).post(f"/risk/anomalies/new/?week={code(monday)}", {"words": " "})
    assert bare.status_code == 400
    form = {"words": "Twice as many as ever near Silene.", "client_ref": str(shown.uid)}
    for _again in range(2):
        done = signed_in(analyst).post(f"/risk/anomalies/new/?week={code(monday)}", form)
        assert done.status_code == 302
    one = Anomaly.objects.get()
    assert one.series["weeks"][-1]["count"] == 15
    assert one.common["weeks"][-1]["count"] == 1
    assert asked.week == one.week
    with pytest.raises(KeyReused):
        actions.file_anomaly(quiet, words="x", client_ref=shown.uid, by=analyst)

    # At home whoever reads the unit, at the other side nobody until it is put to both.
    path, door = f"/risk/anomalies/{one.uid}/", f"/api/v1/risk/anomalies/{one.uid}/"
    assert signed_in(people.dgp_officer).get(path).status_code == 200
    for stranger in (
        people.pol_duty,
        people.rix_duty,
        officer("sil.o", "LV-DGP-SIL", Role.OFFICER),
    ):
        assert signed_in(stranger).get(path).status_code == 404
        assert api(stranger).get(door).status_code == 404
    assert signed_in(people.dgp_officer).post(path + "share/").status_code == 403
    for _again in range(2):
        assert signed_in(analyst).post(path + "share/").status_code == 302
    theirs = api(people.pol_duty).get(door).json()
    assert theirs["weeks"][-1]["count"] == 1
    assert "15" not in json.dumps(theirs["weeks"])
    # Neither side gets the digest of both, by which it could try the figures of the other.
    assert theirs["digest"] == digest_of(one.common)
    assert program.get(door).json()["digest"] == digest_of(one.series)
    assert Entry.objects.get(verb="anomaly.filed").facts["digest"] == digest_of(one.series)
    with pytest.raises(IntegrityError), transaction.atomic():
        Anomaly.objects.filter(pk=one.pk).update(shared_at=None)
    page = signed_in(people.pol_duty).get(path)
    assert b"Counted by what your side holds" in page.content or page.status_code == 200
    assert analyst.name_latin not in page.content.decode()
    assert api(people.pol_duty).post(door + "close/", {"words": "x"}).status_code == 403
    assert program.post(door + "assess/", {"words": "A new path."}).json()["state"] == "assessed"
    assert program.post(door + "assess/", {"words": "Again."}).status_code == 409
    for _again in range(2):
        closed = program.post(door + "close/", {"words": "The path is watched."})
        assert closed.json()["state"] == "closed"
    assert [step["deed"] for step in closed.json()["steps"]] == ["shared", "assessed", "closed"]
    assert api(people.pol_duty).get(door).json()["steps"] == closed.json()["steps"]
    assert signed_in(people.pol_duty).get("/risk/anomalies/").context["rows"]
    with pytest.raises(IntegrityError), transaction.atomic():
        anomaly_of("LV-DGP", shared_at=datetime.now(UTC), filters={"category": "ASY"})
    home = anomaly_of("LV-DGP", filters={"category": "ASY", "side": "", "section": ""})
    with pytest.raises(Refused, match="never leaves"):
        actions.share_anomaly(home, by=analyst)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        home.delete()


def test_a_finding_that_fails_or_is_lost_stands_in_nobodys_way_and_what_moved_is_found_anew(
    past, people, signed_in, carry_out, incident, monkeypatch, caplog
):
    """By the real process that computes."""
    monday = past([2] * 30)
    bad = asked_by(people.dgp_officer, week=code(monday), category="UBC")
    path = f"/risk/?week={code(monday)}"
    browser = signed_in(people.dgp_officer)

    def job(row):
        kept, made = job_of(row)
        return kept, {"kind": "unknown"} if row.filters["category"] else made

    monkeypatch.setattr("riskanalysis.actions.findings.job_of", job)
    actions.want_findings(bad)
    assert browser.get(path).context["finding"].waits
    # The messages were given up: it is asked for again.
    Message.objects.filter(channel="finding").delete()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        actions.want_findings(bad)
        assert browser.get(path).context["finding"].waits
        carry_out()
    assert "KeyError" in caplog.text
    assert not Finding.objects.filter(made_at=None).exists()
    failed = found_of(picture(bad))
    assert (failed.said, failed.waits, failed.cells) == ("", False, None)
    found = browser.get(path).context["finding"]
    assert (found.said, found.waits) == ("fitted", False)
    assert found.sections[1]["count"] == 24

    # A cell of another geometry is left out.
    spots = Finding.objects.get(kind="spots", scope=asked_by(people.dgp_officer).scope)
    spots.result["cells"][0] |= {"place": "gone", "hot": True}
    spots.result["cells"][1] |= {"hot": True}
    spots.save()
    (hot,) = browser.get(path).context["hot"]
    assert hot["cell"] == spots.result["cells"][1]["place"]

    # The same weeks, elsewhere along the line: the trend stands, the hot spots do not.
    Share.objects.filter(lat=SECTION_2["lat"]).update(lat=55.822, lon=27.6)
    actions.count_indicators()
    found = browser.get(path).context["finding"]
    assert (found.said, found.waits, found.sections) == ("fitted", True, None)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        browser.get(path)
        carry_out()
        found = browser.get(path).context["finding"]
    assert (found.waits, found.sections[1]["count"], found.sections[5]["count"]) == (False, 0, 24)


def test_words_from_before_the_sharing_stay_at_home_and_the_common_series_has_its_range(
    past, people, analyst, signed_in, api
):
    monday = past([14])
    asked = asked_by(analyst, week=code(monday))
    theirs = tuple(sorted(unit.pk for unit in units().values() if unit.side == "BY"))
    for mine, low, high in (
        (asked, 1, 6),
        (Asked(asked.week, theirs, "BY", **asked.filters), 2, 7),
    ):
        inputs = {"shown": of_finding(picture(mine).weeks), "method": METHOD}
        found = {"said": "fitted", "weeks": 30, "low": low, "high": high}
        Finding.objects.create(
            kind="trend", scope=mine.scope, week=mine.week, units=list(mine.units),
            filters={**mine.filters, "reader": mine.reader}, made_at=datetime.now(UTC),
            inputs=inputs, digest=digest_of(inputs), result={monday.isoformat(): found},
        )  # fmt: skip
    one = actions.file_anomaly(asked, words="Many.", by=analyst)
    assert [(s["weeks"][-1]["low"], s["weeks"][-1]["high"]) for s in (one.series, one.common)] == [
        (1, 6), (2, 7)
    ]  # fmt: skip
    read = one.edition
    actions.assess_anomaly(one, words="Zqx guess.", edition=read, by=analyst)
    before = one.edition
    actions.share_anomaly(one, by=analyst)
    with pytest.raises(Stale, match="both sides read what you write"):
        actions.close_anomaly(one, words="Ours alone.", edition=before, by=analyst)
    door, path = f"/api/v1/risk/anomalies/{one.uid}/", f"/risk/anomalies/{one.uid}/"
    for user, deeds in ((people.pol_duty, ["shared"]), (analyst, ["assessed", "shared"])):
        said = api(user).get(door).json()
        assert [step["deed"] for step in said["steps"]] == deeds
        assert (said["state"], "Zqx" in json.dumps(said)) == ("assessed", len(deeds) == 2)
        page = signed_in(user).get(path).content.decode()
        assert ("Zqx guess." in page) == (len(deeds) == 2)
    own = {"words": "Ours alone.", "edition": before}
    assert api(analyst).post(f"{door}close/", own).status_code == 409
    typed = signed_in(analyst).post(f"{path}close/", own)
    assert (typed.status_code, "Ours alone." in typed.content.decode()) == (409, True)
    assert f'name="edition" value="{one.edition}"' in typed.content.decode()
    assert api(analyst).post(f"{door}close/", {**own, "edition": one.edition}).status_code == 200


def test_the_web_process_never_holds_the_statistics():
    """Their 200 MB belong to a process that ends."""
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, "-c", "import django, sys; django.setup(); import bordercoop.urls;"
         "import riskanalysis.api, riskanalysis.views;"
         "print({'numpy', 'pandas', 'statsmodels', 'esda', 'h3'} & set(sys.modules))"],
        capture_output=True, text=True, cwd=settings.BASE_DIR, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "set()"
