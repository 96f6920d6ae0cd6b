"""Each verb tried by each role of each side: it goes through exactly where the table says.

The table is read from the verbs (contactpoints/verbs.py) and printed in docs/permissions.md. A new
verb without a line in TRY fails here.
"""

import uuid
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils.timezone import now

from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.models import Message
from bordercoop.reference import lists
from bordercoop.reference.models import Place
from contactpoints import actions as desks
from contactpoints.access import forget_grants
from contactpoints.models import (
    ContactPoint,
    Delivery,
    HeldRelease,
    LineCheck,
    Role,
    Webhook,
    units,
)
from contactpoints.roles import CODENAMES
from contactpoints.verbs import verbs
from incidents import actions
from incidents.handling import Marking
from incidents.models import Grading, Incident, Investigation, Purge, SeriousReport, Share
from incidents.retention import today
from riskanalysis import actions as risks
from tests import made_files
from tests.contactpoints import focal_point, procedures_made
from tests.contactpoints.statement_scene import scene_of_statements
from tests.deployments import deployment_verbs_tried
from tests.exercises import exercise_verbs_tried
from tests.incidents.acts import TEXTS as WORDS
from tests.incidents.acts import Acts, paragraphs
from tests.incidents.asking import scene_of_requests
from tests.incidents.cases import facts, guideline_in_force
from tests.incidents.notices import scene_of_notices
from tests.incidents.receipts import GOODS, receipts_at_hand
from tests.incidents.signs import scene_of_signs
from tests.lessons import lessons_verbs_tried
from tests.riskanalysis import report_verbs_tried, verbs_tried
from tests.riskanalysis.anomalies_made import anomaly_of, out_of_range
from tests.training import (
    activity_verbs_tried,
    course_verbs_tried,
    operation_verbs_tried,
    people_verbs_tried,
    plan_verbs_tried,
)
from tests.training.activities_made import Made

pytestmark = pytest.mark.django_db

VERBS = {f"{verb.app}.{verb.name}": verb for verb in verbs() if verb.rights}
WHY = {"reason": "procedure", "text": "Checking the driver."}
HOOKS = "http://127.0.0.1:9"  # nothing is sent here
ROOTS = {"LV": "LV-SBG", "BY": "BY-GPK"}


WAITED = [{"direction": "exit", "lane": "cars", "minutes": 5, "waiting": None}]
NAMES = {"name_en": "New", "name_lv": "Jauna", "name_be": "Новая", "name_ru": "Новая часть"}
UNIT = {**NAMES, "kind": "local", "place": "", "order": ""}
DESK = {
    "hours": "24/7", "languages": ["lv", "en"], "email": "dgp@lv.example", "phone": "+371 1",
}  # fmt: skip


@pytest.fixture
def scene(people, officer, unit, incident, released, content, settings):
    """An incident of Daugavpils that Polotsk was told of, and people whom a verb is about."""
    people.rix_duty  # somebody answers there
    settings.WEBHOOK_HOSTS = [HOOKS]
    case, _theirs = released(desks=("DESK-POL", "DESK-RIX"))
    twin, _theirs = released(desks=("DESK-POL",))
    gone, _theirs = released(desks=("DESK-POL",))
    actions.merge_incidents(twin, gone, reason="The same patrol wrote twice.", by=None)
    links = {  # each side takes away what it linked itself
        by.side: actions.link_incidents(case, twin, kind="same_group", by=by)
        for by in (people.dgp_duty, people.pol_duty)
    }
    theirs = incident(by=people.pol_officer, at="BY-POL")
    actions.release_incident(theirs, desks=[unit("DESK-DGP")], by=people.pol_duty)
    own = Delivery.objects.get(desk__code="DESK-RIX")
    file = actions.attach_file(
        case, made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=people.dgp_duty
    )
    actions.release_incident(
        case, desks=[unit("DESK-POL")], files={file.uid: False}, by=people.dgp_duty
    )
    person = officer("some.body", "LV-VIL", Role.OFFICER)
    serving = officer("du.ty", "DESK-DGP", Role.DUTY_OFFICER)
    first, last = ((now() + timedelta(days=n)).date() for n in (9, 12))
    rule = desks.set_rota_rule(
        serving, unit=unit("DESK-DGP"), start=time(1), end=time(2), first_day=first, by=None
    )
    shift = desks.book_duty(
        serving,
        unit=unit("DESK-DGP"),
        starts_at=now() + timedelta(days=3),
        ends_at=now() + timedelta(days=4),
        by=None,
    )
    absence = desks.enter_absence(
        serving,
        unit=unit("DESK-DGP"),
        starts_at=now() + timedelta(days=20),
        ends_at=now() + timedelta(days=21),
        ground="leave",
        over_shifts=True,
        by=None,
    )
    invited = officer("in.vited", "LV-VIL", Role.OFFICER)
    # Polotsk may pass its copy on to Minsk, and asks about the focal point.
    consents = [
        actions.ask_consent(case, to=unit(code), purpose="x", by=people.pol_duty)
        for code in ("DESK-MSQ", "DESK-FP-MSQ")
    ]
    actions.give_consent(consents[0], by=None)
    emergency = desks.open_emergency("The line to the desks is down.", by=people.dgp_head)
    desks.end_emergency(emergency, by=people.dgp_head)
    copy = Share.objects.get(incident=case, unit__code="DESK-POL")
    proposed = actions.propose_fields(
        copy, values={"people_total": 7}, reason="We counted.", by=people.pol_duty
    )
    category = lists.LISTS["categories"].row("PEV")
    proposal = desks.propose_change(
        "categories",
        "REF",
        deed="change",
        values={"name_lv": "Ieceļošana liegta"},
        version=lists.LISTS["categories"].row("REF").version,
        reason="The courts use this word.",
        by=people.lv_admin,
    )
    place = Place.objects.get(code="PAT-GRI")
    sealed = actions.add_sealed_person(case, content={"name_latin": "X Y"}, by=people.dgp_duty)
    grounds = {
        "persons": [sealed], "fields": ["name_latin"], "desk": unit("DESK-POL"),
        "legal_basis": "LV-VITAL", "purpose": "To find the family.", "recipient": "The desk",
    }  # fmt: skip
    recalled = actions.release_sealed(case, **grounds, by=people.dgp_head)
    actions.recall_sealed(recalled, reason="Wrong person.", by=people.dgp_head)
    held = actions.release_sealed(case, **grounds, by=people.dgp_head)
    tasks, done = (
        {
            by.side: actions.add_task(case, what=what, audience="shared", by=by)
            for by in (people.dgp_duty, people.pol_duty)
        }
        for what in ("Look again.", "Look.")
    )
    for task, by in ((done["LV"], people.dgp_duty), (done["BY"], people.pol_duty)):
        actions.finish_task(task, by=by)
    table = b"Category;Severity;Headline;Happened\nUBC-LND;3;Eight people;2026-02-17 08:00\n"
    uploaded, checked = (
        actions.upload_import(
            made_files.upload(table + b" " * n, "a.csv"), unit=unit("LV-DGP"), by=people.dgp_head
        )
        for n in (1, 2)
    )
    checked = actions.map_import(checked, mapping=checked.mapping, by=people.dgp_head)
    actions.advance_import(str(checked.uid), checked.turn)
    holds = {
        by.side: actions.place_hold(case, reason="Another case of the court", by=by)
        for by in (people.lv_hq, people.by_hq)
    }
    certificates = {
        side: Purge.objects.create(
            side=side, process="command", finished_at=now(), number=1, digest="0" * 64
        )
        for side in ("LV", "BY")
    }
    guides = guidelines()
    point = ContactPoint.objects.get(code="CCP-LAND")
    ends = {"LV": (unit("DESK-DGP"), unit("DESK-POL"))}
    ends["BY"] = ends["LV"][::-1]
    # A category that nothing else here has, so that all else is released at once.
    pauses = {
        by.side: desks.pause_exchange(
            point, category="PEV", until=now() + timedelta(hours=1), reason="x", by=by
        )
        for by in (people.lv_hq, people.by_hq)
    }
    waiting = HeldRelease.objects.create(
        about=case.ref, desk=unit("DESK-MSQ"), side="LV", category="PEV", decision={}
    )
    update = HeldRelease.objects.create(
        about=own.alert.about, what="update", desk=unit("DESK-MSQ"), side="LV", category="PEV",
        decision={"alert": str(own.alert.uid)},
    )  # fmt: skip
    handover = desks.hand_over_shift(unit("DESK-DGP"), note="x", by=people.dgp_duty)
    paper = list(actions.reserve_numbers(unit("DESK-DGP"), count=2, by=people.dgp_duty).forms.all())
    broadcast = desks.send_broadcast(unit("DESK-DGP"), what="crowd", drill=True, by=people.dgp_duty)
    forwards = {
        by.side: desks.forward_delivery(
            Delivery.objects.filter(desk__code=desk).first(), to=[unit(post)], line="x", by=by
        )[0]
        for by, desk, post in (
            (people.dgp_duty, "DESK-DGP", "LV-DGP"), (people.pol_duty, "DESK-POL", "BY-POL")
        )
    }  # fmt: skip
    return SimpleNamespace(
        forwards=forwards,
        answering=people.rix_duty,
        point=point,
        ends=ends,
        calls={
            side: LineCheck.objects.create(caller=other, answerer=own, period=now())
            for side, (own, other) in ends.items()
        },
        pauses=pauses,
        display=desks.make_display(
            unit("DESK-DGP"), name="Hall", language="lv", by=people.dgp_head
        )[0],
        webhook=a_webhook(people.lv_admin, unit("DESK-DGP")),
        waiting=waiting,
        update=update,
        handover=handover,
        broadcast=broadcast,
        paper=paper,
        joint=joint_scene(Acts(people, unit)),
        guides=guides,
        register=scene_of_signs(people, unit),
        requests=scene_of_requests(people, unit),
        stated=scene_of_statements(people),
        notices=scene_of_notices(people, unit),
        risks=verbs_tried.scene_of_risks(people, unit),
        reports=report_verbs_tried.scene_of_reports(people, unit, officer),
        activities=(acts := activity_verbs_tried.scene_of_activities(people, unit)),
        lessons=lessons_verbs_tried.scene_of_lessons(people, unit),
        plans=plan_verbs_tried.scene_of_plans(people, acts.planned),
        operations=operation_verbs_tried.scene_of_operations(people, unit, officer, case),
        exercises=exercise_verbs_tried.scene_of_exercises(people, unit),
        letters=people_verbs_tried.scene_of_people(Made(people, unit)),
        courses=course_verbs_tried.scene_of_courses(people, unit),
        focal=focal_point.scene(people),
        deployments=deployment_verbs_tried.scene_of_deployments(people, officer),
        anomaly=anomaly_of("LV-DGP"),
        receipts=receipts_at_hand(people),
        holds=holds,
        certificates=certificates,
        case=case,
        tasks=tasks,
        done=done,
        file=file,
        twin=twin,
        gone=gone,
        links=links,
        theirs=theirs,
        delivery=own,
        person=person,
        serving=serving,
        invited=invited,
        rule=rule,
        shift=shift,
        absence=absence,
        first_day=first,
        last_day=last,
        emergency=emergency,
        proposal=proposal,
        consent=consents[1],
        category=category,
        copy=copy,
        proposed=proposed,
        place=place,
        waited=desks.record_waiting(place, lines=WAITED, observed_at=now(), by=people.dgp_duty)[0],
        sealed=sealed,
        held=held,
        uploaded=uploaded,
        summary=actions.freeze_indicators(date(2025, 12, 1), by=people.lv_hq),
        checked=checked,
        recalled=recalled,
        unit=unit,
        content=content,
    )


