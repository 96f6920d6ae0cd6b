"""Fills a database with incidents whose rows are those of the verbs.

Some hundred incidents are reported, verified, released, delivered and acknowledged by the verbs
themselves; PostgreSQL then multiplies their rows over the past, with numbers, public ids and times
of their own.

python -m benchmarks.filling models          people and the incidents made by verbs
python -m benchmarks.filling multiply COUNT  until there are COUNT incidents
"""

import json
import random
import sys
from datetime import timedelta

import django

# A copy's ids are its model's plus a multiple of this, in every table.
STRIDE = 10_000
MODELS = 250
MINUTES_APART = 6
# The tables that an incident fills: what to join to find its incident, and which columns differ
# from the model beside times and `id` ({n} is the number of the copy).
UID = "md5({0} || ':' || n)::uuid"
AGAIN = "({0} + n * {stride})"
REF = "split_part({0}, ':', 1) || ':' || " + UID.format("split_part({0}, ':', 2)")
NUMBER = (
    "substring({0} from '^.*-') ||"
    " to_char(substring({0} from '[0-9]+$')::int + n * {most}, 'FM0000000')"
)
BY_INCIDENT = "JOIN model m ON m.id = t.incident_id"
BY_REF = "JOIN model_ref m ON m.ref = "
TABLES = [
    ("incidents_incident", "JOIN model m ON m.id = t.id", {
        "uid": UID.format("t.uid::text"), "number": NUMBER.format("t.number", most=MODELS),
        "client_ref": "gen_random_uuid()",
    }),
    ("incidents_incidentversion", BY_INCIDENT, {}),
    ("incidents_share", BY_INCIDENT, {"number": NUMBER.format("t.number", most=MODELS)}),
    ("contactpoints_alert", BY_REF + "t.about", {
        "uid": UID.format("t.uid::text"), "about": REF.format("t.about"),
        "card": "jsonb_set(t.card, '{{number}}', to_jsonb("
        + NUMBER.format("(t.card->>'number')", most=MODELS) + "))",
    }),
    ("contactpoints_delivery", BY_REF + "'delivery:' || t.uid", {"uid": UID.format("t.uid::text")}),
    ("incidents_release", BY_INCIDENT, {"uid": "gen_random_uuid()"}),
    ("incidents_part", BY_INCIDENT, {}),
    ("incidents_note", BY_INCIDENT, {"client_ref": "gen_random_uuid()"}),
    ("outbox_message", BY_REF + "'delivery:' || split_part(t.key, ':', 2)", {
        "key": REF.format("t.key") + " || substring(t.key from '^[^:]*:[^:]*(:.*)$')",
        "payload": "jsonb_set(t.payload, '{{delivery}}', to_jsonb("
        + UID.format("(t.payload->>'delivery')") + "))",
    }),
    ("audit_entry", BY_REF + "t.about", {"about": REF.format("t.about")}),
]  # fmt: skip
# Thirty incidents from all over the past say what no other does.
RARE_WORD = """
    UPDATE incidents_share SET fields = jsonb_set(fields, '{narrative}', '"Zibensmeža dumbrājs."')
    WHERE own AND incident_id IN (
        SELECT id FROM incidents_incident ORDER BY md5(id::text) LIMIT least(30, %s))
"""
SHIFTED_KEYS = ("id", "incident_id", "alert_id", "references_id")


def people() -> dict[str, str]:
    """The officers of this benchmark, posted and on duty; user name -> API token."""
    from django.contrib.auth.hashers import make_password
    from django.utils.timezone import now
    from knox.models import AuthToken

    from bordercoop.access.models import NOTICE, User
    from contactpoints.actions import book_duty, post_officer
    from contactpoints.models import Role, units

    roles = {
        "officer": Role.OFFICER, "leader": Role.SHIFT_LEADER, "duty": Role.DUTY_OFFICER,
        "head": Role.HEAD_OF_POINT, "hq": Role.HEADQUARTERS_OFFICER,
    }  # fmt: skip
    at = {
        "dgp": ("LV-DGP", "DESK-DGP"), "pol": ("BY-POL", "DESK-POL"), "rix": ("LV-RIX", "DESK-RIX"),
        "msq": ("BY-MSQ", "DESK-MSQ"), "fp": ("BY-MSQ", "DESK-FP-MSQ"), "lv": ("LV-SBG", "LV-SBG"),
        "by": ("BY-GPK", "BY-GPK"),
    }  # fmt: skip
    password, tokens = make_password(PASSWORD), {}
    for where, (regional, desk) in at.items():
        for part in ["hq"] if where in ("lv", "by") else ["officer", "leader", "duty", "head"]:
            unit = units()[regional if part in ("officer", "leader", "hq") else desk]
            name = f"{where}.{part}"
            user = User.objects.create(
                username=name, email=f"{name}@bench.example", side=unit.side, name_latin=name,
                password=password, welcomed_at=now(), notice=NOTICE, notice_at=now(),
            )  # fmt: skip
            began = now() - timedelta(days=1)
            post_officer(user, unit=unit, role=roles[part], starts_at=began, by=None)
            if part in ("duty", "hq"):
                book_duty(
                    user, unit=unit, starts_at=began, ends_at=now() + timedelta(days=2), by=None
                )
            tokens[name] = AuthToken.objects.create(user)[1]
    return tokens


