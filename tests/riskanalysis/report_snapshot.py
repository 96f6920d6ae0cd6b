"""The snapshot of a risk report as tests and pictures of it take one: invented throughout."""

SHA = "5f2c" * 16


def incident(number, ref, lat, lon, **more):
    return {
        "number": number, "kind": "incident", "ref": ref, "side": ref[:2], "version": 2,
        "headline": "Group of eight crossed the river at night", "language": "en",
        "occurred_at": "2026-11-14T00:40:00+00:00", "precision": "minute", "section": "S06",
        "place": "PAT-GRI", "position": [lat, lon] if lat else None, "category": "UBC-LND",
        "scale": "4x4", "source_grade": "B", "information_grade": "2", "other_scale": "6x6",
        "other_source_grade": "B", "other_information_grade": "2", "validation": "validated",
        **more,
    }  # fmt: skip


def snapshot(**more):
    weeks = [(10, 31, 4), (11, 2, 12), (11, 9, 17), (11, 16, None), (11, 23, 1)]
    return {
        "number": "RR-LV-2026-00001",
        "title": "Crossings of the Daugava by night between Piedruja and Pāternieki",
        "language": "en",
        "level": "operational",
        "side": "LV",
        "joint": False,
        "exercise": False,
        "unit": "LV-DGP",
        "other_unit": "",
        "period": ["2026-11-01", "2026-11-26"],
        "sections": ["S05", "S06"],
        "places": ["PAT-GRI"],
        "marking": {"handling": "H2", "tlp": "AMBER", "restriction": ""},
        "sop": {
            "code": "SOP-OPERATIONAL", "number": 1, "sha256": "ab" * 32,
            "title": "Operational risk report",
        },
        "authors": [{"side": "LV", "name": "Ilze Kalna"}],
        "reviewer": {"side": "LV", "name": "Jānis Ozols"},
        "approvals": [{"side": "LV", "name": "Anna Bērziņa", "at": "2026-11-26T09:30:00+00:00"}],
        "parts": [
            {"step": 1, "title": "Put the question", "side": "LV", "state": "done", "reason": "",
             "text": "Will the crossings by boat go on once the river freezes?\n\nThe chief of the "
                     "board asks so that patrols can be planned for December.\nTwo weeks remain."},
            {"step": 2, "title": "Collect", "side": "LV", "state": "done", "reason": "",
             "text": "Reports of both services of four weeks, and what was published. " * 9},
            {"step": 3, "title": "Ask other bodies", "side": "LV", "state": "skipped", "text": "",
             "reason": "No other body has anything on this stretch of the river."},
        ],
        "judgements": [
            {"number": 1, "probability": "very_likely", "confidence": "moderate",
             "text": "Groups will keep crossing between Piedruja and Pāternieki until the ice "
                     "carries no boat.",
             "alternative": "The boats belong to fishermen, and two groups were led on foot.",
             "cites": [1, 3, 99], "no_cites": ""},
            {"number": 2, "probability": "even", "confidence": "low", "alternative": "",
             "text": "The organisers will move their way to the rail crossing.", "cites": [],
             "no_cites": "Nobody has reported on it; it rests on the experience of last winter."},
        ],
        "recommendations": [
            {"number": 1, "text": "Patrol the river by night with a boat until 15 December.",
             "owner": "LV-DGP", "due": "2026-12-15"},
        ],
        "citations": [
            incident(1, "LV-DGP-2026-00012", 55.842, 27.61),
            incident(2, "BY-POL-2026-00031", None, None, validation="unverified",
                     headline="Abandoned rubber boat found on the bank"),
            incident(3, "LV-DGP-2026-00019", 55.8425, 27.612),
            {"number": 4, "kind": "incident", "ref": "", "side": "BY", "withheld": True,
             "category": "UBC-LND", "week": "2026-11-16"},
            {"number": 5, "kind": "open_source", "ref": "OS-2026-00003", "version": 1,
             "title": "Two people drowned in a border river",
             "source": "IOM Missing Migrants Project", "published": "2026-10",
             "url": "https://missingmigrants.iom.int/downloads", "licence": "CC BY 4.0",
             "occurred_at": "2026-10-01T00:00:00+00:00", "precision": "month", "section": "",
             "position": [54.9, 27.0], "category": "CRI"},
            {"number": 6, "kind": "anomaly", "ref": "a", "side": "LV", "week": "2026-W46",
             "category": "UBC", "section": "S06", "title": "More than usual at section 6",
             "count": 17, "usual": [4, 14]},
            {"number": 7, "kind": "risk", "ref": "R4", "uid": "u", "side": "LV", "level": "high",
             "title": "Crossing by boat", "language": "en", "edition": 3},
        ],
        "figures": {
            "weeks": [
                {"week": f"2026-{month:02}-{day:02}" if day < 31 else "2026-10-26",
                 "count": count, "usual": [4.0, 14.0] if count else None}
                for month, day, count in weeks
            ],
            "by_category": [{"code": "UBC", "count": 29}, {"code": "DOC", "count": 5},
                            {"code": "CBC", "count": 2}],
            "by_section": [{"code": "S05", "count": 12}, {"code": "S06", "count": 21},
                           {"code": "away", "count": 3}],
        },
        **more,
    }  # fmt: skip
