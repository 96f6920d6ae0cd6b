"""The verbs of exercises."""

from .judging import (
    mark_objective,
    note_exercise,
    print_exercise,
    report_exercise,
    tick_step,
    write_debrief,
)
from .planning import (
    agree_exercise,
    cancel_exercise,
    change_exercise,
    plan_exercise,
    plan_from_incident,
    put_exercise,
)
from .running import (
    jump_to_inject,
    pause_exercise,
    release_due_injects,
    release_inject,
    resume_exercise,
    start_exercise,
    stop_exercise,
)
from .scenario import (
    add_inject,
    add_objective,
    change_inject,
    name_person,
    remove_inject,
    remove_objective,
    unname_person,
    use_scenario,
)

__all__ = [
    "add_inject",
    "add_objective",
    "agree_exercise",
    "cancel_exercise",
    "change_exercise",
    "change_inject",
    "jump_to_inject",
    "mark_objective",
    "name_person",
    "note_exercise",
    "pause_exercise",
    "plan_exercise",
    "plan_from_incident",
    "print_exercise",
    "put_exercise",
    "release_due_injects",
    "release_inject",
    "remove_inject",
    "remove_objective",
    "report_exercise",
    "resume_exercise",
    "start_exercise",
    "stop_exercise",
    "tick_step",
    "unname_person",
    "use_scenario",
    "write_debrief",
]
