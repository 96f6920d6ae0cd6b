"""What the training of the demo that is over says. Names of guests are invented."""

from decimal import Decimal
from typing import Any

COLLEGE = "Valsts robežsardzes koledža"
OVER: dict[str, Any] = {
    "kind": "training", "mode": "road", "language": "lv",
    "title": "Dokumentu pirmā pārbaude uz ceļa robežas",
    "purpose": "Vienādi paņēmieni abās pusēs: gaisma, palielinājums, jautājumi vadītājam.",
    "host_country": "LV", "host": COLLEGE, "place": "Rēzekne", "languages": ["lv", "ru"],
    "levels": ["local", "regional"], "topics": ["documents", "first_line"],
    "budget_line": "A.3.2", "budget_planned": Decimal("3100.00"), "quotas": {"LV": 6, "BY": 6},
}  # fmt: skip
SESSIONS: list[dict[str, Any]] = [
    {"day": 0, "hour": 9, "hours": 3, "by": "lv.coordinator", "speaker": "", "language": "lv",
     "guest": f"R. Kalniņš, {COLLEGE}", "title": "Papīrs, druka, foto: kur skatīties vispirms",
     "room": "101. auditorija"},
    {"day": 0, "hour": 13, "hours": 3, "by": "by.coordinator", "speaker": "by.analyst",
     "language": "ru", "guest": "", "title": "Вопросы водителю: порядок и запись",
     "room": "101. auditorija"},
    {"day": 1, "hour": 9, "hours": 4, "by": "lv.coordinator", "speaker": "lv.analyst",
     "language": "lv", "guest": "", "title": "Nodarbība kontrolpunktā", "room": "Poligons"},
]  # fmt: skip
# `valid_days` from the day on which the pool was filled; 0 is without an end.
POOL: list[dict[str, Any]] = [
    {"by": "lv.coordinator", "officer": "lv.analyst", "name": "", "organisation": "",
     "topics": ["documents", "first_line"], "languages": ["lv", "en"],
     "qualification": "Dokumentu ekspertes apliecība, 2. līmenis", "valid_days": 700,
     "note": "Jāpiesaka divas nedēļas iepriekš."},
    {"by": "lv.coordinator", "officer": "", "name": "R. Kalniņš", "organisation": COLLEGE,
     "topics": ["documents", "trains"], "languages": ["lv", "ru"],
     "qualification": "Koledžas lektors", "valid_days": 0, "note": ""},
    {"by": "by.coordinator", "officer": "by.analyst", "name": "", "organisation": "",
     "topics": ["first_line", "exchange"], "languages": ["be", "ru"],
     "qualification": "Кваліфікацыя выкладчыка", "valid_days": 30, "note": ""},
    {"by": "by.coordinator", "officer": "", "name": "П. Ясень", "organisation": "Институт "
     "пограничной службы", "topics": ["contingency"], "languages": ["ru"], "qualification": "",
     "valid_days": 0, "note": "Согласовать с институтом за месяц."},
]  # fmt: skip
WORDS = {
    "lv": "Vairāk laika nodarbībai kontrolpunktā.",
    "be": "Карысна было бачыць, як працуюць калегі.",
    "ru": "Нужен перевод слайдов заранее.",
}
LESSONS = (
    "Abas puses izmanto vienu jautājumu secību. Slaidus tulko nedēļu iepriekš; nodarbībai "
    "kontrolpunktā vajag pilnu dienu."
)
