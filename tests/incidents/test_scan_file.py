"""The virus scan: a real server that speaks clamd's INSTREAM, and what each of its answers does."""

import socketserver
import struct
import threading

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused
from bordercoop.outbox.actions import resend_message
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import GIVE_UP_AFTER
from incidents import actions
from incidents.models import Scan, Share
from tests import made_files as made

pytestmark = pytest.mark.django_db
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    def handle(self):
        stream = self.request.makefile("rb")
        assert stream.readline() == b"nINSTREAM\n"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        self.server.scanned.append(content)
        answer = self.server.answer
        if answer is None:
            answer = "Eicar-Signature FOUND" if EICAR in content else "OK"
        self.request.sendall(f"stream: {answer}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def clamd(settings):
    with Server(("127.0.0.1", 0), Clamd) as server:
        server.scanned, server.answer = [], None
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def attach(case, by, inside=b"", **more):
    return actions.attach_file(case, made.upload(made.pdf(inside), "a.pdf"), by=by, **more)


def test_a_file_waits_for_the_scan_and_is_let_go_when_it_is_clean(
    people, incident, clamd, carry_out, signed_in
):
    case = incident()
    row = attach(case, people.dgp_officer)
    browser, path = signed_in(people.dgp_officer), f"/incidents/{case.uid}/files/"
    assert row.scan == Scan.WAITING
    assert browser.get(f"{path}{row.uid}/").status_code == 409
    assert browser.get(f"{path}pack.zip").status_code == 409
    carry_out()
    row.refresh_from_db()
    assert (row.scan, clamd.scanned) == (Scan.CLEAN, [made.pdf()])
    assert row.scanned_at is not None
    assert browser.get(f"{path}{row.uid}/").status_code == 200


def test_an_infected_file_is_locked_away_and_told(
    people, unit, released, clamd, carry_out, signed_in, api
):
    case, _delivery = released()
    row = attach(case, people.dgp_officer, EICAR)
    carry_out()
    row.refresh_from_db()
    assert (row.scan, row.finding) == (Scan.INFECTED, "Eicar-Signature")
    entry = Entry.objects.get(verb="file.infected")
    assert (entry.about, entry.side) == (row.ref, "LV")
    people.dgp_officer.language = "en"
    people.dgp_officer.save(update_fields=["language"])
    browser, path = signed_in(people.dgp_officer), f"/incidents/{case.uid}/files/"
    assert "Eicar-Signature" in browser.get(path).content.decode()
    assert "Infected" in browser.get(f"/incidents/{case.uid}/").content.decode()
    for address in (f"{path}{row.uid}/", f"{path}pack.zip"):
        assert browser.get(address).status_code == 409
    answer = api(people.dgp_officer).get(f"/api/v1{path}{row.uid}/content/")
    assert (answer.status_code, answer.json()["code"]) == (409, "infected")
    with pytest.raises(Invalid, match="Infected"):
        actions.release_incident(
            case, desks=[unit("DESK-POL")], files={row.uid: False}, by=people.dgp_duty
        )
    assert not Entry.objects.filter(verb="data.exported").exists()


def test_what_waits_or_is_infected_is_not_seen_by_the_other_side(
    people, released, clamd, carry_out
):
    case, _delivery = released()

    def seen():
        from incidents.files import held_files

        share = Share.objects.visible_to(people.dgp_duty).get(incident=case)
        return [held.attachment for held in held_files(people.dgp_duty, case, share)]

    clean = attach(case, people.pol_duty, audience="shared")
    attach(case, people.pol_duty, EICAR, audience="shared")
    assert seen() == []
    carry_out()
    assert seen() == [clean]


def test_a_scanner_that_does_not_answer_is_asked_again_and_in_the_end_the_file_says_so(
    people, unit, released, clamd, carry_out, signed_in, time_machine
):
    case, _delivery = released()
    clamd.answer = "INSTREAM: cannot scan ERROR"
    row = attach(case, people.dgp_officer)
    message = Message.objects.get(channel="scan")
    for _attempt in range(GIVE_UP_AFTER):
        message.refresh_from_db()
        time_machine.move_to(message.due_at, tick=True)
        carry_out()
    message.refresh_from_db()
    row.refresh_from_db()
    assert message.given_up_at is not None
    assert row.scan == Scan.FAILED
    # The own side is not kept from its evidence by a scanner that is down; the other side is.
    path = f"/incidents/{case.uid}/files/{row.uid}/"
    assert signed_in(people.dgp_officer).get(path).status_code == 200
    with pytest.raises(Invalid, match="Not scanned"):
        actions.release_incident(
            case, desks=[unit("DESK-POL")], files={row.uid: False}, by=people.dgp_duty
        )
    # An operator has it sent again once the scanner is back.
    clamd.answer = None
    resend_message(message, by=people.lv_admin)
    carry_out()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


def test_the_verdict_stands_whoever_comes_later(people, incident, clamd, carry_out):
    row = attach(incident(), people.dgp_officer, EICAR)
    carry_out()
    actions.mark_scanned(row, state=Scan.CLEAN)
    actions.mark_scanned(row, state=Scan.FAILED)
    row.refresh_from_db()
    assert row.scan == Scan.INFECTED
    assert Entry.objects.filter(verb="file.infected").count() == 1


def test_without_a_scanner_nothing_is_asked_and_the_file_says_so(people, incident, signed_in):
    people.dgp_officer.language = "en"
    people.dgp_officer.save(update_fields=["language"])
    case = incident()
    row = attach(case, people.dgp_officer)
    assert row.scan == Scan.NOT_CONFIGURED
    assert not Message.objects.filter(channel="scan").exists()
    page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/files/").content.decode()
    assert "no scanner here" in page
    with pytest.raises(Refused):
        actions.download_attachment(row, by=people.pol_duty)
