"""`report_incident` itself, beside the fastest way to get a row of its kind onto the disk.

python -m benchmarks.verb: prints JSON {"raw": [rates], "verb": [rates], "statements": n}.
"""

import json
import time
import uuid

import django
import psycopg2
from django.conf import settings

ROUNDS, RAW, VERBS = 7, 200, 60
INSERT = """
    INSERT INTO bench_raw (uid, number, client_ref, unit_id, side, category_id, origin, exercise,
        state, version, reported_at, reported_by_id)
    VALUES (%s, %s, %s, %s, 'LV', 1, 'service', false, 'submitted', 1, now(), %s)
"""


def main() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils.timezone import now

    from bordercoop.access.models import User
    from contactpoints.access import forget_grants
    from contactpoints.models import units
    from incidents.actions import report_incident

    officer, unit = User.objects.get(username="dgp.officer"), units()["LV-DGP"]
    facts = settings.DATABASES["default"]
    plain = psycopg2.connect(
        host=facts["HOST"], port=facts["PORT"], user=facts["USER"], password=facts["PASSWORD"],
        dbname=facts["NAME"],
    )  # fmt: skip
    cursor = plain.cursor()
    cursor.execute("DROP TABLE IF EXISTS bench_raw")
    # The columns of an incident with a key and nothing else: no index, trigger or foreign key.
    cursor.execute(
        "CREATE TABLE bench_raw (LIKE incidents_incident INCLUDING IDENTITY"
        " INCLUDING DEFAULTS, PRIMARY KEY (id))"
    )
    plain.commit()

    def raw() -> None:
        cursor.execute(
            INSERT, [str(uuid.uuid4()), "LV-DGP-2026-00012", str(uuid.uuid4()), unit.pk, officer.pk]
        )
        plain.commit()

    def verb() -> None:
        forget_grants(officer)  # a request asks for them, so they count
        moment = now()
        report_incident(
            unit=unit,
            content={
                "category": "UBC-LND", "severity": 3, "headline": "Eight people at border sign 214",
                "happened_at": moment, "detected_at": moment, "lat": 55.79, "lon": 27.3,
                "people_total": 8, "narrative": "Tracks across the control strip. " * 4,
                "language": "lv",
            },
            by=officer,
        )  # fmt: skip

    def rate(what, times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            what()
        return times / (time.perf_counter() - began)

    verb()
    with CaptureQueriesContext(connection) as seen:
        verb()
    rates = {"raw": [], "verb": []}
    for _ in range(ROUNDS):
        rates["raw"].append(rate(raw, RAW))
        rates["verb"].append(rate(verb, VERBS))
    cursor.execute("DROP TABLE bench_raw")
    plain.commit()
    # Django lists BEGIN and COMMIT among the queries.
    print(json.dumps({**rates, "statements": len(seen)}))


if __name__ == "__main__":
    django.setup()
    main()
