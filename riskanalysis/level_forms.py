"""Impact levels of sections as officers type them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language
from incidents.investigation.form_kit import Form, area, choice, day

from .models import SectionLevel


class LevelForm(Form):
    level = choice(_("Level"), SectionLevel.Level.choices, look="tiles")
    why = area(_("Why"), note=_("Both sides read it."))
    until = day(_("Last day"), note=_("In UTC. A critical level needs one; others may have one."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].required = False
        self.fields["language"] = choice(_("Language of the text"), Language.choices)
