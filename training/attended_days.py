"""How many days somebody took part: the one place that says it, in SQL.

The days that were marked; of an activity whose days nobody marked, each of them. A day is one on
the clock of its place.
"""

# Of `a`, a row of training_activity: its days on the wall of its place. An end at midnight is of
# the day before.
DAYS_OF_ACTIVITY = """
    ((upper(a.period) - interval '1 microsecond') AT TIME ZONE a.zone)::date
    - (lower(a.period) AT TIME ZONE a.zone)::date + 1
"""
# Of `p`, a row of training_participation of `a` that was attended.
DAYS_ATTENDED = f"""coalesce(nullif((
        SELECT count(*) FROM training_attendancemark m
        WHERE m.participation_id = p.id AND m.present AND m.superseded_at IS NULL), 0),
    {DAYS_OF_ACTIVITY})"""  # noqa: S608
# The last day of `a` on the wall of its place: an activity counts in the period in which it ends.
LAST_DAY = "((upper(a.period) - interval '1 microsecond') AT TIME ZONE a.zone)::date"
