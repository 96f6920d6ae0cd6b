"""Each verb of letters and calendar files as every role of each side tries it."""

from datetime import UTC, datetime
from types import SimpleNamespace

from training import actions
from training.calendar_files import FileEvent
from training.models import AnswerLetter, TimeProposal

# Each side does it for itself, or either may.
OF_BOTH = {"decline_time", "settle_letter", "import_ideas"}
EVENT = FileEvent(
    line=1, uid="x", title="x", place="x", text="",
    starts_at=datetime(2027, 3, 1, 8, tzinfo=UTC), ends_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
)  # fmt: skip


def scene_of_people(made):
    """A time that an invited officer of Latvia proposed, and a letter of nobody known. `made` is of
    activities_made.py."""
    activity = made.nominating(title="For letters")
    part = made.approved(activity, made.people.dgp_leader, "LV-DGP", made.lv)
    actions.invite_participants(activity, by=made.lv)
    letter = AnswerLetter.objects.create(
        identity="c" * 64, participation=part, side="LV", outcome="proposed"
    )
    proposal = TimeProposal.objects.create(
        participation=part, letter=letter, period=activity.period, sequence=0
    )
    unread = AnswerLetter.objects.create(identity="d" * 64, outcome="unread", reason={"en": "x"})
    return SimpleNamespace(
        proposal=proposal, unread=unread,
        roots={"LV": made.unit("LV-SBG"), "BY": made.unit("BY-GPK")},
    )  # fmt: skip


TRY = {
    "training.decline_time": lambda s, by: actions.decline_time(s.letters.proposal, by=by),
    "training.settle_letter": lambda s, by: actions.settle_letter(s.letters.unread, by=by),
    "training.import_ideas": lambda s, by: actions.import_ideas(
        [EVENT], unit=s.letters.roots[by.side], kind="training", host_country="LV", language="en",
        by=by,
    ),
}  # fmt: skip
