"""`migrate`, several times as fast: what is added is no reason to make the models anew.

Django renders every model that is related to one that changes: an officer, a unit and an incident
are related to nearly all, so each constraint, index or trigger, each new column and table cost a
tenth of a second and more, and an empty database a minute. A rule changes no field, a new field no
other and a new model no other model, so each is written into the models as they stand.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# What adds, takes away or changes one rule among a model's options.
OF_STATE = ("_append_option", "_remove_option", "_alter_option")


@contextmanager
def _unrendered(state: Any) -> Iterator[Any]:
    """The models that the state has made, out of its sight: what is not there is not made anew."""
    apps = state.__dict__.pop("apps", None)
    try:
        yield apps
    finally:
        if apps is not None:
            state.__dict__["apps"] = apps


def _rule(method: Callable[..., None]) -> Callable[..., None]:
    def change(state: Any, app_label: str, model_name: str, option_name: str, *rest: Any) -> None:
        with _unrendered(state) as apps:
            method(state, app_label, model_name, option_name, *rest)
        if apps is not None:
            now = state.models[app_label, model_name].options[option_name]
            setattr(apps.get_model(app_label, model_name)._meta, option_name, list(now))

    return change


def _trigger(method: Callable[..., None]) -> Callable[..., None]:
    def change(operation: Any, app_label: str, state: Any) -> None:
        with _unrendered(state):
            method(operation, app_label, state)

    return change


# Models belong to the state that made them. A copy of a state shares them, and makes those anew
# that it changes, as Django does.


def _new_model(method: Callable[..., None]) -> Callable[..., None]:
    def add(state: Any, model_state: Any) -> None:
        with _unrendered(state) as apps:
            method(state, model_state)
        if apps is None:
            return
        apps.render_multiple([model_state])
        model = apps.get_model(model_state.app_label, model_state.name)
        near = (field.related_model for field in model._meta.get_fields())
        if any(hasattr(one, "_meta") and one._meta.apps is not apps for one in near):
            state.reload_model(model_state.app_label, model_state.name_lower)

    return add


def _new_field(method: Callable[..., None]) -> Callable[..., None]:
    def add(state: Any, app_label: str, model_name: str, name: str, *rest: Any) -> None:
        with _unrendered(state) as apps:
            method(state, app_label, model_name, name, *rest)
        if apps is None:
            return
        field = state.models[app_label, model_name].fields[name]
        model = apps.get_model(app_label, model_name)
        alone = model._meta.apps is apps and not field.primary_key
        if alone and not field.many_to_many and not _is_parent(field):
            with apps.bulk_update():
                model.add_to_class(name, field.clone())
        else:
            state.reload_model(app_label, model_name, delay=not field.is_relation)

    return add


def _is_parent(field: Any) -> bool:
    return bool(field.remote_field and field.remote_field.parent_link)


@contextmanager
def additions_in_place() -> Iterator[None]:
    """While it lasts, rules, models and plain fields that migrations add render nothing else."""
    places: list[tuple[Any, str, Any]] = [
        *((ProjectState, name, _rule) for name in OF_STATE),
        (ProjectState, "add_model", _new_model),
        (ProjectState, "add_field", _new_field),
        *((operation, "state_forwards", _trigger) for operation in (AddTrigger, RemoveTrigger)),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _wrap in places]
    for (owner, name, wrap), (_owner, _name, method) in zip(places, kept, strict=True):
        setattr(owner, name, wrap(method))
    try:
        yield
    finally:
        for owner, name, method in kept:
            setattr(owner, name, method)


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with additions_in_place():
            super().handle(*args, **options)