PASSWORD = "bench-mark-password-1"
UNITS, OFFICERS = 40, 200


def crowd() -> None:
    """Invented local units and officers on top of the real ones, up to UNITS and OFFICERS."""
    from django.utils.timezone import now

    from bordercoop.access.models import NOTICE, User
    from contactpoints.actions import grant_roles, post_officer
    from contactpoints.models import Role, Unit, forget_units, units

    parents = [units()[code] for code in ("LV-DGP", "BY-POL")]
    for turn in range(UNITS - Unit.objects.filter(retired_at=None).count()):
        parent = parents[turn % 2]
        code = f"{parent.code}-B{turn}"
        Unit.objects.create(
            code=code, side=parent.side, parent=parent, kind=Unit.Kind.LOCAL,
            path=f"{parent.path}{code}/", order=900 + turn,
            **{f"name_{language}": code for language in ("en", "lv", "be", "ru")},
        )  # fmt: skip
    forget_units()
    grant_roles()
    where = [u for u in units().values() if u.side in ("LV", "BY")]
    for turn in range(OFFICERS - 22):
        unit = where[turn % len(where)]
        name = f"bench.{turn}"
        user = User.objects.create(
            username=name, email=f"{name}@bench.example", side=unit.side, name_latin=name,
            welcomed_at=now(), notice=NOTICE, notice_at=now(),
        )  # fmt: skip
        role = Role.DUTY_OFFICER if unit.kind == Unit.Kind.DESK else Role.OFFICER
        post_officer(user, unit=unit, role=role, starts_at=now() - timedelta(days=1), by=None)


def models() -> None:
    """MODELS incidents over all units and categories; about a third is released and answered."""
    from django.utils.timezone import now

    from bordercoop.access.models import User
    from bordercoop.outbox.relay import relay_due
    from bordercoop.reference.models import offered
    from contactpoints.actions import acknowledge_delivery
    from contactpoints.models import Delivery, Unit, units
    from incidents import actions
    from incidents.content import crosses

    dice = random.Random(1)
    tokens = people()
    officers = {user.username: user for user in User.objects.all()}
    kinds = (Unit.Kind.REGIONAL, Unit.Kind.LOCAL, Unit.Kind.CROSSING)
    where = [u for u in units().values() if u.kind in kinds and u.side in ("LV", "BY")]
    # Serious incidents have a channel of their own.
    categories = [t.code for t in offered("incident_category") if not t.code.startswith("SIR")]
    desks = {side: [u for u in units().values() if u.kind == Unit.Kind.DESK and u.side == side]
             for side in ("LV", "BY")}  # fmt: skip
    for turn in range(MODELS):
        unit = where[turn % len(where)]
        hq = officers[f"{unit.side.lower()}.hq"]
        reporter = next(
            (o for o in (officers["dgp.officer"], officers["rix.officer"], officers["pol.officer"],
                         officers["msq.officer"]) if _may(o, unit)), None,
        )  # fmt: skip
        category = dice.choice(categories)
        incident = actions.report_incident(
            unit=unit,
            content={
                "category": category, "severity": dice.choice((1, 1, 2, 2, 2, 3, 3, 4)),
                "headline": f"{dice.randint(1, 30)} people near border sign {dice.randint(1, 700)}",
                "happened_at": now() - timedelta(minutes=dice.randint(5, 300)),
                "lat": 55.0 + dice.random(), "lon": 26.5 + dice.random(),
                "people_total": dice.randint(0, 30), "language": "en",
                "narrative": "Tracks across the control strip. " * dice.randint(1, 16),
                "internal_note": "Ask the second patrol.",
            },
            by=reporter or hq,
        )  # fmt: skip
        if reporter and dice.random() < 0.7:
            actions.verify_incident(incident, by=_verifier(officers, unit))
            if dice.random() < 0.6:
                actions.validate_incident(incident, by=hq)
        if dice.random() < 0.15:
            actions.supplement_incident(
                incident, version=1, changes={"people_injured": 0}, by=reporter or hq
            )
        if dice.random() < 0.2:
            actions.add_note(incident, text="The patrol is on its way.", audience="shared", by=hq)
        if crosses(category) and dice.random() < 0.45:
            ours = desks["BY" if unit.side == "LV" else "LV"]
            to = dice.sample(ours, k=dice.choice((1, 1, 2)))
            actions.release_incident(incident, desks=to, by=hq)
    while relay_due():
        pass
    for delivery in Delivery.objects.select_related("desk"):
        duty = next(o for o in officers.values() if o.username.endswith(".duty")
                    and _may(o, delivery.desk, "acknowledge_alerts"))  # fmt: skip
        acknowledge_delivery(delivery, line="A patrol is sent.", by=duty)
    print(json.dumps(tokens))


