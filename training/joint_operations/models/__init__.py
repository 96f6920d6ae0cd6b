"""What is kept of joint operations."""

from .days import OperationDay, OperationShift, OperationTag
from .operations import JointOperation, OperationMove, OperationSeries, OperationState
from .papers import OperationApproval, OperationResource, OperationText, OperationVersion, Paper

__all__ = [
    "JointOperation",
    "OperationApproval",
    "OperationDay",
    "OperationMove",
    "OperationResource",
    "OperationSeries",
    "OperationShift",
    "OperationState",
    "OperationTag",
    "OperationText",
    "OperationVersion",
    "Paper",
]
