"""Activities of both sides with everybody who was nominated, and what a clash check costs.

python -m benchmarks.activities: fills the database, prints JSON {"activities": n, "parts": n,
"bookings": n, "clash": [seconds of each check]}.
"""

import json
import random
import time
from datetime import timedelta

import django

ACTIVITIES, EACH, BOOKINGS, CHECKS = 5_000, 20, 100_000, 200
DAYS = 1_800  # that the activities are spread over, two fifths of them past


def main() -> None:
    from django.db import connection, transaction
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
    from django.utils.timezone import now

    from bordercoop.access.models import User
    from contactpoints.models import Booking, units
    from training.clashes import clashes_of
    from training.models import Activity, ActivityKind, Host, Participation

    dice, moment = random.Random(1), now().replace(minute=0, second=0, microsecond=0)
    at = {"LV": units()["LV-SBG"], "BY": units()["BY-GPK"]}
    people = {side: list(User.objects.filter(side=side)) for side in at}
    rows = []
    for number in range(ACTIVITIES):
        side = ("LV", "BY")[number % 2]
        starts = moment + timedelta(hours=dice.randint(-10 * DAYS, 14 * DAYS))
        length = timedelta(hours=dice.choice((3, 8, 32, 56)))
        rows.append(
            Activity(
                number=f"ACT-2020-{number:05d}", side=side, unit=at[side], put_at=moment,
                kind=dice.choice(ActivityKind.values), title=f"Checks at a crossing, {number}",
                state="planned" if starts > moment else "held", language="en", place="Somewhere",
                host_country=dice.choice(Host.values), zone="Europe/Riga", by=people[side][0],
                period=DateTimeTZRange(starts, starts + length),
            )
        )  # fmt: skip
    with transaction.atomic():
        Activity.objects.bulk_create(rows, batch_size=1_000)
        parts = [
            Participation(
                activity=row, officer=officer, side=side, unit=at[side], level="local",
                nominated_by=people[side][0],
            )
            for row in rows
            for side in at
            for officer in dice.sample(people[side], EACH // 2)
        ]  # fmt: skip
        Participation.objects.bulk_create(parts, batch_size=5_000)
        officers = people["LV"] + people["BY"]
        Booking.objects.bulk_create(
            (
                Booking(
                    officer=officers[number % len(officers)],
                    kind=Booking.Kind.DEPLOYMENT,
                    period=DateTimeTZRange(begins, begins + timedelta(hours=8)),
                )
                for number in range(BOOKINGS)
                for begins in [moment + timedelta(days=5 + number // len(officers))]
            ),
            batch_size=5_000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    took = []
    for _check in range(CHECKS):
        begins = moment + timedelta(days=dice.randint(5, 400))
        began = time.perf_counter()
        clashes_of(dice.choice(officers), DateTimeTZRange(begins, begins + timedelta(days=2)))
        took.append(time.perf_counter() - began)
    print(
        json.dumps(
            {
                "activities": len(rows), "parts": len(parts), "bookings": BOOKINGS, "clash": took,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    main()
