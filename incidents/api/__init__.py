"""The incidents' part of the API, a module for each part of the work."""

from .board import (
    AssignTask,
    CommentTask,
    MoveTask,
    MyTasks,
    OneTask,
    RecordTask,
    Tasks,
)
from .life import (
    Outcomes,
    Reopen,
    Resubmit,
    Return,
    ReviseImpact,
    Validate,
    Versions,
    Withdraw,
)
from .record import (
    Close,
    IncidentDetail,
    IncidentList,
    PrintedIncident,
    ReleaseDoor,
    Supplement,
    Verify,
)
from .shapes import IncidentOut
from .texts import Texts

__all__ = [
    "AssignTask",
    "Close",
    "CommentTask",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "MoveTask",
    "MyTasks",
    "OneTask",
    "Outcomes",
    "PrintedIncident",
    "RecordTask",
    "ReleaseDoor",
    "Reopen",
    "Resubmit",
    "Return",
    "ReviseImpact",
    "Supplement",
    "Tasks",
    "Texts",
    "Validate",
    "Verify",
    "Versions",
    "Withdraw",
]
