"""What the activities of the demo say. Names of guests are invented."""

from decimal import Decimal
from typing import Any

# Times are (day after the Monday, hour[, minute]) on the wall of the place.
ACTIVITIES: list[dict[str, Any]] = [
    {
        "by": "lv.coordinator", "other": "by.coordinator", "unit": "LV-SBG", "road": "nominations",
        "kind": "study_visit", "mode": "air", "language": "en",
        "title": "Passenger checks at a large airport before a public event",
        "purpose": "How the airport plans lanes and staff for arrival peaks of supporters, and "
        "what the police hear beforehand. Each side brings home one list of what to change.",
        "host_country": "AT", "host": "Border police at Vienna airport",
        "place": "Vienna airport, Schwechat", "weeks": 5, "starts": (1, 9), "ends": (3, 16),
        "nominations_until": (-7, 18), "languages": ["en"], "levels": ["local", "regional"],
        "topics": ["events", "first_line", "contingency"], "budget_line": "A.2.1",
        "budget_planned": Decimal("11800.00"), "quotas": {"LV": 5, "BY": 5},
        "programme": [
            {"title": "Welcome and the airport in figures", "starts": (1, 9, 30), "ends": (1, 11),
             "room": "Conference room 2", "speaker": "Chief Inspector M. Gruber", "language": "en",
             "interpreter": "K. Steiner"},
            {"title": "Walk through arrivals: lanes, queues, signs", "starts": (1, 13),
             "ends": (1, 16), "room": "Terminal 3", "speaker": "Inspector L. Wagner",
             "language": "en", "interpreter": "K. Steiner"},
            {"title": "Planning staff for a match day", "starts": (2, 9), "ends": (2, 12),
             "room": "Conference room 2", "speaker": "Chief Inspector M. Gruber",
             "language": "en", "interpreter": "K. Steiner"},
            {"title": "What we take home: work in two groups", "starts": (3, 9), "ends": (3, 12),
             "room": "Conference room 2", "speaker": "", "language": "ru", "interpreter": ""},
        ],
    },
    {
        "by": "lv.coordinator", "other": "by.coordinator", "unit": "LV-SBG", "road": "planned",
        "kind": "training", "mode": "rail", "language": "lv",
        "title": "Dokumentu pārbaude starptautiskajos vilcienos",
        "purpose": "Praktiskas nodarbības: pārbaude kustībā, apgaismojums, saziņa ar vilciena "
        "apkalpi.",
        "host_country": "LV", "host": "Valsts robežsardzes koledža", "place": "Rīga, Centrālā "
        "stacija", "weeks": 7, "starts": (2, 9), "ends": (3, 17), "nominations_until": (-7, 17),
        "languages": ["lv", "ru"], "levels": ["local"], "topics": ["documents", "trains"],
        "budget_line": "A.3.2", "budget_planned": Decimal("3400.00"),
        "quotas": {"LV": 8, "BY": 6},
        "programme": [
            {"title": "Pārbaude vilcienā: secība un drošība", "starts": (2, 9), "ends": (2, 12),
             "room": "2. sliežu ceļš", "speaker": "R. Kalniņš", "language": "lv",
             "interpreter": "S. Ivanova"},
        ],
    },
    {
        "by": "by.coordinator", "other": "lv.coordinator", "unit": "BY-GPK", "road": "idea",
        "kind": "bilateral_meeting", "mode": "", "language": "ru",
        "title": "Встреча дежурных частей: итоги полугодия",
        "purpose": "Сверить журналы обмена, договориться о времени ответа ночью.",
        "host_country": "BY", "host": "Полоцкая часть", "place": "Полоцк", "weeks": 6,
        "starts": (4, 10), "ends": (4, 15), "nominations_until": None, "languages": ["ru"],
        "levels": ["regional", "central"], "topics": ["exchange"], "budget_line": "",
        "budget_planned": None, "quotas": {"LV": 3, "BY": 3}, "programme": [],
    },
]  # fmt: skip