def acknowledged_for_post(s, by):
    """By the officer as posted at the very post, in the same role as at the root."""
    forward, role = s.forwards[by.side], by.postings.get().role
    desks.post_officer(by, unit=forward.unit, role=role, by=None)
    forget_grants(by)
    try:
        return desks.acknowledge_forward(forward, by=by)
    finally:
        forget_grants(by)


def acknowledged_together(s, by):
    if not desks.acknowledge_many([s.delivery.uid], line="x", by=by).done:
        raise NotAllowed("left")


def handed_back(s, by):
    desks.acknowledge_delivery(s.delivery, line="x", by=s.answering)
    return desks.hand_back_delivery(s.delivery, reason="x", by=by)


def resent(s, by):
    messages = Message.objects.filter(payload__delivery=str(s.delivery.uid))
    messages.update(given_up_at=now(), last_error="TimeoutError: x")
    return desks.resend_delivery(s.delivery, by=by)


def joint_scene(cases):
    """Joint investigations in the states that their verbs need, with something of each side."""
    guideline_in_force()
    both = (cases.lv, cases.by)
    found = {state: cases.at(state) for state in ("proposed", "agreed", "team_formed", "on_site")}
    cases.team(found["agreed"])
    case = found["agreed"]
    entries = {by.side: cases.entry(case, by=by) for by in both}
    given = {by.side: cases.entry(case, by=by) for by in both}
    for by, other in (both, both[::-1]):
        actions.exchange_entries(case, [given[by.side]], by=by)
        actions.comment_entry(given[by.side], text="x", language="en", by=other)
    actions.plan_meeting_on_line(
        found["team_formed"], meet_at=now() + timedelta(hours=9), by=cases.lv
    )
    cases.exchange(found["on_site"])
    for state in ("team_formed", "on_site"):
        cases.settle(found[state])
    found["settled"] = cases.at("agreed")
    cases.team(found["settled"])
    cases.settle(found["settled"])
    found["exchanged"] = cases.at("exchanged")
    cases.settle(found["exchanged"])
    acts = acts_of(cases)
    found["higher"] = cases.at("exchanged")
    for state in ("drafted", "no_agreement", "higher"):
        Investigation.objects.filter(pk=found["higher"].pk).update(state=state)
    return SimpleNamespace(
        **found,
        entries=entries,
        given=given,
        comments={side: entry.comments.get() for side, entry in given.items()},
        members={
            by.side: case.members.filter(side=by.side, function="interpreter").get() for by in both
        },
        other={"LV": given["BY"], "BY": given["LV"]},
        acts=acts,
    )


def a_webhook(by, desk):
    """Of Latvia, with a message that was given up."""
    webhook = Webhook.objects.create(
        side="LV", name="x", address=f"{HOOKS}/x", desks=[desk.pk], events=["line.missed"],
        added_by=by,
    )  # fmt: skip
    webhook.secrets.create(sealed="x")
    Message.objects.create(key=f"{webhook.key}1", channel="webhook", payload={}, given_up_at=now())
    return webhook


def acts_of(acts):
    """One that is being written, with a disputed paragraph; one that can be signed; one in
    dispute."""
    written = acts.write(acts.write(acts.begun(), entries=[1]), section="disputed", kind="disputed")
    first, second = paragraphs(written)
    quarrel = acts.ready().investigation
    actions.declare_no_agreement(quarrel, reason="The prints differ.", by=acts.lv)
    return SimpleNamespace(
        written=written, first=first["id"], disputed=second["id"], ready=acts.ready(),
        quarrel=quarrel,
    )  # fmt: skip


def guidelines():
    """A version of Latvia in each state in which a verb needs one."""
    holding = procedures_made.guideline_in_force("HELD")
    reviewed = procedures_made.guideline_in_force("REV")
    reviewed = desks.start_review(reviewed, by=reviewed.by)
    consulted = procedures_made.consulted("CON")
    asked = procedures_made.consulted("ASK")
    return SimpleNamespace(
        draft=procedures_made.drafted("DRA"),
        holding=holding,
        reviewed=reviewed,
        consulted=consulted,
        comment=desks.comment_step(asked, text="Why?", by=asked.by),
    )


