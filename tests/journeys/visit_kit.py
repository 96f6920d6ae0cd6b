"""What the journey of a study visit stands on: its people, its letters, and days that pass."""

import mailbox
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tests.kernel.machinery import eventually

TITLE = "Lanes for supporters at Graz airport"
VIENNA = ZoneInfo("Europe/Vienna")
ARTIS, KARLIS = "Artis Kļava", "Kārlis Bērzs"
NATALLIA, VOLHA, IRYNA = "Natallia Zhuravel", "Volha Biarozkina", "Iryna Sasnouskaya"
# So many days pass, for the activity and for everybody's time that it takes.
PASS = """
ALTER TABLE training_attendancemark DISABLE TRIGGER USER;
UPDATE training_attendancemark SET day = day - 1000 WHERE {marked};
UPDATE training_attendancemark SET day = day + 1000 - {days} WHERE {marked};
ALTER TABLE training_attendancemark ENABLE TRIGGER USER;
UPDATE training_activity a SET period = moved.period, nominations_until =
    a.nominations_until - interval '{days} days'
  FROM (SELECT id, {earlier} AS period FROM training_activity) moved
  WHERE moved.id = a.id AND a.id = {activity};
UPDATE contactpoints_booking SET period = {earlier} WHERE id IN
  (SELECT booking_id FROM training_takentime WHERE activity_id = {activity});
"""
MARKED = (
    "participation_id IN (SELECT id FROM training_participation WHERE activity_id = {activity})"
)
EARLIER = """tstzrange(
  (lower(period) AT TIME ZONE {wall} - interval '{days} days') AT TIME ZONE {wall},
  (upper(period) AT TIME ZONE {wall} - interval '{days} days') AT TIME ZONE {wall})"""


def press(screen, name):
    with screen.page.expect_navigation():
        screen.page.locator("main").get_by_role("button", name=name).first.click()


def row(screen, officer):
    return screen.page.locator("main tr", has_text=officer)


class Post:
    """The letters of the portal's mail server, and the folder to which answers are delivered."""

    def __init__(self, portal):
        self.mail = portal.mailbox
        self.folder = mailbox.Maildir(portal.env["ANSWERS_MAILDIR"])

    def letter(self, username, domain, method="REQUEST"):
        """The last letter of this kind about the visit that an officer got, once it has come."""

        def found():
            for to, source in reversed(self.mail.messages):
                if to == [f"{username}@{domain}.example"] and f"METHOD:{method}\n" in (
                    source.replace("\r", "")
                ):
                    letter = message_from_string(source, policy=policy.default)
                    if TITLE in calendar_of(letter).to_ical().decode().replace("\r\n ", ""):
                        return letter
            return None

        return eventually(found, 20)

    def answer(self, letter, partstat, method="REPLY", comment="", days=0):
        """As the officer's calendar program answers, and the mail server delivers it."""
        calendar = calendar_of(letter)
        event = calendar.walk("VEVENT")[0]
        calendar["METHOD"] = method
        event["ATTENDEE"].params["PARTSTAT"] = partstat
        for name in ("DTSTART", "DTEND"):
            event[name].dt += timedelta(days)
        if comment:
            event.add("comment", comment)
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = letter["To"], letter["Reply-To"], "Re"
        mail["Message-ID"] = f"<{partstat}.{method}.{letter['To']}>"
        mail.set_content(comment or partstat)
        mail.add_alternative(
            calendar.to_ical().decode(), subtype="calendar", params={"method": method}
        )
        self.folder.add(mail.as_bytes())


def calendar_of(letter):
    part = next(one for one in letter.walk() if one.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_content())


def pass_days(portal, address, days):
    rows = portal.sql("SELECT id FROM training_activity WHERE number = %s", address.split("/")[2])
    earlier, marked = (
        EARLIER.format(days=days, wall="'Europe/Vienna'"),
        MARKED.format(activity=rows[0][0]),
    )
    whole = PASS.format(days=days, activity=rows[0][0], earlier=earlier, marked=marked)
    for statement in whole.split(";\n")[:-1]:
        portal.sql(statement)
