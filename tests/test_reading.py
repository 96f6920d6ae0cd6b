"""Help, glossary and about: whole in four languages, open to all, and plain."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import get_resolver, reverse

import bordercoop
from bordercoop.web import documents, reading

ROOT = Path(settings.BASE_DIR)
LANGUAGES = ("en", "lv", "be", "ru")
# Addresses that are not screens: doors to verbs, parts of pages, programs, and pages about these.
NO_SCREEN = {
    "joint_operation_pdf", "joint_operation_tag",
    "public_event_tie",
    "exercise_by_uid", "exercise_paper",
    "cap_message_xml", "cap_message_receipt", "delivery_cap", "delivery_cap_answer",
    "alert_update", "alert_cancel", "alert_held_drop",
    "console_line", "line_check", "line_heard", "line_drawn", "pause_end", "incident_held_drop",
    "about", "help", "help_topic", "health", "resend", "console_board", "drawn",
    "incident_verify", "incident_resubmit", "incident_note", "incident_measure", "incident_close",
    "webhook_test", "webhook_switch", "webhook_resend", "webhook_remove",
    "channel_test", "channel_answer", "channel_switch", "channel_remove", "push_worker",
    "profile_language", "profile_theme", "profile_hotkeys", "token_revoke", "metrics",
    "audit_sheet", "audit_sealed", "end_session", "end_emergency", "mfa_totp_picture",
    "mfa_download_recovery_codes", "person_correct", "person_post", "person_suspend",
    "person_reinstate", "person_invite_again", "person_reset_factor", "person_sign_out",
    "investigation_member_end", "case_exchange", "case_file",
    "incident_presence", "incident_proposal_answer", "incident_proposal_withdraw", 
    "incident_form_pdf", "posting_end", "paper_copy_pdf", "paper_set_pdf",
    "unit_restore", "proposal_confirm", "proposal_withdraw",
    "rota_plan", "rota_rule_end", "shift_cancel", "absence_end", "swap_decline",
    "swap_withdraw", "calendar_close", "calendar_feed", "incident_sealed_recall",
    "incident_sealed_acknowledge", "filter_chips", "filter_rename", "filter_delete",
    "incident_mark", "incident_pass_on", "incident_ask_consent", "consent_give", "consent_refuse",
    "incident_file", "incident_file_hand_over", "incident_file_withdraw", "incident_files_pack",
    "incident_near", "import_start", "import_stop", "import_faults", "summary_mail",
    "incident_hold", "hold_lift", "retention_certificate_pdf",
    "case_act_draft", "case_act_remove", "case_act_move", "case_act_pdf", "case_pack",
    "guideline_pdf", "sop_pdf", "sign_photo", "meeting_pdf", "receipt_pdf",
    "shift_handover_pdf", "desk_journal_pdf", "statement_pdf", "statement_recount",
    "request_file", "activity_file", "material_file", "forward_withdraw", "resend_alert",
    "risk_chart", "anomaly_do", "report_print", "report_chart",
    "notice_match", "notice_pdf", "display", "display_open", "display_end",
    "brochure_pdf", "brochure_preview_pdf", "risk_matrix_file",
    "activity_people_check", "activity_time_decline", "activity_ics", "certificate_pdf",
    "plan_paper", "recommendation_file", "contingency_paper",
}  # fmt: skip


def names(patterns=None, prefix=""):
    """Names of all addresses outside the API."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(one.pattern)
        if path.startswith("api/"):
            continue
        if hasattr(one, "url_patterns"):
            yield from names(one.url_patterns, path)
        elif one.name:
            yield one.name


def test_every_screen_has_its_help_page():
    missing = set(names()) - set(settings.HELP_TOPICS) - NO_SCREEN
    assert not missing, "name a topic in settings.HELP_TOPICS, or say in NO_SCREEN why not"


def test_the_table_of_help_names_addresses_and_topics_that_exist():
    assert set(settings.HELP_TOPICS) <= set(names())
    assert set(settings.HELP_TOPICS.values()) <= set(settings.HELP_ORDER)
    assert len(settings.HELP_ORDER) == len(set(settings.HELP_ORDER))


def test_every_topic_is_written_in_every_language_and_none_is_left_over():
    for language in LANGUAGES:
        files = {path.stem for path in (documents.HELP / language).glob("*.md")}
        assert files == set(settings.HELP_ORDER), language


