"""The library of materials: versions, who reads them, the brochure by itself."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from tests import made_files
from training import actions
from training.models import Material

pytestmark = pytest.mark.django_db


def pdf(said=b"1", name="a.pdf"):
    return made_files.upload(made_files.pdf(said), name)


def test_versions_are_kept_and_each_side_reads_what_it_is_given(people):
    with pytest.raises(NotAllowed):
        actions.add_material(pdf(), title="A", language="en", by=people.dgp_officer)
    for wrong in ({"title": " "}, {"language": "xx"}, {"topics": ["x"]}):
        with pytest.raises(Invalid):
            actions.add_material(
                pdf(), by=people.lv_hq, **{"title": "A", "language": "en", **wrong}
            )
    own = actions.add_material(pdf(), title="A", language="lv", joint=False, by=people.lv_hq)
    again = actions.add_material(
        pdf(), title="A", language="lv", client_ref=own.client_ref, by=people.lv_hq
    )
    assert again == own
    assert not Material.objects.visible_to(people.by_hq).exists()
    with pytest.raises(Refused):
        actions.download_material(own.versions.get(), by=people.by_hq)
    said = {"title": "A", "language": "lv", "topics": [], "course": None}
    actions.change_material(own, joint=True, by=people.lv_hq, **said)
    assert Material.objects.visible_to(people.by_hq).get() == own
    with pytest.raises(NotAllowed):
        actions.add_material_version(own, pdf(b"2"), by=people.by_hq)
    assert actions.add_material_version(own, pdf(), by=people.lv_hq).number == 1
    assert actions.add_material_version(own, pdf(b"2"), by=people.lv_hq).number == 2
    with actions.download_material(own.versions.last(), by=people.by_hq).file as file:
        assert file.read(4) == b"%PDF"
    assert Entry.objects.filter(verb="data.exported").exists()
    actions.remove_material(own, by=people.lv_hq)
    actions.remove_material(own, by=people.lv_hq)
    assert Entry.objects.filter(verb="material.removed").count() == 1
    assert not Material.objects.visible_to(people.by_hq).exists()
    with pytest.raises(Refused):
        actions.add_material_version(own, pdf(b"3"), by=people.lv_hq)


def test_pages_doors_and_the_brochure_by_itself(people, client, settings):
    settings.MATERIALS = ["tests.training.test_materials.shelf"]
    client.force_login(people.lv_hq)
    assert client.post("/activities/materials/new/", {"title": "B"}).status_code == 400
    said = {"title": "B", "language": "en", "audience": "both", "file": pdf()}
    answer = client.post("/activities/materials/new/", said)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(answer.url)
    assert b"a.pdf" in page.content
    assert client.post(answer.url, {"do": "version", "file": pdf(b"2")}).status_code == 302
    assert client.post(answer.url, {"do": "change", "title": ""}).status_code == 400
    said = {"do": "change", "title": "C", "language": "lv", "audience": "own"}
    assert client.post(answer.url, said).status_code == 302
    page = client.get("/activities/materials/").content
    assert b"By itself" in page
    assert b"By itself" not in client.get("/activities/materials/?language=lv").content
    version = Material.objects.get(title="C").versions.first()
    assert client.get(f"/activities/materials/files/{version.uid}/").status_code == 200
    api = "/api/v1/materials/"
    answer = client.post(api, {"title": "D", "language": "en", "file": pdf(b"4")})
    assert answer.status_code == 201, answer.content
    one = f"{api}{answer.json()['uid']}/"
    assert client.post(f"{one}versions/", {"file": pdf(b"5")}).json()["number"] == 2
    assert client.get(f"{one}versions/1/").status_code == 200
    said = {"title": "E", "language": "en"}
    assert client.put(one, said, content_type="application/json").json()["title"] == "E"
    assert client.post(f"{one}remove/").json()["removed_at"]
    client.force_login(people.by_hq)
    assert client.get(api).json()["results"] == []
    assert client.get(f"/activities/materials/files/{version.uid}/").status_code == 404


def shelf(user):
    from django.utils.timezone import now

    return [{"title": "By itself", "language": "en", "number": 1, "at": now(), "size": 1,
             "address": "/x", "earlier": "/y"}]  # fmt: skip
