"""Pages of units, desks and people: doors to the verbs, and the names their templates may use."""

from .console import accept, acknowledge, console, console_board, decline, drawn
from .contacts import call_sheet_page, contacts
from .emergency import emergencies, emergency, end, open_one, reviews
from .exporting import contacts_export, places_export, rota_export
from .lines import (
    console_line,
    line_break,
    line_check,
    line_drawn,
    line_export,
    line_heard,
    line_pair,
    lines_overview,
)
from .pauses import pause_end, point_pause
from .people import (
    people,
    people_export,
    person,
    person_correct,
    person_invite,
    person_invite_again,
    person_post,
    person_reinstate,
    person_reset_factor,
    person_sign_out,
    person_suspend,
    posting_end,
)
from .points import contact_point, contact_points
from .rota import rota_of, rota_plan, rota_rule_end, rotas, shift_cancel
from .why import why

__all__ = [
    "accept",
    "acknowledge",
    "call_sheet_page",
    "console",
    "console_board",
    "console_line",
    "contact_point",
    "contact_points",
    "contacts",
    "contacts_export",
    "decline",
    "drawn",
    "emergencies",
    "emergency",
    "end",
    "line_break",
    "line_check",
    "line_drawn",
    "line_export",
    "line_heard",
    "line_pair",
    "lines_overview",
    "open_one",
    "pause_end",
    "people",
    "people_export",
    "person",
    "person_correct",
    "person_invite",
    "person_invite_again",
    "person_post",
    "person_reinstate",
    "person_reset_factor",
    "person_sign_out",
    "person_suspend",
    "places_export",
    "point_pause",
    "posting_end",
    "reviews",
    "rota_export",
    "rota_of",
    "rota_plan",
    "rota_rule_end",
    "rotas",
    "shift_cancel",
    "why",
]
