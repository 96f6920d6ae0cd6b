"""Makers of acts, from the first paragraph to two signatures, by the verbs themselves."""

import pytest

from incidents import actions
from incidents.models import Act, CaseState
from tests.incidents.cases import Cases

LV = "Pēdas sākas pie robežzīmes 214."
BE = "Сляды пачынаюцца каля памежнага знака 214."
TEXTS = {"lv": LV, "be": BE}


def fresh(act):
    return Act.objects.select_related("investigation").get(pk=act.pk)


class Acts(Cases):
    """Acts in Latvian and Belarusian."""

    def begun(self, **more):
        case = self.at(CaseState.EXCHANGED, **{"by_language": "be", **more})
        self.settle(case)
        return fresh(actions.draft_act(case, by=self.lv))

    def write(self, act, *, by=None, section="facts", texts=TEXTS, **more):
        return fresh(
            actions.write_paragraph(
                act, section=section, texts=texts, revision=fresh(act).revision, by=by or self.lv,
                **more,
            )
        )  # fmt: skip

    def position(self, act, paragraph, *, by, texts=TEXTS):
        return fresh(
            actions.state_position(
                act, paragraph["id"], texts=texts, revision=fresh(act).revision, by=by
            )
        )

    def ready(self, **more):
        """An act with an agreed fact that stands on an entry, nothing missing, no step open."""
        act = self.write(self.begun(**more), entries=[1])
        self.settle(act.investigation)
        return act

    def sign(self, act, by, **more):
        return actions.sign_act(act, **{"sha256": fresh(act).sha256, **more}, by=by)

    def signed(self, **more):
        act = self.ready(**more)
        for by in (self.lv, self.by):
            self.sign(act, by)
        return fresh(act)


def paragraphs(act):
    return fresh(act).content["paragraphs"]


@pytest.fixture
def acts(people, unit, both_sides_on_duty):
    return Acts(people, unit)