@pytest.mark.parametrize("code", settings.HELP_ORDER)
def test_a_page_has_the_same_parts_and_links_in_each_language(code):
    pages = {language: documents.topic(code, language) for language in LANGUAGES}
    assert {len(page.headings) for page in pages.values()} == {4}
    assert len({page.title for page in pages.values()}) >= 3
    links = [sorted(re.findall(r'href="([^"]+)"', page.body)) for page in pages.values()]
    assert all(found == links[0] for found in links)
    assert len({page.body.count("<li>") for page in pages.values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_questions_are_asked_in_the_same_words_on_every_page(language):
    asked = {
        tuple(text for _anchor, text in documents.topic(code, language).headings)
        for code in settings.HELP_ORDER
    }
    assert len(asked) == 1


def test_help_in_belarusian_and_russian_keeps_to_its_letters():
    for code in settings.HELP_ORDER:
        assert not re.search("[ищъ]", documents.topic(code, "be").body, re.IGNORECASE), code
        assert not re.search("[іў]", documents.topic(code, "ru").body, re.IGNORECASE), code


def test_every_link_of_a_help_page_leads_somewhere(client):
    anchors = {entry.anchor for chapter in documents.glossary() for entry in chapter.entries}
    for code in settings.HELP_ORDER:
        for href in re.findall(r'href="([^"]+)"', documents.topic(code, "en").body):
            path, _hash, anchor = href.partition("#")
            assert path in (reverse("glossary"), *(f"/help/{one}/" for one in settings.HELP_ORDER))
            assert not anchor or anchor in anchors, href


def test_nothing_but_plain_elements_comes_out_of_a_document(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        '# T\n\n## A\n\n<script>x()</script> <b onclick="x()">b</b> [l](javascript:x)\n'
    )
    body = documents._topic("page", page, 0).body
    assert "<script" not in body
    assert "<b" not in body
    assert "href" not in body


@pytest.mark.parametrize("path", ["/help/", "/help/console/", "/glossary/", "/about/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_open_to_everybody_in_their_language(path, language, client, db):
    page = client.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("topic", ["nothing", "..", "glossary.md", "x" * 3000])
def test_an_unknown_topic_is_not_found(topic, client, db):
    assert client.get(f"/help/{topic}/").status_code == 404


def test_the_frame_leads_to_the_help_of_this_screen(client, db):
    page = client.get("/accounts/login/").content.decode()
    for path in ("/help/sign-in/", "/help/", "/glossary/", "/about/"):
        assert f'href="{path}"' in page


# --- glossary


def test_every_term_has_four_names_a_meaning_and_an_anchor_of_its_own():
    entries = [entry for chapter in documents.glossary() for entry in chapter.entries]
    assert len(entries) > 120
    assert all(all(entry.names.values()) and entry.meaning and entry.anchor for entry in entries)
    anchors = [entry.anchor for entry in entries]
    assert len(anchors) == len(set(anchors))


def test_every_chapter_has_a_heading_in_the_catalogue():
    assert {chapter.heading for chapter in documents.glossary()} == set(reading.CHAPTERS)


@pytest.mark.parametrize("query", ["headquarters", "galvenā pārvalde", "ГАЛОЎНАЕ", "glavnoe"])
def test_a_term_is_found_in_any_language_and_alphabet(query):
    found = [entry.anchor for chapter in documents.glossary(query) for entry in chapter.entries]
    assert "headquarters" in found


@pytest.mark.parametrize("query", ["\x00", "x" * 100_000, "|", "<script>"])
def test_odd_words_do_not_break_the_glossary(query, client, db):
    page = client.get("/glossary/", {"q": query})
    assert page.status_code == (400 if "\x00" in query else 200)
    assert "<script>" not in page.content.decode().replace('<script id="texts"', "")


# --- about


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["version"] == bordercoop.VERSION


def test_what_others_made_stands_in_the_readme_too(client, db):
    readme = (ROOT / "README.md").read_text() + (
        ROOT / "bordercoop/static/vendor/README.md"
    ).read_text()
    for _what, who, _licence in reading.OTHERS:
        for name in who.replace("© ", "").split(", "):
            assert name.split()[0].lower() in readme.lower(), name


def test_the_donor_s_statement_is_the_operator_s(client, db, settings):
    assert "funding" not in client.get("/about/").content.decode()
    settings.FUNDING_STATEMENT = {"": "Co-funded by a donor.", "lv": "Līdzfinansē ziedotājs."}
    settings.FUNDING_EMBLEM = "img/icon.svg"
    assert finders.find(settings.FUNDING_EMBLEM)
    page = client.get("/about/").content.decode()
    assert "Co-funded by a donor." in page
    assert "/static/img/icon.svg" in page
    lv = client.get("/about/", headers={"accept-language": "lv"}).content.decode()
    assert "Līdzfinansē ziedotājs." in lv


def test_help_and_glossary_are_in_the_image():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"!docs/help", "!docs/glossary.md"} <= set(lines)
    assert get_template("reading/about.html")
