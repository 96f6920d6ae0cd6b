"""Information requests as tests make them: Daugavpils asks Polotsk."""

from types import SimpleNamespace

from incidents import actions
from incidents.handling import Marking
from incidents.models import InformationRequest

QUESTION = "Was the car seen on your side?"


class Asking:
    """`lv` asks from DESK-DGP, `by` answers at DESK-POL."""

    def __init__(self, people, unit):
        self.lv, self.by = people.dgp_duty, people.pol_duty
        self.desk, self.to = unit("DESK-DGP"), unit("DESK-POL")

    def ask(self, **more):
        said = {
            "desk": self.desk,
            "to": self.to,
            "subject": "A grey car",
            "question": QUESTION,
            "language": "en",
            "ground": "border_regime",
            "by": self.lv,
            **more,
        }
        return actions.ask_information(**said)

    def answer(self, asked, kind="whole", text="It was seen.", **more):
        said = {"kind": kind, "text": text, "language": "en", "by": self.by, **more}
        return actions.answer_request(asked, **said)

    def refuse(self, asked, **more):
        said = {
            "ground": "security",
            "text": "We may not say.",
            "language": "en",
            "by": self.by,
            **more,
        }
        return actions.refuse_request(asked, **said)

    def write(self, asked, text="x", audience="own", **more):
        said = {"text": text, "audience": audience, "language": "en", "by": self.lv, **more}
        return actions.write_to_request(asked, **said)


def fresh(asked):
    return InformationRequest.objects.select_related("desk", "to").get(pk=asked.pk)


def scene_of_requests(people, unit):
    """Requests at the states from which each verb goes on; `case` is held by both desks."""
    asking = Asking(people, unit)
    asked = asking.ask(marking=Marking("H1", "GREEN"))
    closed = asking.ask()
    asking.answer(closed)
    consent = actions.ask_request_consent(closed, to=unit("BY-POL-VTB"), purpose="x", by=asking.by)
    return SimpleNamespace(asked=asked, closed=closed, consent=consent, asking=asking)