# These are about nothing of the other side: each side has its own, or both look at one.
OF_BOTH = {
    "make_statement", "recount_statement", "dispute_line", "answer_dispute", "withdraw_dispute",
    "propose_reading", "take_other_count", "agree_reading", "sign_statement", "print_statement",
    "export_statement", "refuse_cap",
    "acknowledge_forward", "answer_check", "check_line", "pause_exchange", "resume_exchange",
    "ask_expertise", "withdraw_expertise",
    "write_notice", "change_notice", "send_notice", "end_notice", "cancel_notice",
    "discard_notice", "translate_notice",
    "open_emergency", "review_emergency", "propose_change", "record_status", "record_waiting",
    "save_filter",
    "export_incidents", "export_summary", "export_alerts", "export_ledger", "freeze_indicators",
    "set_retention", "search_subjects", "print_subject_search", "print_certificate",
    # Each side has its own part of a joint investigation.
    "propose_case", "cite_incident", "plan_meeting_on_line", "form_team", "go_on_site",
    "finish_exchange", "close_case_part", "add_member", "end_member", "tick_step", "skip_step",
    "skip_steps", "move_paragraph",
    "take_step_back", "translate_case", "write_entry", "change_entry", "translate_entry",
    "exchange_entries", "withdraw_entry", "pass_evidence", "comment_entry", "answer_comment",
    "add_entry_file", "draft_act", "write_paragraph", "change_paragraph", "state_position",
    "remove_paragraph", "sign_act", "declare_no_agreement", "state_opinion",
    "take_to_higher_level", "settle",
    "start_procedure", "draft_version", "comment_step", "propose_lesson", "approve_version",
    "confirm_reading", "start_review", "end_review", "end_version",
    "inspect_sign", "plan_repair", "finish_repair", "drop_repair", "export_signs", "propose_line",
    "decline_line", "write_result", "confirm_line", "call_meeting", "postpone_meeting",
    "cancel_meeting", "call_again", "hold_meeting", "add_participant", "remove_participant",
    "propose_item", "write_protocol", "write_decision", "change_decision", "confirm_protocol",
    "move_decision", "comment_decision",
    "prepare_handover", "name_hands", "name_basis", "confirm_handover",
    "ask_information", "write_to_request", "link_request", "add_request_file",
    "ask_request_consent", "pass_request_on",
    "file_anomaly",
    *plan_verbs_tried.OF_BOTH,
    *operation_verbs_tried.OF_BOTH,
    *lessons_verbs_tried.OF_BOTH,
    *exercise_verbs_tried.OF_BOTH,
} | verbs_tried.OF_BOTH | report_verbs_tried.OF_BOTH | activity_verbs_tried.OF_BOTH | (
    people_verbs_tried.OF_BOTH | course_verbs_tried.OF_BOTH | deployment_verbs_tried.OF_BOTH
)  # fmt: skip
# Of the same name as a verb of both, and of the side that prepares the text.
OF_ONE = {"contactpoints.answer_comment", "riskanalysis.change_recommendation"}
# Of a side that was told nobody may, though the verb works through its copy.
OF_THE_OWNER = {"withdraw_attachment"} | report_verbs_tried.OF_THE_OWNER
# Decided by the other side alone.
OF_THE_OTHER = {
    # The focal point lies in Minsk.
    "enter_expert", "end_expert", "enter_deployment", "end_deployment", "answer_expertise",
    "confirm_proposal", "decline_proposal", "open_sealed_copy", "read_sealed_copy",
    "acknowledge_sealed_recall", "propose_fields", "withdraw_fields", "agree_case",
    "decline_case",
    "agree_line",
    "agree_meeting",
    "answer_item",
    "answer_request", "refuse_request",
} | verbs_tried.OF_THE_OTHER | report_verbs_tried.OF_THE_OTHER  # fmt: skip
# What the verbs of procedures ask for where it is an SOP; here they are tried on guidelines.
OF_SOPS = {"draft_sops", "approve_sops"}
# Of who holds a copy that is not its own.
OF_THE_HOLDER = {"pass_on", "ask_consent"}
CAP = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A</identifier>
<sender>x@x</sender><sent>%(sent)b</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><category>Met</category><event>Storm</event>
<urgency>Expected</urgency><severity>Minor</severity><certainty>Likely</certainty></info></alert>"""
TEXTS = {"texts": {"lv": "Cits", "ru": "Иное"}, "original": "lv", "side": "LV", "owner": "x"}
TRY = {
    "riskanalysis.file_anomaly": lambda s, by: risks.file_anomaly(
        out_of_range(by), words="x", by=by
    ),
    "riskanalysis.share_anomaly": lambda s, by: risks.share_anomaly(s.anomaly, by=by),
    "riskanalysis.assess_anomaly": lambda s, by: risks.assess_anomaly(
        s.anomaly, words="x", by=by
    ),
    "riskanalysis.close_anomaly": lambda s, by: risks.close_anomaly(s.anomaly, words="x", by=by),
    "contactpoints.start_procedure": lambda s, by: desks.start_procedure(
        code="NEW", title="New", by=by
    ),
    "contactpoints.draft_version": lambda s, by: desks.draft_version(
        s.guides.holding.procedure, by=by
    ),
    "contactpoints.change_version": lambda s, by: desks.change_version(
        s.guides.draft, content=procedures_made.content(title="x"),
        revision=s.guides.draft.revision, by=by,
    ),
    "contactpoints.set_version_days": lambda s, by: desks.set_version_days(
        s.guides.draft, effective_on=today("LV"), review_on=None,
        revision=s.guides.draft.revision, by=by,
    ),
    "contactpoints.open_consultation": lambda s, by: desks.open_consultation(
        s.guides.draft, by=by
    ),
    "contactpoints.comment_step": lambda s, by: desks.comment_step(
        s.guides.consulted, text="x", by=by
    ),
    "contactpoints.answer_comment": lambda s, by: desks.answer_comment(
        s.guides.comment, taken_up=True, by=by
    ),
    "contactpoints.approve_version": lambda s, by: desks.approve_version(
        s.guides.consulted, sha256=s.guides.consulted.sha256,
        revision=s.guides.consulted.revision, by=by,
    ),
    "contactpoints.withdraw_version": lambda s, by: desks.withdraw_version(
        s.guides.draft, reason="x", by=by
    ),
    "contactpoints.end_version": lambda s, by: desks.end_version(
        s.guides.holding, reason="x", by=by
    ),
    "contactpoints.confirm_reading": lambda s, by: desks.confirm_reading(s.guides.holding, by=by),
    "contactpoints.propose_lesson": lambda s, by: desks.propose_lesson(
        s.guides.holding.procedure, text="x", by=by
    ),
    "contactpoints.start_review": lambda s, by: desks.start_review(s.guides.holding, by=by),
    "contactpoints.end_review": lambda s, by: desks.end_review(
        s.guides.reviewed, review_on=today("LV") + timedelta(days=9), by=by
    ),
    "incidents.inspect_sign": lambda s, by: actions.inspect_sign(
        s.register.one, unit=s.register.at[by.side], condition="good", at=now(), language="en",
        by=by,
    ),
    "incidents.plan_repair": lambda s, by: actions.plan_repair(
        s.register.one, unit=s.register.at[by.side], what="x", language="en", by=by
    ),
    "incidents.finish_repair": lambda s, by: actions.finish_repair(
        s.register.repairs[by.side], by=by
    ),
    "incidents.drop_repair": lambda s, by: actions.drop_repair(
        s.register.repairs[by.side], reason="x", by=by
    ),
    "incidents.export_signs": lambda s, by: actions.export_signs(form="csv", by=by),
    "incidents.reserve_numbers": lambda s, by: actions.reserve_numbers(
        s.unit("DESK-DGP"), count=1, by=by
    ),
    "incidents.print_paper_forms": lambda s, by: actions.print_paper_forms(
        s.paper[0].set, languages=("lv", "be"), by=by
    ),
    "incidents.print_paper_copy": lambda s, by: actions.print_paper_copy(
        s.case, languages=("lv", "be"), by=by
    ),
    "incidents.void_paper_form": lambda s, by: actions.void_paper_form(
        s.paper[0], reason="x", by=by
    ),
    "incidents.enter_paper_form": lambda s, by: actions.enter_paper_form(
        s.paper[-1], unit=s.unit("LV-DGP"), content=s.content(), by=by
    ),
    "contactpoints.enter_expert": lambda s, by: focal_point.expert(by),
    "contactpoints.end_expert": lambda s, by: desks.end_expert(s.focal.expert, by=by),
    "contactpoints.enter_deployment": lambda s, by: focal_point.deployment(by),
    "contactpoints.end_deployment": lambda s, by: desks.end_deployment(s.focal.deployment, by=by),
    "contactpoints.ask_expertise": lambda s, by: focal_point.ask(by),
    "contactpoints.answer_expertise": lambda s, by: desks.answer_expertise(
        s.focal.asked["LV"], answer="x", by=by
    ),
    "contactpoints.withdraw_expertise": lambda s, by: desks.withdraw_expertise(
        s.focal.asked[by.side], by=by
    ),
    "incidents.write_notice": lambda s, by: s.notices.noticing.write(
        unit=s.register.at[by.side], by=by
    ),
    "incidents.change_notice": lambda s, by: actions.change_notice(
        s.notices.sent[by.side], content={"headline": f"By {by.username}"}, by=by
    ),
    "incidents.send_notice": lambda s, by: s.notices.noticing.send(
        s.notices.drafts[by.side], desks=[s.notices.to[by.side]], by=by
    ),
    "incidents.end_notice": lambda s, by: actions.end_notice(s.notices.sent[by.side], by=by),
    "incidents.cancel_notice": lambda s, by: actions.cancel_notice(
        s.notices.sent[by.side], reason="x", by=by
    ),
    "incidents.discard_notice": lambda s, by: actions.discard_notice(
        s.notices.drafts[by.side], by=by
    ),
    "incidents.translate_notice": lambda s, by: actions.translate_notice(
        s.notices.sent[by.side], language="lv", headline="x", text="y", by=by
    ),
    "incidents.match_notice": lambda s, by: actions.match_notice(
        s.notices.sent["LV"], s.case, state="linked", by=by
    ),
    "incidents.ask_information": lambda s, by: s.requests.asking.ask(
        desk=s.unit("DESK-DGP" if by.side == "LV" else "DESK-POL"),
        to=s.unit("DESK-POL" if by.side == "LV" else "DESK-DGP"), by=by,
    ),
    "incidents.answer_request": lambda s, by: s.requests.asking.answer(s.requests.asked, by=by),
    "incidents.refuse_request": lambda s, by: s.requests.asking.refuse(s.requests.asked, by=by),
    "incidents.withdraw_request": lambda s, by: actions.withdraw_request(
        s.requests.asked, reason="x", by=by
    ),
    "incidents.write_to_request": lambda s, by: s.requests.asking.write(s.requests.asked, by=by),
    "incidents.link_request": lambda s, by: actions.link_request(
        s.requests.asked, s.case, by=by
    ),
    "incidents.add_request_file": lambda s, by: actions.add_request_file(
        s.requests.asked, made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=by
    ),
    "incidents.ask_request_consent": lambda s, by: actions.ask_request_consent(
        s.requests.closed, to=s.unit("LV-RIX" if by.side == "LV" else "BY-MSQ"), purpose="x", by=by
    ),
    "incidents.decide_request_consent": lambda s, by: actions.decide_request_consent(
        s.requests.consent, given=True, by=by
    ),
    "incidents.pass_request_on": lambda s, by: actions.pass_request_on(
        s.requests.asked, to=s.unit("LV-RIX" if by.side == "LV" else "BY-MSQ"), by=by
    ),
    "incidents.propose_line": lambda s, by: actions.propose_line(
        unit=s.register.at[by.side], first=s.register.one, last=s.register.one,
        at=now() + timedelta(days=1), language="en", by=by,
    ),
    "incidents.agree_line": lambda s, by: actions.agree_line(
        s.register.proposed, unit=s.register.at[by.side], by=by
    ),
    "incidents.decline_line": lambda s, by: actions.decline_line(
        s.register.proposed, reason="x", by=by
    ),
    "incidents.write_result": lambda s, by: actions.write_result(
        s.register.walked, s.register.one, condition="worn", seen="x", language="en", version=1,
        by=by,
    ),
    "incidents.confirm_line": lambda s, by: actions.confirm_line(
        s.register.walked, sha256=s.register.walked.sha256, by=by
    ),
    "incidents.call_meeting": lambda s, by: actions.call_meeting(
        unit=s.register.at[by.side], point="CCP-LAND", title="x", place="x",
        at=now() + timedelta(days=1), language="en", by=by,
    ),
    "incidents.agree_meeting": lambda s, by: actions.agree_meeting(s.register.called, by=by),
    "incidents.postpone_meeting": lambda s, by: actions.postpone_meeting(
        s.register.called, reason="x", by=by
    ),
    "incidents.cancel_meeting": lambda s, by: actions.cancel_meeting(
        s.register.called, reason="x", by=by
    ),
    "incidents.call_again": lambda s, by: actions.call_again(
        s.register.put_off, at=now() + timedelta(days=1), by=by
    ),
    "incidents.hold_meeting": lambda s, by: actions.hold_meeting(s.register.agreed, by=by),
    "incidents.add_participant": lambda s, by: actions.add_participant(
        s.register.called, function="expert", name="x", by=by
    ),
    "incidents.remove_participant": lambda s, by: actions.remove_participant(
        s.register.people[by.side], by=by
    ),
    "incidents.propose_item": lambda s, by: actions.propose_item(
        s.register.called, topic="x", language="en", by=by
    ),
    "incidents.write_protocol": lambda s, by: actions.write_protocol(
        s.register.ready.items.get(), topics={}, protocol={"lv": "x"}, original="lv", version=2,
        by=by,
    ),
    "incidents.write_decision": lambda s, by: actions.write_decision(
        s.register.ready, due=now().date(), by=by, **TEXTS
    ),
    "incidents.change_decision": lambda s, by: actions.change_decision(
        s.register.draft, due=now().date(), version=1, by=by, **TEXTS
    ),
    "incidents.confirm_protocol": lambda s, by: actions.confirm_protocol(
        s.register.ready, sha256=s.register.ready.sha256, by=by
    ),
    "incidents.move_decision": lambda s, by: actions.move_decision(
        s.register.decided[by.side], state="done", text="x", language="en", by=by
    ),
    "incidents.comment_decision": lambda s, by: actions.comment_decision(
        s.register.decided[by.side], text="x", language="en", by=by
    ),
    "incidents.prepare_handover": lambda s, by: actions.prepare_handover(
        s.receipts.case, kind="goods", planned_at=now() + timedelta(hours=1), by=by
    ),
    "incidents.plan_handover": lambda s, by: actions.plan_handover(
        s.receipts.goods, planned_at=now() + timedelta(hours=9), by=by
    ),
    "incidents.name_hands": lambda s, by: actions.name_hands(
        s.receipts.goods, member=s.receipts.leaders[by.side], by=by
    ),
    "incidents.name_basis": lambda s, by: actions.name_basis(
        s.receipts.goods, basis=f"{by.side}-HO-CUSTOMS", by=by
    ),
    "incidents.add_item": lambda s, by: actions.add_item(s.receipts.goods, facts=GOODS, by=by),
    "incidents.remove_item": lambda s, by: actions.remove_item(s.receipts.line, by=by),
    "incidents.record_check": lambda s, by: actions.record_check(
        s.receipts.person, kind="health", answer="fit", by=by
    ),
    "incidents.open_handover": lambda s, by: actions.open_handover(s.receipts.goods, by=by),
    "incidents.stop_handover": lambda s, by: actions.stop_handover(
        s.receipts.goods, note="x", by=by
    ),
    "incidents.cancel_handover": lambda s, by: actions.cancel_handover(
        s.receipts.goods, reason="time", by=by
    ),
    "incidents.answer_item": lambda s, by: actions.answer_item(
        s.receipts.taken, accepted=False, refusal="papers", by=by
    ),
    "incidents.confirm_handover": lambda s, by: actions.confirm_handover(
        s.receipts.open, sha256=s.receipts.open.sha256, by=by
    ),
    "contactpoints.hand_over_shift": lambda s, by: desks.hand_over_shift(
        s.unit("DESK-RIX"), note="x", by=by
    ),
    "contactpoints.take_over_shift": lambda s, by: desks.take_over_shift(s.handover, by=by),
    # Its own: of another's, whoever sets the rota (tests/contactpoints/test_shift_handover.py).
    "contactpoints.withdraw_handover": lambda s, by: desks.withdraw_handover(
        desks.hand_over_shift(s.unit("DESK-RIX"), note="x", by=by), by=by
    ),
    "contactpoints.write_duty_note": lambda s, by: desks.write_duty_note(
        s.unit("DESK-DGP"), text="x", by=by
    ),
    "contactpoints.print_handover": lambda s, by: desks.print_handover(
        s.handover, languages=("en", "lv"), by=by
    ),
    "contactpoints.print_journal": lambda s, by: desks.print_journal(
        s.unit("DESK-DGP"), day=today("LV"), languages=("en", "lv"), by=by
    ),
    "contactpoints.accept_delivery": lambda s, by: desks.accept_delivery(
        s.delivery, line="x", by=by
    ),
    "contactpoints.acknowledge_delivery": lambda s, by: desks.acknowledge_delivery(
        s.delivery, line="x", by=by
    ),
    "contactpoints.acknowledge_forward": acknowledged_for_post,
    "contactpoints.acknowledge_many": acknowledged_together,
    "contactpoints.forward_delivery": lambda s, by: desks.forward_delivery(
        s.forwards["LV"].delivery, to=[s.forwards["LV"].unit], line="x", by=by
    ),
    "contactpoints.withdraw_forward": lambda s, by: desks.withdraw_forward(
        s.forwards["LV"], by=by
    ),
    "contactpoints.hand_back_delivery": handed_back,
    "contactpoints.resend_delivery": resent,
    "contactpoints.acknowledge_by_phone": lambda s, by: desks.acknowledge_by_phone(
        s.delivery, name="x", line="x", by=by
    ),
    "contactpoints.receive_cap": lambda s, by: desks.receive_cap(
        CAP % {b"sent": f"{now():%Y-%m-%dT%H:%M:%S}-00:00".encode()},
        desk=s.unit("DESK-DGP"), by=by,
    ),
    "contactpoints.refuse_cap": lambda s, by: desks.refuse_cap(
        b"x", Refused("x"), desk=s.unit("DESK-DGP"), by=by
    ),
    "contactpoints.write_cap": lambda s, by: desks.write_cap(s.delivery, by=by),
    "contactpoints.answer_cap": lambda s, by: (
        desks.mark_failed(s.delivery, failure="x"),
        desks.answer_cap(s.delivery, by=by),
    ),
    "contactpoints.send_broadcast": lambda s, by: desks.send_broadcast(
        s.unit("DESK-DGP"), what="crowd", by=by
    ),
    "contactpoints.end_broadcast": lambda s, by: desks.end_broadcast(
        s.broadcast, outcome="x", by=by
    ),
    "contactpoints.cancel_alert": lambda s, by: desks.cancel_alert(
        s.delivery.alert, reason="x", by=by
    ),
    "contactpoints.drop_held_update": lambda s, by: desks.drop_held_update(s.update, by=by),
    "contactpoints.update_alert": lambda s, by: desks.update_alert(
        s.delivery.alert, line="x", by=by
    ),
    "contactpoints.decline_delivery": lambda s, by: desks.decline_delivery(
        s.delivery, reason="x", by=by
    ),
    "contactpoints.make_statement": lambda s, by: desks.make_statement(date(2025, 1, 1), by=by),
    "contactpoints.recount_statement": lambda s, by: desks.recount_statement(s.stated.open, by=by),
    "contactpoints.dispute_line": lambda s, by: desks.dispute_line(
        s.stated.open, s.stated.alike, text="x", by=by
    ),
    "contactpoints.answer_dispute": lambda s, by: desks.answer_dispute(
        s.stated.open, s.stated.disputed[by.side], text="x", by=by
    ),
    "contactpoints.withdraw_dispute": lambda s, by: desks.withdraw_dispute(
        s.stated.open, s.stated.disputed[by.side], by=by
    ),
    "contactpoints.propose_reading": lambda s, by: desks.propose_reading(
        s.stated.open, s.stated.differs, reading=None, text="x", by=by
    ),
    "contactpoints.take_other_count": lambda s, by: desks.take_other_count(
        s.stated.open, s.stated.differs, text="x", by=by
    ),
    "contactpoints.agree_reading": lambda s, by: desks.agree_reading(
        s.stated.open, s.stated.proposed[by.side], by=by
    ),
    "contactpoints.sign_statement": lambda s, by: desks.sign_statement(
        s.stated.settled, sha256=s.stated.settled.sha256, by=by
    ),
    "contactpoints.print_statement": lambda s, by: desks.print_statement(
        s.stated.open, languages=("en", "lv"), by=by
    ),
    "contactpoints.export_statement": lambda s, by: desks.export_statement(
        s.stated.open, form="csv", by=by
    ),
    "contactpoints.export_desk_month": lambda s, by: desks.export_desk_month(
        s.unit("DESK-DGP"), date(2025, 1, 1), form="csv", by=by
    ),
    "contactpoints.answer_check": lambda s, by: desks.answer_check(s.calls[by.side], by=by),
    "contactpoints.check_line": lambda s, by: desks.check_line(*s.ends[by.side], by=by),
    "contactpoints.pause_exchange": lambda s, by: desks.pause_exchange(
        s.point, until=now() + timedelta(hours=1), reason="x", by=by
    ),
    "contactpoints.register_webhook": lambda s, by: desks.register_webhook(
        "x", f"{HOOKS}/{by.side}", desks=[s.unit("DESK-DGP")], events=["line.missed"], by=by
    ),
    "contactpoints.change_webhook": lambda s, by: desks.change_webhook(
        s.webhook, name="y", address=f"{HOOKS}/y", desks=[s.unit("DESK-DGP")],
        events=["line.missed"], by=by,
    ),
    "contactpoints.rotate_webhook_secret": lambda s, by: desks.rotate_webhook_secret(
        s.webhook, by=by
    ),
    "contactpoints.test_webhook": lambda s, by: desks.test_webhook(s.webhook, by=by),
    "contactpoints.switch_webhook": lambda s, by: desks.switch_webhook(s.webhook, on=False, by=by),
    "contactpoints.resend_webhook": lambda s, by: desks.resend_webhook(
        s.webhook, f"{s.webhook.key}1", by=by
    ),
    "contactpoints.remove_webhook": lambda s, by: desks.remove_webhook(s.webhook, by=by),
    "contactpoints.resume_exchange": lambda s, by: desks.resume_exchange(
        s.pauses[by.side], by=by
    ),
    "contactpoints.make_display": lambda s, by: desks.make_display(
        s.unit("DESK-DGP"), name="Yard", language="lv", by=by
    ),
    "contactpoints.end_display": lambda s, by: desks.end_display(s.display, by=by),
    "contactpoints.book_duty": lambda s, by: desks.book_duty(
        s.serving,
        unit=s.unit("DESK-DGP"),
        starts_at=now() + timedelta(days=9),
        ends_at=now() + timedelta(days=10),
        by=by,
    ),
    "contactpoints.cancel_duty": lambda s, by: desks.cancel_duty(s.shift, by=by),
    "contactpoints.enter_absence": lambda s, by: desks.enter_absence(
        s.serving, unit=s.unit("DESK-DGP"), starts_at=now(), ends_at=now() + timedelta(days=1),
        ground="leave", by=by,
    ),
    "contactpoints.end_absence": lambda s, by: desks.end_absence(
        s.absence, unit=s.unit("DESK-DGP"), by=by
    ),
    "contactpoints.set_rota_rule": lambda s, by: desks.set_rota_rule(
        s.person, unit=s.unit("DESK-DGP"), start=now().time(), end=now().time(), by=by
    ),
    "contactpoints.set_policy": lambda s, by: desks.set_policy(
        units()["DESK-DGP"],
        steps=[{"who": "headquarters", "channels": ["mail"]}],
        note_within={"P1": 60, "P2": 60, "P3": 60, "P4": 60},
        why="x",
        version=1,
        by=by,
    ),
    "contactpoints.plan_duty": lambda s, by: desks.plan_duty(
        s.serving, unit=s.unit("DESK-DGP"), start=time(8), end=time(20),
        first_day=s.first_day, last_day=s.last_day, by=by,
    ),
    "contactpoints.end_rota_rule": lambda s, by: desks.end_rota_rule(s.rule, by=by),
    "contactpoints.add_unit": lambda s, by: desks.add_unit(
        "LV-DGP-NEW", parent=s.unit("LV-DGP"), values=UNIT,
        by=by,
    ),
    "contactpoints.edit_unit": lambda s, by: desks.edit_unit(
        s.unit("LV-VIL"), version=s.unit("LV-VIL").version, values=UNIT, by=by
    ),
    "contactpoints.move_unit": lambda s, by: desks.move_unit(
        s.unit("LV-DGP-SIL"), parent=s.unit("LV-LUD"), by=by
    ),
    "contactpoints.retire_unit": lambda s, by: desks.retire_unit(
        s.unit("LV-DGP-SIL"), on=(now() + timedelta(days=30)).date(), by=by
    ),
    "contactpoints.restore_unit": lambda s, by: desks.restore_unit(s.unit("LV-DGP-SIL"), by=by),
    "contactpoints.edit_desk": lambda s, by: desks.edit_desk(
        s.unit("DESK-DGP").desk, values=DESK, by=by
    ),
    "contactpoints.record_status": lambda s, by: desks.record_status(
        s.place, state="open", since=now() - timedelta(minutes=1), by=by
    ),
    "contactpoints.record_waiting": lambda s, by: desks.record_waiting(
        s.place, lines=WAITED, observed_at=now(), by=by
    ),
    "contactpoints.correct_waiting": lambda s, by: desks.correct_waiting(
        s.waited, minutes=3, waiting=None, reason="Typed twice.", by=by
    ),
    "contactpoints.propose_change": lambda s, by: desks.propose_change(
        "categories", "PEV", deed="change", values={"name_lv": "Cits"}, version=s.category.version,
        reason="The courts use this word.", by=by,
    ),
    "contactpoints.confirm_proposal": lambda s, by: desks.confirm_proposal(s.proposal, by=by),
    "contactpoints.decline_proposal": lambda s, by: desks.decline_proposal(
        s.proposal, reason="The old word is in the law.", by=by
    ),
    "contactpoints.withdraw_proposal": lambda s, by: desks.withdraw_proposal(s.proposal, by=by),
    "contactpoints.open_emergency": lambda s, by: desks.open_emergency(
        "The other desks do not answer and the line is down.", by=by
    ),
    "contactpoints.review_emergency": lambda s, by: desks.review_emergency(
        s.emergency, verdict="in_order", text="It was needed; the desk did not answer.", by=by
    ),
    "contactpoints.reset_second_factor": lambda s, by: desks.reset_second_factor(s.person, by=by),
    "contactpoints.correct_officer": lambda s, by: desks.correct_officer(
        s.person, name_latin="X Y", email="x@lv.example", by=by
    ),
    "contactpoints.end_posting": lambda s, by: desks.end_posting(s.person.postings.get(), by=by),
    "contactpoints.invite_officer": lambda s, by: desks.invite_officer(
        username="new.one", language="lv", unit=s.unit("LV-VIL"), role=Role.OFFICER,
        name_latin="New One", email="new@lv.example", by=by,
    ),
    "contactpoints.post_officer": lambda s, by: desks.post_officer(
        s.person, unit=s.unit("LV-LUD"), role=Role.OFFICER, by=by
    ),
    "contactpoints.reinstate_officer": lambda s, by: desks.reinstate_officer(s.person, by=by),
    "contactpoints.resend_invitation": lambda s, by: desks.resend_invitation(s.invited, by=by),
    "contactpoints.set_posting_end": lambda s, by: desks.set_posting_end(
        s.person.postings.get(), ends_at=now() + timedelta(days=9), by=by
    ),
    "contactpoints.sign_out_officer": lambda s, by: desks.sign_out_officer(s.person, by=by),
    "contactpoints.suspend_officer": lambda s, by: desks.suspend_officer(
        s.person, reason="x", by=by
    ),
    "contactpoints.transfer_officer": lambda s, by: desks.transfer_officer(
        s.person.postings.get(), unit=s.unit("LV-LUD"), role=Role.OFFICER, by=by
    ),
    "incidents.add_task": lambda s, by: actions.add_task(s.case, what="x", by=by),
    "incidents.assign_task": lambda s, by: actions.assign_task(
        s.tasks[by.side], due_at=now() + timedelta(days=1), by=by
    ),
    "incidents.comment_task": lambda s, by: actions.comment_task(s.tasks["LV"], text="x", by=by),
    "incidents.drop_task": lambda s, by: actions.drop_task(s.tasks[by.side], reason="x", by=by),
    "incidents.finish_task": lambda s, by: actions.finish_task(s.tasks[by.side], by=by),
    "incidents.move_task": lambda s, by: actions.move_task(
        s.tasks[by.side], state="in_progress", by=by
    ),
    "incidents.record_task": lambda s, by: actions.record_task(s.done[by.side], by=by),
    "incidents.translate_text": lambda s, by: actions.translate_text(
        s.case, language="ru", headline="Восемь человек", by=by
    ),
    "incidents.acknowledge_sealed_recall": lambda s, by: actions.acknowledge_sealed_recall(
        s.recalled, by=by
    ),
    "incidents.add_sealed_person": lambda s, by: actions.add_sealed_person(
        s.case, content={"name_latin": "X Y"}, by=by
    ),
    "incidents.correct_sealed_person": lambda s, by: actions.correct_sealed_person(
        s.sealed, version=1, changes={"phone": "1"}, reason="Misread.", by=by
    ),
    "incidents.open_sealed_copy": lambda s, by: actions.open_sealed_copy(s.held, **WHY, by=by),
    "incidents.open_sealed_part": lambda s, by: actions.open_sealed_part(s.case, **WHY, by=by),
    "incidents.read_sealed_copy": lambda s, by: (
        actions.open_sealed_copy(s.held, **WHY, by=by),
        actions.read_sealed_copy(s.held, by=by),
    ),
    "incidents.read_sealed_part": lambda s, by: (
        actions.open_sealed_part(s.case, **WHY, by=by),
        actions.read_sealed_part(s.case, by=by),
    ),
    "incidents.recall_sealed": lambda s, by: actions.recall_sealed(
        s.held, reason="Wrong person.", by=by
    ),
    "incidents.release_sealed": lambda s, by: actions.release_sealed(
        s.case, persons=[s.sealed], fields=["name_latin"], desk=s.unit("DESK-POL"),
        legal_basis="LV-VITAL", purpose="To find the family.", recipient="The desk", by=by,
    ),
    "incidents.set_retention": lambda s, by: actions.set_retention(
        "file", days=9, starts_on=today(by.side), ground="Section 5", by=by
    ),
    "incidents.place_hold": lambda s, by: actions.place_hold(
        s.case, reason="Case 12 of the court", by=by
    ),
    "incidents.lift_hold": lambda s, by: actions.lift_hold(
        s.holds[by.side], reason="Over.", by=by
    ),
    "incidents.search_subjects": lambda s, by: actions.search_subjects(
        name="Nobody", case_ref="1", reason="The person's letter", by=by
    ),
    "incidents.print_subject_search": lambda s, by: actions.print_subject_search(
        name="Nobody", case_ref="1", reason="The person's letter", languages=("en", "lv"), by=by
    ),
    "incidents.print_certificate": lambda s, by: actions.print_certificate(
        s.certificates[by.side], languages=("en", "lv"), by=by
    ),
    "incidents.add_measure": lambda s, by: actions.add_measure(s.case, text="x", by=by),
    "incidents.attach_file": lambda s, by: actions.attach_file(
        s.case, made_files.upload(made_files.pdf(), "a.pdf"), by=by
    ),
    "incidents.hand_over": lambda s, by: actions.hand_over(
        s.file, to="Laboratory", purpose="Comparison", by=by
    ),
    "incidents.withdraw_attachment": lambda s, by: actions.withdraw_attachment(
        s.file, reason="x", by=by
    ),
    "incidents.add_note": lambda s, by: actions.add_note(s.case, text="x", by=by),
    "incidents.ask_consent": lambda s, by: actions.ask_consent(
        s.case, to=s.unit("BY-POL-VTB"), purpose="x", by=by
    ),
    "incidents.pass_on": lambda s, by: actions.pass_on(s.case, to=s.unit("DESK-MSQ"), by=by),
    "incidents.give_consent": lambda s, by: actions.give_consent(s.consent, by=by),
    "incidents.refuse_consent": lambda s, by: actions.refuse_consent(
        s.consent, reason="x", by=by
    ),
    "incidents.mark_incident": lambda s, by: actions.mark_incident(
        s.case, marking=Marking("H2", "RED"), by=by
    ),
    "incidents.close_part": lambda s, by: actions.close_part(
        s.case, ground="did_not_occur", by=by
    ),
    "incidents.answer_proposal": lambda s, by: actions.answer_proposal(
        s.proposed, answers={"people_total": "accept"}, by=by
    ),
    "incidents.propose_fields": lambda s, by: actions.propose_fields(
        s.copy, values={"people_total": 9}, reason="We counted.", by=by
    ),
    "incidents.drop_held_release": lambda s, by: actions.drop_held_release(s.waiting, by=by),
    "incidents.recall_release": lambda s, by: actions.recall_release(
        s.case, desks=[s.unit("DESK-POL")], reason="By mistake.", by=by
    ),
    "incidents.withdraw_fields": lambda s, by: actions.withdraw_fields(s.proposed, by=by),
    "incidents.export_summary": lambda s, by: actions.export_summary(s.summary, form="csv", by=by),
    "incidents.freeze_indicators": lambda s, by: actions.freeze_indicators(date(2026, 1, 1), by=by),
    "incidents.set_summary_mail": lambda s, by: actions.set_summary_mail(
        s.unit("DESK-DGP"), wanted=False, by=by
    ),
    "incidents.export_alerts": lambda s, by: actions.export_alerts(form="csv", by=by),
    "incidents.export_ledger": lambda s, by: actions.export_ledger(form="csv", by=by),
    "incidents.export_incidents": lambda s, by: actions.export_incidents({}, form="csv", by=by),
    "incidents.upload_import": lambda s, by: actions.upload_import(
        made_files.upload(b"Category\nREF\n", "a.csv"), unit=s.unit("LV-DGP"), by=by
    ),
    "incidents.map_import": lambda s, by: actions.map_import(
        s.uploaded, mapping=s.uploaded.mapping, by=by
    ),
    "incidents.start_import": lambda s, by: actions.start_import(s.checked, mode="all", by=by),
    "incidents.stop_import": lambda s, by: actions.stop_import(s.checked, by=by),
    "incidents.link_incidents": lambda s, by: actions.link_incidents(
        s.case, s.twin, kind="same_vehicle", by=by
    ),
    "incidents.merge_incidents": lambda s, by: actions.merge_incidents(
        s.twin, s.case, reason="x", by=by
    ),
    "incidents.note_near": lambda s, by: actions.note_near(s.case, [s.twin], dismissed=True, by=by),
    "incidents.pair_reports": lambda s, by: actions.pair_reports(s.case, s.theirs, by=by),
    "incidents.unlink_incidents": lambda s, by: actions.unlink_incidents(
        s.links[by.side], reason="x", by=by
    ),
    "incidents.unmerge_incidents": lambda s, by: actions.unmerge_incidents(
        s.gone, reason="x", by=by
    ),
    "incidents.record_open_source": lambda s, by: actions.record_open_source(
        unit=s.unit("LV-SBG"), content=s.content(internal_note=""), source_ref="x", readers=[],
        by=by,
    ),
    "incidents.release_incident": lambda s, by: actions.release_incident(
        s.case, desks=[s.unit("DESK-POL")], by=by
    ),
    "incidents.reopen_incident": lambda s, by: actions.reopen_incident(s.case, reason="x", by=by),
    "incidents.resubmit_incident": lambda s, by: actions.resubmit_incident(s.case, by=by),
    "incidents.return_incident": lambda s, by: actions.return_incident(s.case, reason="x", by=by),
    "incidents.revise_impact": lambda s, by: actions.revise_impact(
        s.case, impact="high", reason="x", by=by
    ),
    "incidents.report_incident": lambda s, by: actions.report_incident(
        unit=s.unit("LV-DGP"), content=s.content(), client_ref=uuid.uuid4(), by=by
    ),
    "incidents.assess_serious": lambda s, by: actions.assess_serious(s.serious, text="x", by=by),
    "incidents.assign_serious": lambda s, by: actions.assign_serious(
        s.serious, handler="lv.serious_incident_handler", by=by
    ),
    "incidents.close_serious": lambda s, by: actions.close_serious(
        s.serious, ground="answered", by=by
    ),
    "incidents.decide_serious": lambda s, by: actions.decide_serious(s.serious, launch=True, by=by),
    "incidents.finish_serious": lambda s, by: actions.finish_serious(s.serious, text="x", by=by),
    "incidents.read_serious": lambda s, by: actions.read_serious(s.serious, by=by),
    "incidents.take_up_serious": lambda s, by: actions.take_up_serious(s.serious, by=by),
    "incidents.write_serious": lambda s, by: actions.write_serious(s.serious, text="x", by=by),
    "incidents.save_filter": lambda s, by: actions.save_filter(
        name="Grave", query="severity=4", by=by
    ),
    "incidents.supplement_incident": lambda s, by: actions.supplement_incident(
        s.case, version=1, changes={"people_total": 3}, by=by
    ),
    "incidents.validate_incident": lambda s, by: actions.validate_incident(s.case, by=by),
    "incidents.verify_incident": lambda s, by: actions.verify_incident(s.case, by=by),
    "incidents.withdraw_incident": lambda s, by: actions.withdraw_incident(
        s.case, reason="x", by=by
    ),
    "incidents.propose_case": lambda s, by: actions.propose_case(
        unit=s.unit("LV-DGP" if by.side == "LV" else "BY-POL"), point="CCP-LAND", facts=facts(),
        by=by,
    ),
    "incidents.cite_incident": lambda s, by: actions.cite_incident(s.joint.agreed, s.case, by=by),
    "incidents.agree_case": lambda s, by: actions.agree_case(s.joint.proposed, by=by),
    "incidents.decline_case": lambda s, by: actions.decline_case(
        s.joint.proposed, reason="x", by=by
    ),
    "incidents.withdraw_case": lambda s, by: actions.withdraw_case(
        s.joint.proposed, reason="x", by=by
    ),
    "incidents.plan_meeting_on_line": lambda s, by: actions.plan_meeting_on_line(
        s.joint.agreed, meet_at=now() + timedelta(hours=5), by=by
    ),
    "incidents.form_team": lambda s, by: actions.form_team(s.joint.settled, by=by),
    "incidents.go_on_site": lambda s, by: actions.go_on_site(s.joint.team_formed, by=by),
    "incidents.finish_exchange": lambda s, by: actions.finish_exchange(s.joint.on_site, by=by),
    "incidents.close_case_part": lambda s, by: actions.close_case_part(
        s.joint.higher, ground="x", by=by
    ),
    "incidents.add_member": lambda s, by: actions.add_member(
        s.joint.agreed, function="member", name="x", by=by
    ),
    "incidents.end_member": lambda s, by: actions.end_member(s.joint.members[by.side], by=by),
    "incidents.tick_step": lambda s, by: actions.tick_step(s.joint.agreed, "do_agreed", by=by),
    "incidents.skip_step": lambda s, by: actions.skip_step(
        s.joint.agreed, "do_agreed", reason="x", by=by
    ),
    "incidents.skip_steps": lambda s, by: actions.skip_steps(
        s.joint.agreed, ["do_agreed", "do_drafted"], reason="x", by=by
    ),
    "incidents.take_step_back": lambda s, by: actions.take_step_back(
        s.joint.settled, "do_agreed", reason="x", by=by
    ),
    "incidents.draft_act": lambda s, by: actions.draft_act(s.joint.exchanged, by=by),
    "incidents.write_paragraph": lambda s, by: actions.write_paragraph(
        s.joint.acts.written, section="facts", texts=WORDS, revision=s.joint.acts.written.revision,
        by=by,
    ),
    "incidents.change_paragraph": lambda s, by: actions.change_paragraph(
        s.joint.acts.written, s.joint.acts.first, texts={"lv": "a", "be": "b"},
        revision=s.joint.acts.written.revision, by=by,
    ),
    "incidents.state_position": lambda s, by: actions.state_position(
        s.joint.acts.written, s.joint.acts.disputed, texts=WORDS,
        revision=s.joint.acts.written.revision, by=by,
    ),
    "incidents.remove_paragraph": lambda s, by: actions.remove_paragraph(
        s.joint.acts.written, s.joint.acts.first, revision=s.joint.acts.written.revision, by=by
    ),
    "incidents.move_paragraph": lambda s, by: actions.move_paragraph(
        s.joint.acts.written, s.joint.acts.first, direction="up",
        revision=s.joint.acts.written.revision, by=by,
    ),
    "incidents.sign_act": lambda s, by: actions.sign_act(
        s.joint.acts.ready, sha256=s.joint.acts.ready.sha256, by=by
    ),
    "incidents.declare_no_agreement": lambda s, by: actions.declare_no_agreement(
        s.joint.acts.ready.investigation, reason="x", by=by
    ),
    "incidents.state_opinion": lambda s, by: actions.state_opinion(
        s.joint.acts.quarrel, texts=WORDS, by=by
    ),
    "incidents.take_to_higher_level": lambda s, by: actions.take_to_higher_level(
        s.joint.acts.quarrel, level="heads", reason="x", by=by
    ),
    "incidents.settle": lambda s, by: actions.settle(s.joint.acts.quarrel, decision="x", by=by),
    "incidents.translate_case": lambda s, by: actions.translate_case(
        s.joint.agreed, language="ru", title="x", grounds="x", by=by
    ),
    "incidents.write_entry": lambda s, by: actions.write_entry(
        s.joint.agreed, kind="trace", title="x", language="en", by=by
    ),
    "incidents.change_entry": lambda s, by: actions.change_entry(
        s.joint.entries[by.side], title="x", text="y", version=1, by=by
    ),
    "incidents.translate_entry": lambda s, by: actions.translate_entry(
        s.joint.entries[by.side], language="ru", text="y", version=1, by=by
    ),
    "incidents.exchange_entries": lambda s, by: actions.exchange_entries(
        s.joint.agreed, [s.joint.entries[by.side]], by=by
    ),
    "incidents.withdraw_entry": lambda s, by: actions.withdraw_entry(
        s.joint.entries[by.side], reason="x", by=by
    ),
    "incidents.pass_evidence": lambda s, by: actions.pass_evidence(
        s.joint.entries[by.side], holder="x", purpose="y", by=by
    ),
    "incidents.comment_entry": lambda s, by: actions.comment_entry(
        s.joint.other[by.side], text="x", language="en", by=by
    ),
    "incidents.answer_comment": lambda s, by: actions.answer_comment(
        s.joint.comments[by.side], state="noted", by=by
    ),
    "incidents.add_entry_file": lambda s, by: actions.add_entry_file(
        s.joint.entries[by.side], made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=by
    ),
    **verbs_tried.TRY,
    **report_verbs_tried.TRY,
    **activity_verbs_tried.TRY,
    **people_verbs_tried.TRY,
    **course_verbs_tried.TRY,
    **plan_verbs_tried.TRY,
    **operation_verbs_tried.TRY,
    **lessons_verbs_tried.TRY,
    **deployment_verbs_tried.TRY,
    **exercise_verbs_tried.TRY,
}  # fmt: skip


def test_every_verb_that_asks_for_a_right_is_tried():
    assert set(TRY) == set(VERBS)


@pytest.fixture
def everybody(officer):
    return {
        (side, role): officer(f"{side}.{role}".lower(), root, role)
        for side, root in ROOTS.items()
        for role in Role
    }


# The states through which a verb needs the incident to have gone; the others take it as submitted.
STATES = {
    "incidents.validate_incident": ["verified"],
    "incidents.revise_impact": ["verified", "validated"],
    "incidents.resubmit_incident": ["returned"],
    "incidents.reopen_incident": ["closed"],
}


SERIOUS = {
    "incidents.decide_serious": ["assessed"],
    "incidents.assign_serious": ["assessed", "launched"],
    "incidents.take_up_serious": ["assessed", "launched", "handler_assigned"],
    "incidents.finish_serious": ["assessed", "launched", "handler_assigned", "in_handling"],
    "incidents.close_serious": ["assessed", "not_launched"],
}


def brought_to(states, scene, serious=()):
    for state in serious:
        SeriousReport.objects.update(state=state)
    for state in states:
        Incident.objects.filter(pk=scene.case.pk).update(state=state)
    if "validated" in states:
        Incident.objects.filter(pk=scene.case.pk).update(validated_at=now())
        Grading.objects.create(incident=scene.case, number=1, impact="low", validation="validated")


def goes_through(attempt, scene, by):
    """Whether the verb was carried out; whatever it did is undone."""
    refusal = None
    with transaction.atomic():
        try:
            attempt(scene, by)
        except Refused as error:
            refusal = error
        transaction.set_rollback(True)
    assert refusal is None or refusal.status in (403, 404), refusal
    return refusal is None


def wanted(verb, side, role):
    if verb.name in ("read_serious", "write_serious") and (side, role) == ("LV", Role.OFFICER):
        return True  # who reported it
    if not (verb.rights - OF_SOPS) & CODENAMES[role]:
        return False
    if verb.name in OF_BOTH and f"{verb.app}.{verb.name}" not in OF_ONE:
        return True
    if verb.name in OF_THE_OTHER | OF_THE_HOLDER:
        return side == "BY"
    if verb.name in OF_THE_OWNER:
        return side == "LV"
    return side == "LV" or (verb.told and "view_incidents" in CODENAMES[role])


def test_each_verb_goes_through_for_its_roles_and_for_nobody_else(scene, everybody):
    scene.serious = actions.report_serious(
        kind="SIR-CONDUCT", subject="x", text="x", by=everybody["LV", Role.OFFICER]
    )
    wrong, tried = [], 0
    for name, attempt in TRY.items():
        with transaction.atomic():
            brought_to(STATES.get(name, []), scene, SERIOUS.get(name, ()))
            for (side, role), by in everybody.items():
                tried += 1
                if goes_through(attempt, scene, by) != wanted(VERBS[name], side, role):
                    wrong.append((name, side, str(role)))
            transaction.set_rollback(True)
    assert not wrong, wrong
    assert tried == len(VERBS) * 2 * len(Role)
