"""`migrate` writes what is added into the models as they stand, and changes nothing else."""

from django.core.management import get_commands
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

from bordercoop.operations.management.commands.migrate import OF_STATE, additions_in_place

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
    with additions_in_place():
        ADD.state_forwards("things", made)
    assert made.apps.get_model("things", "thing") is model
    assert model._meta.constraints == [RULE]
    assert made.models["things", "thing"].options["constraints"] == [RULE]


ID = ("id", models.AutoField(primary_key=True))
PART = migrations.CreateModel(
    "Part", [ID, ("of", models.ForeignKey("things.thing", models.CASCADE, related_name="parts"))]
)
TO_PART = models.ForeignKey("things.part", models.CASCADE, null=True, related_name="+")
ALSO = [
    PART,
    migrations.AddField("thing", "m", models.IntegerField(null=True)),
    migrations.AddField("thing", "best", TO_PART),
    migrations.AddField("part", "others", models.ManyToManyField("things.thing")),
]


def described(apps):
    """Of every model its fields and what points at it, and whether all of them know each other."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.get_fields(include_hidden=True)
        found[model._meta.label] = [
            (one.name, one.__class__, getattr(one, "column", None), one.related_model)
            for one in fields
        ]
        for field in fields:
            known = field.related_model
            assert known is None or known is apps.get_model(known._meta.label), field
    return {
        label: [(*facts, known and known._meta.label) for *facts, known in fields]
        for label, fields in found.items()
    }


def test_a_new_model_and_a_new_field_leave_the_models_that_stand():
    made = state()
    model = made.apps.get_model("things", "thing")
    with additions_in_place():
        for operation in ALSO[:3]:
            operation.state_forwards("things", made)
    assert made.apps.get_model("things", "thing") is model
    assert [field.name for field in model._meta.fields] == ["id", "n", "m", "best"]
    assert model._meta.get_field("parts").related_model is made.apps.get_model("things", "part")
    assert not made.is_delayed


def test_the_models_are_then_those_that_django_makes():
    made, as_ever = state(), state()
    for operation in ALSO:
        operation.state_forwards("things", as_ever)
        with additions_in_place():
            operation.state_forwards("things", made)
    assert described(made.apps) == described(as_ever.apps)
    assert {"things.Thing", "things.Part", "things.Part_others"} <= {*described(made.apps)}


def test_what_changes_a_field_makes_the_model_anew():
    made = state()
    model = made.apps.get_model("things", "thing")
    with additions_in_place():
        change = migrations.AlterField("thing", "n", models.IntegerField(null=True))
        change.state_forwards("things", made)
    assert made.apps.get_model("things", "thing") is not model
    assert made.apps.get_model("things", "thing")._meta.get_field("n").null


def test_a_state_that_was_copied_keeps_its_models():
    """Models belong to the state that made them; a copy of it makes those anew that it changes."""
    made = state()
    copy = made.clone()
    with additions_in_place():
        ALSO[1].state_forwards("things", copy)
    assert "m" in {field.name for field in copy.apps.get_model("things", "thing")._meta.fields}
    assert "m" not in {field.name for field in made.apps.get_model("things", "thing")._meta.fields}
    copy = made.clone()
    with additions_in_place():
        PART.state_forwards("things", copy)
    assert "parts" in {
        one.name for one in copy.apps.get_model("things", "thing")._meta.get_fields()
    }
    assert described(copy.apps)


def test_afterwards_everything_is_as_django_has_it():
    names = (*OF_STATE, "add_model", "add_field")
    before = [getattr(ProjectState, name) for name in names], AddTrigger.state_forwards
    with additions_in_place():
        assert not {getattr(ProjectState, name) for name in names} & {*before[0]}
    assert ([getattr(ProjectState, name) for name in names], AddTrigger.state_forwards) == before


def test_the_portal_s_own_command_is_the_one_that_runs():
    assert get_commands()["migrate"] == "bordercoop.operations"
