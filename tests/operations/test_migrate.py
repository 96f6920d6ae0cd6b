"""`migrate` writes rules into models as they stand, and changes nothing else."""

from django.core.management import get_commands
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

from bordercoop.operations.management.commands.migrate import OF_STATE, rules_in_place

RULE = models.CheckConstraint(name="above_nought", condition=models.Q(n__gt=0))
ADD = migrations.AddConstraint(model_name="thing", constraint=RULE)


def state():
    made = ProjectState()
    create = migrations.CreateModel(
        "Thing", [("id", models.AutoField(primary_key=True)), ("n", models.IntegerField())]
    )
    create.state_forwards("things", made)
    assert made.apps.get_model("things", "thing")
    return made


def test_a_rule_is_in_the_model_that_was_made_before_it():
    made = state()
    model = made.apps.get_model("things", "thing")
    with rules_in_place():
        ADD.state_forwards("things", made)
    assert made.apps.get_model("things", "thing") is model
    assert model._meta.constraints == [RULE]
    assert made.models["things", "thing"].options["constraints"] == [RULE]


def test_what_is_no_rule_makes_the_model_anew():
    made = state()
    model = made.apps.get_model("things", "thing")
    with rules_in_place():
        migrations.AddField("thing", "m", models.IntegerField(null=True)).state_forwards(
            "things", made
        )
    assert made.apps.get_model("things", "thing") is not model


def test_afterwards_everything_is_as_django_has_it():
    before = [getattr(ProjectState, name) for name in OF_STATE], AddTrigger.state_forwards
    with rules_in_place():
        assert getattr(ProjectState, OF_STATE[0]) is not before[0][0]
    assert ([getattr(ProjectState, name) for name in OF_STATE], AddTrigger.state_forwards) == before


def test_the_portal_s_own_command_is_the_one_that_runs():
    assert get_commands()["migrate"] == "bordercoop.operations"
