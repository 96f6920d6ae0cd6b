"""Evaluation: who answers what when, results without names, what is cut when it is closed."""

import re
from datetime import timedelta

import pytest
import time_machine

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from training import actions
from training.evaluation import questions, results_of
from training.models import Evaluation

pytestmark = pytest.mark.django_db


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def full(activity, mark, asked="took_part"):
    return {code: mark for code, _said in questions(activity, asked)}


def test_who_took_part_answers_once_and_nobody_is_named(held, made, people, signed_in, api):
    address = f"/activities/{held.number}/evaluation/"
    assert "Evaluations to answer" in words(signed_in(people.dgp_officer).get("/"))
    own = signed_in(people.dgp_officer)
    typed = {f"q-{code}": "2" for code in full(held, 2)} | {"asked": "took_part", "words": "Long."}
    missing = dict(typed)
    del missing["q-content"]
    refused = own.post(address, missing)
    assert refused.status_code == 400
    assert "Answer each question from 1 to 5" in words(refused)
    assert "Long." in refused.content.decode()
    for _twice in range(2):
        assert own.post(address, typed).status_code == 302
    assert own.post(address, {**typed, "words": "<b>Longer</b>"}).status_code == 302
    assert Evaluation.objects.count() == 1
    assert "Evaluations to answer" not in words(own.get("/"))
    with pytest.raises(NotAllowed):
        actions.answer_evaluation(held, marks=full(held, 5), by=people.dgp_duty)
    with pytest.raises(Invalid):
        actions.answer_evaluation(held, marks={**full(held, 5), "x": 1}, by=people.pol_officer)
    actions.answer_evaluation(held, marks=full(held, 4), by=people.pol_officer)
    # Of two answers neither figures nor words are shown, to nobody.
    type(people.lv_hq).objects.filter(pk=people.lv_hq.pk).update(language="en")
    head = signed_in(people.lv_hq)
    assert "Longer" not in words(head.get(address))
    assert "Figures and words are shown when nobody can answer" in words(head.get(address))
    sent = api(people.rix_officer).post(
        f"/api/v1{address}", {"marks": full(held, 5), "words": "Labi."}, format="json"
    )
    assert sent.status_code == 200, sent.content
    # While it is open, two readings would tell what came between them.
    assert sent.json()[0]["figures"][0]["count"] is None
    assert sent.json()[0]["words"] == []
    trail = Entry.objects.filter(verb="activity.evaluation_answered")
    assert "Longer" not in str(list(trail.values_list("facts", flat=True)))
    assert set(trail.values_list("actor", flat=True)) == {None}
    # Closed, it can be changed no more, and nobody knows whose answer is whose.
    closed = actions.close_evaluation(held, by=made.lv)
    actions.close_evaluation(held, by=made.lv)
    read = api(people.rix_officer).get(f"/api/v1{address}").json()[0]
    assert read["figures"][0] == {
        "code": "content", "question": questions(held, "took_part")[0][1], "count": 3, "mean": 3.7,
    }  # fmt: skip
    assert {tuple(one) for one in read["words"]} == {("words",)}
    page = signed_in(people.by_hq).get(address)
    assert "&lt;b&gt;Longer" in page.content.decode()
    assert people.dgp_officer.display_name not in words(page).split("Reaction and learning")[-1]
    assert set(Evaluation.objects.values_list("participation", "at")) == {(None, held.ends_at)}
    with pytest.raises(NotAllowed):
        actions.answer_evaluation(closed, marks=full(held, 1), by=people.dgp_officer)
    assert results_of(closed)[0].figures[0].mean == 3.7


def test_heads_are_asked_three_months_later_and_coordinators_with_the_report(
    held, made, people, signed_in, unit
):
    said = {"asked": "behaviour", "marks": full(held, 4, "behaviour"), "unit": unit("LV-DGP")}
    with pytest.raises(NotAllowed):
        actions.answer_evaluation(held, by=people.dgp_leader, **said)
    for by in (made.lv, made.by):
        for mark in (3, 5):
            actions.answer_evaluation(
                held, asked="results", marks={"results": mark}, words="Kept.", by=by
            )
    assert Evaluation.objects.filter(asked="results").count() == 2
    assert results_of(held)[2].figures[0].mean == 5
    with time_machine.travel(held.ends_at + timedelta(days=91)):
        actions.answer_evaluation(held, by=made.lv, **said)
        actions.answer_evaluation(held, by=made.lv, **said)
        with pytest.raises(NotAllowed):
            actions.answer_evaluation(held, by=made.by, **said)
    assert Evaluation.objects.filter(asked="behaviour").count() == 1
    assert results_of(held)[1].figures[0].mean is None
    with time_machine.travel(held.ends_at + timedelta(days=181)), pytest.raises(NotAllowed):
        actions.answer_evaluation(held, by=made.lv, **said)


def test_whose_answer_was_cut_by_the_purge_does_not_answer_again(held, people):
    actions.answer_evaluation(held, marks=full(held, 4), by=people.dgp_officer)
    actions.blank_parts(held, "LV")
    with pytest.raises(NotAllowed):
        actions.answer_evaluation(held, marks=full(held, 4), by=people.dgp_officer)
    assert Evaluation.objects.count() == 1
