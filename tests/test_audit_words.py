"""Every verb that the portal records has a sentence for the auditor."""

import ast
from pathlib import Path

from django.conf import settings

from bordercoop.web.trail.words import VERBS

APPS = ("bordercoop", "contactpoints", "incidents", "training", "riskanalysis")


def recorded():
    """First arguments of `record(...)` that are written out, with the file that has them."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "record"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    yield str(node.args[0].value), path.name


def test_every_verb_has_a_word():
    found = dict(recorded())
    assert len(found) > 35
    assert {verb: where for verb, where in found.items() if verb not in VERBS} == {}
