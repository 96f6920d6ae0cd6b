"""Where letters lead is where the pages are, and who writes letters imports none of them."""

import subprocess
import sys

import pytest
from django.urls import reverse

from bordercoop.outbox.addresses import PATHS, address_of, path_of

EXAMPLE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
NUMBERED = {"activity": "ACT-2026-00001", "year_plan": 2027,
            "recommendation": "REC-2026-00001", "contingency_plan": "CPL-2026-00001"}  # fmt: skip


@pytest.mark.parametrize("name", PATHS)
def test_a_letter_leads_to_the_page(name, settings):
    args = [NUMBERED.get(name, EXAMPLE)] if "{}" in PATHS[name] else []
    settings.BASE_URL = "https://portal.example/"
    assert path_of(name, *args) == reverse(name, args=args)
    assert address_of(name, *args) == f"https://portal.example{reverse(name, args=args)}"


def test_what_carries_out_the_outbox_imports_no_page():
    script = (
        "import django, sys; django.setup()\n"
        "from django.conf import settings\n"
        "from django.utils.module_loading import import_string\n"
        "from bordercoop.celery import app\n"
        "app.loader.import_default_modules()\n"
        "names = [*settings.OUTBOX_CHANNELS.values(), *settings.OUTBOX_GIVEN_UP.values()]\n"
        "[import_string(name) for name in [*names, *settings.TICKS]]\n"
        "print([m for m in sys.modules if m == 'bordercoop.urls' or '.views' in m\n"
        "       and m.startswith(('contactpoints', 'incidents', 'bordercoop'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr[-2000:]
