"""A desk forwards an alert to posts of its own side, and each of them acknowledges by itself."""

import uuid

import pytest

from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.journal import journal_of_day, today_at
from contactpoints.models import Delivery, Forward, Role, units
from incidents import actions as incidents
from tests.incidents.asking import Asking
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.notices import Noticing

pytestmark = pytest.mark.django_db
LINE = "Go to sign 214 and report what you see."


@pytest.fixture
def scene(released, officer, people, unit):
    """An alert P2 at Polotsk, and officers at two of its posts; gives (incident, delivery)."""

    def make(**how):
        posts = [one for one in units().values() if one.side == "BY" and one.kind == "crossing"
                 and one.parent.code == "BY-POL"][:2]  # fmt: skip
        make.posts = [unit(post.code) for post in posts]
        make.first = officer("first.post", posts[0].code, Role.OFFICER)
        make.second = officer("second.post", posts[1].code, Role.SHIFT_LEADER)
        make.case, make.delivery = released(priority="P2", **how)
        return make.case, make.delivery

    return make


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def counts(delivery):
    delivery = fresh(delivery)
    return delivery.forwarded, delivery.forwards_heard


def test_each_post_acknowledges_and_late_ones_show_at_the_desk(
    scene, people, later, signed_in, carry_out, mailbox
):
    case, delivery = scene()
    people.pol_duty.language = people.dgp_duty.language = "en"
    for user in (people.pol_duty, people.dgp_duty):
        user.save(update_fields=["language"])
    made = actions.forward_delivery(delivery, to=scene.posts, line=LINE, by=people.pol_duty)
    again = actions.forward_delivery(delivery, to=scene.posts, line="Twice", by=people.pol_duty)
    assert [one.pk for one in made] == [one.pk for one in again]
    assert counts(delivery) == (2, 0)
    carry_out()
    (told,) = mailbox.to(scene.first)
    assert "sign 214" in told.get_content()
    # The post: a tile at home, and the page with the button.
    post = signed_in(scene.first)
    assert "Forwarded to us" in post.get("/").content.decode()
    page = post.get("/forwards/").content.decode()
    assert LINE in page
    assert f"/forwards/{made[0].uid}/acknowledge/" in page
    assert f"/forwards/{made[1].uid}/acknowledge/" not in page
    assert f"/incidents/{case.uid}/" not in page  # the copy is the desk's
    post.post(f"/forwards/{made[0].uid}/acknowledge/", {"note": "On the way."})
    post.post(f"/forwards/{made[0].uid}/acknowledge/", {"note": "Again."})
    heard = fresh(made[0])
    assert (heard.acknowledged_by, heard.answer) == (scene.first, "On the way.")
    assert counts(delivery) == (2, 1)
    later(minutes=16)
    desk = signed_in(people.pol_duty).get(f"/deliveries/{delivery.uid}/forward/").content.decode()
    assert "Call the post." in desk
    assert "On the way." in desk
    assert "A post is late" in signed_in(people.pol_duty).get("/console/").content.decode()
    # The other side reads how many, and nothing more.
    for path in ("/console/", f"/incidents/{case.uid}/"):
        theirs = signed_in(people.dgp_duty).get(path).content.decode()
        assert "Forwarded to 2 posts, 1 acknowledged" in theirs
        assert scene.posts[0].name_en not in theirs
        assert LINE not in theirs
        assert "A post is late" not in theirs
    actions.acknowledge_forward(made[1], by=scene.second)
    assert fresh(made[1]).is_late
    assert fresh(delivery).forward_due is None
    lines = journal_of_day(units()["DESK-POL"], today_at(units()["DESK-POL"]), people.pol_duty)
    kinds = [line.kind for line in lines.lines]
    assert (kinds.count("forwarded"), kinds.count("post_acknowledged")) == (2, 2)


def test_a_post_reads_no_more_than_the_desk_and_hears_of_the_recall(
    scene, people, signed_in, unit, carry_out, mailbox
):
    case, delivery = scene(headline="Eight people at border sign 214")
    scene.first.language = "en"
    scene.first.save(update_fields=["language"])
    made = actions.forward_delivery(delivery, to=scene.posts[:1], line=LINE, by=people.pol_duty)[0]
    actions.acknowledge_forward(made, by=scene.first)
    post = signed_in(scene.first)
    assert "Eight people" in post.get("/forwards/").content.decode()
    actions.narrow_cards(case.ref, desk=delivery.desk, away=["headline", "texts"])
    assert "Eight people" not in post.get("/forwards/").content.decode()
    carry_out()
    mailbox.raw.clear()
    incidents.recall_release(
        case, desks=[unit("DESK-POL")], reason="Sent in error.", by=people.dgp_head
    )
    recalled = fresh(made)
    assert recalled.recall_waits
    page = post.get("/forwards/").content.decode()
    assert "do not act on it" in page
    assert "UBC" not in page
    carry_out()
    assert ["Do not act on it" in one.get_content() for one in mailbox.to(scene.first)] == [True]
    post.post(f"/forwards/{made.uid}/acknowledge/")
    assert fresh(made).recall_seen_by == scene.first
    assert not fresh(made).recall_waits
    with pytest.raises(Refused, match="took this alert back"):
        actions.forward_delivery(delivery, to=scene.posts, line=LINE, by=people.pol_duty)
    with refused_by_database("a_desk_forwards_within_its_side"):
        Forward.objects.create(
            delivery=delivery, unit=scene.posts[1], line="x", by=people.pol_duty,
            due_at=recalled.due_at,
        )  # fmt: skip


