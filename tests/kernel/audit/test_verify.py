"""Verifying: whatever a superuser of the database changes is found, and the first is named."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from bordercoop.audit.models import Entry, Seal, SealPart, record
from bordercoop.audit.sealing import seal_days
from bordercoop.audit.verifying import verify

pytestmark = pytest.mark.django_db
INSERT = (
    "INSERT INTO audit_entry (at, side, verb, about, facts, request_id)"
    " VALUES (%s, %s, 'incident.reported', 'incident:forged', '{}', '') RETURNING id"
)


@pytest.fixture
def sealed(trail):
    seal_days()
    return trail


def verdict(*words):
    """(exit code, everything that was printed)."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *words, stdout=out)
    except CommandError as error:
        return 1, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def test_a_whole_trail_gives_a_line_for_each_side(sealed):
    record("incident.reported", "incident:today", by=sealed.latvian)
    code, said = verdict()
    last = Seal.objects.filter(side="LV").last()
    assert code == 0
    assert f"LV: 3 days, 9 rows, last LV:2026-11-22:{last.digest}, 1 rows not sealed yet." in said
    assert "EU: nothing sealed yet, 0 rows not sealed yet." in said
    assert re.search(r"^system: 1 days, 1 rows", said, re.M)


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'nothing.happened'",
        "about = 'incident:other'",
        "facts = '{\"number\": 7}'",
        "actor_id = NULL",
        "request_id = 'other'",
        "at = at + interval '1 microsecond'",
        "at = at - interval '1 day'",
        "side = 'BY'",
    ],
)
def test_an_altered_row_is_named(change, sealed, superuser):
    row = sealed.rows[21][1]
    superuser(f"UPDATE audit_entry SET {change} WHERE id = %s", row.pk)
    code, said = verdict()
    assert code == 1
    assert f"Row {row.pk} of 2026-11-21 (LV) was altered after it was sealed." in said


def test_a_deleted_row_is_named_and_the_first_one_comes_first(sealed, superuser):
    first, second = sealed.rows[20][2], sealed.rows[22][0]
    superuser("DELETE FROM audit_entry WHERE id IN (%s, %s)", first.pk, second.pk)
    code, said = verdict("--side", "LV")
    assert code == 1
    assert said.splitlines()[0] == f"Row {first.pk} of 2026-11-20 (LV) is missing."
    assert f"Row {second.pk} of 2026-11-22 (LV) is missing." in said


@pytest.mark.parametrize("at", ["2026-11-21T03:00Z", "2026-11-01T03:00Z"])
def test_a_row_inserted_in_the_past_is_named(at, sealed, superuser):
    superuser(INSERT, at, "BY")
    pk = Entry.objects.get(about="incident:forged").pk
    code, said = verdict()
    assert code == 1
    assert f"Row {pk} of {at[:10]} (BY) was inserted after the day was sealed." in said
    assert verdict("--side", "LV")[0] == 0, "each side verifies alone"


def test_an_altered_row_with_a_hash_to_match_breaks_its_seal(sealed, superuser):
    row = sealed.rows[21][0]
    superuser("UPDATE audit_entry SET verb = 'x.y' WHERE id = %s", row.pk)
    reseal_part(superuser, "2026-11-21")
    code, said = verdict()
    assert code == 1
    assert "The seal of 2026-11-21 (LV) was altered" in said


def test_a_seal_that_was_computed_anew_breaks_the_chain_at_the_next(sealed, superuser):
    superuser("UPDATE audit_entry SET verb = 'x.y' WHERE id = %s", sealed.rows[21][0].pk)
    reseal_part(superuser, "2026-11-21")
    rechain(superuser, ["2026-11-21"])
    code, said = verdict()
    assert code == 1
    assert "The seal of 2026-11-22 (LV) does not follow from that of 2026-11-21" in said


@pytest.mark.parametrize(
    "change", ["digest = repeat('0', 64)", "count = 2", "first_id = 1", "last_id = NULL"]
)
def test_an_altered_seal_is_named(change, sealed, superuser):
    superuser(f"UPDATE audit_seal SET {change} WHERE side = 'LV' AND day = '2026-11-21'")
    code, said = verdict("--side", "LV")
    assert code == 1
    assert said.startswith("The seal of 2026-11-21 (LV) was altered")


@pytest.mark.parametrize(
    ("day", "named"),
    [
        ("2026-11-21", "The seal of 2026-11-21 (LV) is missing."),
        ("2026-11-20", "The seal before that of 2026-11-21 (LV) is missing."),
    ],
)
def test_a_deleted_seal_is_named(day, named, sealed, superuser):
    forget_seals(superuser, f"day = '{day}'")
    code, said = verdict()
    assert code == 1
    assert named in said


def test_only_a_digest_noted_outside_finds_a_trail_that_was_sealed_anew(sealed, superuser):
    noted = str(Seal.objects.get(side="LV", day="2026-11-22"))
    superuser("UPDATE audit_entry SET verb = 'x.y' WHERE id = %s", sealed.rows[21][0].pk)
    forget_seals(superuser, "day >= '2026-11-21'")
    seal_days()
    assert verdict()[0] == 0, "inside, nothing shows"
    code, said = verdict("--expect", noted)
    assert code == 1
    assert "The digest of 2026-11-22 (LV) is not the one that was noted outside" in said


def test_a_noted_digest_that_stands_is_no_finding(sealed):
    words = [word for seal in Seal.objects.all() for word in ("--expect", str(seal))]
    assert verdict(*words)[0] == 0


def test_since_leaves_out_what_was_found_before(sealed, superuser):
    superuser("UPDATE audit_entry SET verb = 'x.y' WHERE id = %s", sealed.rows[20][0].pk)
    assert verdict()[0] == 1
    code, said = verdict("--since", "2026-11-21")
    assert code == 0
    assert "LV: 2 days, 6 rows" in said


@pytest.mark.parametrize(
    "words", [("--expect", "LV:2026-11-22"), ("--expect", "XX:2026-11-22:0"), ("--since", "soon")]
)
def test_a_word_that_cannot_be_right_is_refused(words, sealed):
    with pytest.raises(CommandError, match="invalid"):
        call_command("verify_audit", *words)


def test_a_trail_full_of_changes_gives_a_list_with_an_end(sealed, superuser):
    for _ in range(30):
        superuser(INSERT, "2026-11-21T03:00Z", "LV")
    assert len(verify("LV").findings) == 20


def forget_seals(superuser, where):
    seals = f"audit_seal WHERE side = 'LV' AND {where}"
    superuser(f"DELETE FROM audit_sealpart WHERE seal_id IN (SELECT id FROM {seals})")
    superuser(f"DELETE FROM {seals}")


def reseal_part(superuser, day):
    """What a forger would do: store the hashes of the rows as they are now."""
    from bordercoop.audit.check_export import row_hash
    from bordercoop.audit.sealing import rows_with

    part = SealPart.objects.get(seal__side="LV", seal__day=day)
    rows = rows_with(part.ids)
    hashes = bytes.fromhex("".join(row_hash(rows[pk]) for pk in part.ids))
    superuser("UPDATE audit_sealpart SET hashes = %s WHERE id = %s", hashes, part.pk)


def rechain(superuser, days):
    from bordercoop.audit.check_export import Link
    from bordercoop.audit.sealing import hashes_of

    for day in days:
        seal = Seal.objects.get(side="LV", day=day)
        link = Link(seal.previous, "LV", day)
        for part in seal.parts.all():
            for hashed in hashes_of(part):
                link.add(hashed)
        superuser("UPDATE audit_seal SET digest = %s WHERE id = %s", link.digest, seal.pk)