def _may(officer: object, unit: object, codename: str = "report_incidents") -> bool:
    from contactpoints.access import may

    return may(officer, codename, unit)


def _verifier(officers: dict, unit: object) -> object:
    names = ("dgp.leader", "rix.leader", "pol.leader", "msq.leader")
    return next(officers[n] for n in names if _may(officers[n], unit, "verify_incidents"))


def multiply(count: int) -> None:
    """Copies of the models, oldest first, MINUTES_APART minutes apart; then VACUUM ANALYZE."""
    from django.db import connection

    from incidents.actions import rebuild_cells
    from riskanalysis.actions import rebuild_indicators

    copies = count // MODELS - 1
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE model AS SELECT id, uid, row_number() OVER (ORDER BY"
                       " md5(id::text)) AS place FROM incidents_incident")  # fmt: skip
        cursor.execute(
            "CREATE TEMP TABLE model_ref AS"
            " SELECT 'incident:' || uid AS ref, place FROM model"
            " UNION ALL SELECT 'alert:' || a.uid, m.place FROM contactpoints_alert a"
            "  JOIN model m ON a.about = 'incident:' || m.uid"
            " UNION ALL SELECT 'delivery:' || d.uid, m.place FROM contactpoints_delivery d"
            "  JOIN contactpoints_alert a ON a.id = d.alert_id"
            "  JOIN model m ON a.about = 'incident:' || m.uid"
        )
        cursor.execute("ANALYZE model; ANALYZE model_ref")
        for table, join, other in TABLES:
            cursor.execute(_copying(cursor, table, join, other, copies))
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                           f" (SELECT max(id) FROM {table}))")  # fmt: skip
        cursor.execute("UPDATE incidents_numberseries SET last = %s", [(copies + 1) * MODELS])
        cursor.execute(RARE_WORD, [MODELS])
        rebuild_cells()
        rebuild_indicators()
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT count(*) FROM incidents_incident")
        print(cursor.fetchone()[0])


def _copying(cursor, table: str, join: str, other: dict[str, str], copies: int) -> str:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position", [table],
    )  # fmt: skip
    columns = {}
    for name, kind in cursor.fetchall():
        if name in other:
            columns[name] = other[name].format(stride=STRIDE)
        elif name in SHIFTED_KEYS:
            columns[name] = AGAIN.format(f't."{name}"', stride=STRIDE)
        elif kind == "timestamp with time zone":
            columns[name] = (
                f"t.\"{name}\" - (n * {MODELS} + m.place) * {MINUTES_APART} * '1 minute'::interval"
            )
        else:
            columns[name] = f't."{name}"'
    names = ", ".join(f'"{name}"' for name in columns)
    # What is still to be sent stays single: copies of it would keep the relay busy for hours.
    only = " AND done_at IS NOT NULL" if table == "outbox_message" else ""
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())}"
        f" FROM (SELECT * FROM {table} WHERE id < {STRIDE}{only}) t {join},"
        f" generate_series(1, {copies}) n ORDER BY n DESC, m.place DESC"
    )


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "models":
        models()
    elif sys.argv[1] == "crowd":
        crowd()
    else:
        multiply(int(sys.argv[2]))
