"""An exercise whose injects go out through whoever runs on the same database.

python -m benchmarks.injects: writes and starts it, waits for its end, prints JSON {"released": n,
"released_late": [s], "sent_late": [s]}: from when an inject was due to its release, and to when a
channel had taken its last delivery.
"""

import json
import time
from datetime import timedelta

import django

COUNT, SPAN_S, PATIENCE_S = 500, 60, 60


def main() -> None:
    from django.utils.timezone import now

    from bordercoop.access.models import User
    from contactpoints.models import Delivery, units
    from training.exercises import actions
    from training.exercises.models import InjectRelease

    lv, by = (User.objects.get(username=name) for name in ("lv.hq", "by.hq"))
    exercise = actions.plan_exercise(
        unit=units()["LV-SBG"], kind="functional", title="A minute", language="en",
        place="PAT-GRI", category="UBC", planned_at=now() + timedelta(hours=1),
        pauses_for_real=False, by=lv,
    )  # fmt: skip
    for number in range(COUNT):
        actions.add_inject(
            exercise, offset_s=number * SPAN_S // COUNT, desks=("DESK-DGP", "DESK-POL"),
            sender="DESK-RIX", headline=f"Seen at the fence, {number}", language="en",
            severity=2 + number % 2, category="UBC", acknowledge_s=60, by=lv,
        )  # fmt: skip
    actions.put_exercise(exercise, by=lv)
    for who in (lv, by):
        actions.name_person(exercise, officer=who, part="director", by=who)
    exercise.refresh_from_db()
    for who in (lv, by):
        actions.agree_exercise(exercise, edition=exercise.edition, by=who)
    actions.start_exercise(exercise, by=lv)
    waits = Delivery.objects.about(exercise.ref).filter(sent_at=None)
    rows = InjectRelease.objects.filter(inject__exercise=exercise)
    until = time.monotonic() + SPAN_S + PATIENCE_S
    while time.monotonic() < until and (rows.count() < COUNT or waits.exists()):
        time.sleep(1)
    sent: dict[int, list[float]] = {}
    due = {row.alert_id: row.due_at for row in rows if row.alert_id}
    for delivery in Delivery.objects.about(exercise.ref).exclude(sent_at=None):
        late = (delivery.sent_at - due[delivery.alert_id]).total_seconds()
        sent.setdefault(delivery.alert_id, []).append(late)
    print(
        json.dumps(
            {
                "released": len(due),
                "released_late": [row.late_s for row in rows],
                "sent_late": [max(each) for each in sent.values()],
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    main()