def test_a_withdrawn_report_reaches_the_posts(scene, people):
    case, delivery = scene()
    made = actions.forward_delivery(delivery, to=scene.posts, line=LINE, by=people.pol_duty)
    actions.withdraw_forward(made[1], by=people.pol_duty)
    incidents.withdraw_incident(case, reason="A false alarm.", by=people.dgp_duty)
    assert [fresh(one).recall_waits for one in made] == [True, False]


@pytest.mark.parametrize("end", ["answer", "refuse", "withdraw", "partly", "notice", "changed"])
def test_what_ended_or_was_replaced_is_ended_at_the_posts_after_the_desk_acknowledged(
    end, scene, people, unit, signed_in, carry_out, mailbox
):
    scene()
    scene.first.language = "en"
    scene.first.save(update_fields=["language"])
    asking, noticing = Asking(people, unit), Noticing(people, unit)
    asked = noticing.send() if end in ("notice", "changed") else asking.ask()
    delivery = Delivery.objects.about(asked.ref).get()
    actions.acknowledge_delivery(delivery, line="Read.", by=people.pol_duty)
    made = actions.forward_delivery(delivery, to=scene.posts[:1], line=LINE, by=people.pol_duty)[0]
    actions.acknowledge_forward(made, by=scene.first)
    carry_out()
    mailbox.raw.clear()
    {
        "answer": lambda: asking.answer(asked),
        "refuse": lambda: asking.refuse(asked),
        "withdraw": lambda: incidents.withdraw_request(asked, reason="Found.", by=people.dgp_duty),
        "partly": lambda: asking.answer(asked, kind="partly"),
        "notice": lambda: incidents.end_notice(asked, by=people.dgp_duty),
        "changed": lambda: noticing.send(incidents.change_notice(
            asked, content={"headline": "Later"}, by=people.dgp_duty)),
    }[end]()  # fmt: skip
    assert fresh(made).recall_waits is (end != "partly")
    assert fresh(made).is_past is (end not in ("partly", "withdraw"))
    carry_out()
    words = "took back" if end == "withdraw" else "is over or was replaced"
    told = [one.get_content() for one in mailbox.to(scene.first)]
    assert [words in text for text in told] == ([] if end == "partly" else [True])
    page = signed_in(scene.first).get("/forwards/").content.decode()
    assert ("ask your desk" in page) is fresh(made).is_past
    assert fresh(delivery).acknowledged_at


def test_the_desk_takes_a_forward_back_and_may_send_it_anew(scene, people):
    _case, delivery = scene()
    first, second = actions.forward_delivery(
        delivery, to=scene.posts, line=LINE, by=people.pol_duty
    )
    for _time in range(2):
        actions.withdraw_forward(first, by=people.pol_head)
    assert counts(delivery) == (1, 0)
    assert Message.objects.filter(key__startswith=f"{first.ref}:withdrawn:").count() == 1
    with pytest.raises(Refused, match="took this back"):
        actions.acknowledge_forward(first, by=scene.first)
    new = actions.forward_delivery(delivery, to=scene.posts, line="Anew.", by=people.pol_duty)
    assert {one.line for one in new} == {LINE, "Anew."}
    assert counts(delivery) == (2, 0)
    with pytest.raises(NotAllowed):
        actions.withdraw_forward(second, by=scene.second)


