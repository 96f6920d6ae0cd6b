"""What the models promise of the database is really there after the migrations.

Django drops a partial unique index together with the index of a foreign key on the same column, so
the migrations alone prove nothing.
"""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

APPS = ("reference", "audit", "outbox", "access", "live", "api", "contactpoints", "incidents")
MODELS = [model for name in APPS for model in apps.get_app_config(name).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_and_index_of_a_model_is_in_the_database(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass UNION "
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND schemaname = 'public'",
            [model._meta.db_table, model._meta.db_table],
        )
        found = {name for (name,) in cursor.fetchall()}
    wanted = {rule.name for rule in [*model._meta.constraints, *model._meta.indexes]}
    assert wanted <= found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_trigger_of_a_model_is_in_the_database(model):
    wanted = {
        trigger.get_pgid(model): trigger.name for trigger in getattr(model._meta, "triggers", ())
    }
    # Taken off for the whole run, so that tests may be flushed; its own tests put it back.
    wanted = {pgid for pgid, name in wanted.items() if name != "no_truncate"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'",
            [model._meta.db_table],
        )
        found = {name for (name,) in cursor.fetchall()}
    assert wanted <= found
