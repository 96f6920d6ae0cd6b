"""The steps of the procedures that a report follows, and what each is to its road."""

from __future__ import annotations

from typing import Any

# A report is written by one of these unless another procedure of its level is named.
USUAL = {"operational": "SOP-OPERATIONAL", "strategic": "SOP-STRATEGIC"}
# Steps by which facts are collected; the code names a step in every version. A procedure that has
# none of them collects with its first step.
COLLECTING = {"fix_scope", "lay_out_facts", "agree_terms", "gather_regions", "describe_event"}
# Steps that the report's own road carries out: review, approval, sending.
ROAD = {"review_and_send", "approve_and_follow"}


def parts_of(version: Any) -> list[dict[str, Any]]:
    """What to make of each step: number, code, collects, road."""
    steps = version.steps
    codes = [step["code"] for step in steps]
    collecting = COLLECTING & set(codes) or set(codes[:1])
    return [
        {"number": n, "code": code, "collects": code in collecting, "road": code in ROAD}
        for n, code in enumerate(codes, 1)
    ]


def step_of(report: Any, part: Any) -> dict[str, Any]:
    """The step of the procedure that a part is about; {} where there is none."""
    steps = report.version.steps if report.version else []
    return next((step for step in steps if step["code"] == part.code), {})
