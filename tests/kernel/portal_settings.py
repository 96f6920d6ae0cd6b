"""The portal's settings with channels, topics and pages of these tests, for real processes."""

from bordercoop.settings import *  # noqa: F403

HOME = "tests.kernel.outside"
OUTBOX_CHANNELS = {"live": f"{HOME}.send_live", "mail": f"{HOME}.send_mail"}
OUTBOX_GIVEN_UP = {"mail": f"{HOME}.mail_given_up"}
QUICK_TICKS = [f"{HOME}.quick_tick"]
TICKS = [f"{HOME}.failing_tick", f"{HOME}.counting_tick"]
OPERATOR_CHECK = f"{HOME}.is_operator"
STILL_POSTED = f"{HOME}.still_posted"
LIVE_TOPICS = f"{HOME}.topics_of"
HEALTH_CHECKS = [f"{HOME}.checks"]
ROOT_URLCONF = "tests.kernel.pages"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "bordercoop.outbox.tasks.tick", "schedule": 1.0, "options": {"expires": 1}}
}