def test_who_may_and_to_whom(scene, people, unit, later):
    _case, delivery = scene()
    ask = {"line": LINE, "by": people.pol_duty}
    for to in ([], [unit("LV-DGP")], [unit("DESK-POL")], [unit("BY-MSQ")], [unit("BY-GPK")],
               [scene.posts[0], unit("LV-DGP")]):  # fmt: skip
        with pytest.raises(Invalid, match="posts of your own side"):
            actions.forward_delivery(delivery, to=to, **ask)
    for line in ("", " ", "x" * 501, "a\0"):
        with pytest.raises(Invalid):
            actions.forward_delivery(delivery, to=scene.posts, line=line, by=people.pol_duty)
    empty = next(one for one in units().values() if one.parent_id == scene.posts[0].parent_id
                 and one.kind in ("local", "crossing") and one not in scene.posts)  # fmt: skip
    with pytest.raises(Refused, match="Nobody who could acknowledge is posted"):
        actions.forward_delivery(delivery, to=[empty], **ask)
    for by in (people.dgp_duty, people.pol_officer, scene.first):
        with pytest.raises(NotAllowed):
            actions.forward_delivery(delivery, to=scene.posts, line=LINE, by=by)
    made = actions.forward_delivery(delivery, to=scene.posts[:1], **ask)[0]
    # The duty officer of the desk, whose reach covers the post, does not acknowledge for it.
    for by in (people.pol_duty, scene.second, people.pol_officer, people.dgp_duty):
        with pytest.raises(NotAllowed):
            actions.acknowledge_forward(made, by=by)
    for statement in ("UPDATE contactpoints_forward SET line = 'x'",
                      "DELETE FROM contactpoints_forward"):  # fmt: skip
        with refused_by_database("Cannot"):
            sql(statement)
    with refused_by_database("a_desk_forwards_within_its_side"):
        Forward.objects.create(
            delivery=delivery, unit=unit("LV-DGP"), line="x", by=people.pol_duty,
            due_at=made.due_at,
        )  # fmt: skip


def test_each_door(scene, people, signed_in, api):
    _case, delivery = scene()
    path = f"/deliveries/{delivery.uid}/forward/"
    codes = [post.code for post in scene.posts]
    duty = signed_in(people.pol_duty)
    assert duty.get(path).status_code == 200
    for bad in ({}, {"units": codes}, {"units": ["LV-DGP"], "line": LINE}, {"units": ["a\0"]},
                {"units": codes, "line": "z" * 100_000}):  # fmt: skip
        assert duty.post(path, bad).status_code == 400
    assert signed_in(people.dgp_duty).get(path).status_code == 404
    assert signed_in(people.dgp_duty).get("/forwards/").status_code == 404
    assert signed_in(scene.first).get(path).status_code == 404
    assert duty.post(path, {"units": codes[0], "line": LINE}).status_code == 302
    made = Forward.objects.get()
    acknowledge, withdraw = (
        f"/forwards/{made.uid}/{verb}/" for verb in ("acknowledge", "withdraw")
    )
    assert signed_in(people.dgp_duty).post(acknowledge).status_code == 404
    assert signed_in(scene.second).post(acknowledge).status_code == 404
    assert duty.post(acknowledge).status_code == 403
    refused = signed_in(scene.first).post(acknowledge, {"note": "n" * 700})
    assert (refused.status_code, "n" * 500 in refused.content.decode()) == (400, True)
    # The API
    ours, posts, theirs = api(people.pol_duty), api(scene.first), api(people.dgp_duty)
    address = f"/api/v1/deliveries/{delivery.uid}/forwards/"
    assert theirs.get(address).status_code == 404
    assert theirs.post(address, {"units": codes, "line": LINE}).status_code == 404
    for bad in ({}, {"units": ["nowhere"], "line": "x"}, {"units": "x", "line": []}):
        assert ours.post(address, bad).status_code == 400
    shown = ours.post(address, {"units": codes, "line": LINE})
    assert shown.status_code == 201
    assert {row["unit"] for row in shown.json()} == set(codes)
    assert theirs.get(f"/api/v1/deliveries/{delivery.uid}/").json()["forwarded"] == 2
    waiting = posts.get("/api/v1/forwards/?open=true").json()["results"]
    assert [row["uid"] for row in waiting] == [str(made.uid)]
    assert posts.get("/api/v1/forwards/?open=perhaps").status_code == 400
    done = posts.post(f"/api/v1/forwards/{made.uid}/acknowledge/", {"note": "Going."}).json()
    assert (done["answer"], done["late"]) == ("Going.", False)
    assert posts.get("/api/v1/forwards/?open=true").json()["results"] == []
    assert posts.post(f"/api/v1/forwards/{made.uid}/withdraw/").status_code == 403
    assert theirs.post(f"/api/v1/forwards/{made.uid}/withdraw/").status_code == 404
    assert ours.post(f"/api/v1/forwards/{uuid.uuid4()}/withdraw/").status_code == 404
    assert ours.post(f"/api/v1/forwards/{made.uid}/withdraw/").json()["withdrawn_at"]
    assert duty.post(withdraw).status_code == 302
    assert Delivery.objects.get().forwarded == 1
