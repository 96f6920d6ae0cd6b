"""`migrate`, several times as fast: a rule is no reason to make the models anew.

Django renders every model that is related to one whose options change: an officer, a unit and an
incident are related to nearly all, so each constraint, index or trigger cost a tenth of a second,
and an empty database 50 s. A rule changes no field, so it is written into the model as it stands.
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


@contextmanager
def rules_in_place() -> Iterator[None]:
    """While it lasts, rules of migrations render no model."""
    places: list[tuple[Any, str, Any]] = [
        *((ProjectState, name, _rule) for name in OF_STATE),
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
        with rules_in_place():
            super().handle(*args, **options)
