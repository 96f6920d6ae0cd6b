"""The pages as production serves them: several workers, one set of metrics, JSON on stderr."""

import json
import sys

import pytest
import requests
from django.db import connection

from tests.kernel.machinery import ROOT, Process, answers, eventually, free_port

TOKEN = "a-token-of-this-test-only"


@pytest.fixture
def pages(db, tmp_path):
    facts, port = connection.settings_dict, free_port()
    login = f"{facts['USER']}:{facts['PASSWORD']}"
    env = {
        "DATABASE_URL": f"postgres://{login}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}",
        "DEMO": "0", "HTTPS": "0", "LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "bordercoop.wsgi", "--no-control-socket"]
    command += ["--config", "deploy/gunicorn.conf.py", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "2", "--bind", f"127.0.0.1:{port}"]
    process = Process(*command, env=env, log=tmp_path / "log")
    eventually(lambda: answers(port), 30)
    yield process, f"http://127.0.0.1:{port}"
    process.end(15)


def test_all_workers_count_together_and_every_line_is_json(pages):
    process, url = pages
    head = {"Authorization": f"Bearer {TOKEN}"}

    def scrape():
        return requests.get(f"{url}/metrics", headers=head, timeout=10).text

    for _ in range(20):
        assert requests.get(f"{url}/health/", timeout=10).status_code == 200
    requests.get(f"{url}/accounts/login/?q=xyzzyplugh", timeout=10)
    wanted = 'django_http_responses_total_by_status_view_method_total{method="GET",status="200"'
    line = next(x for x in scrape().splitlines() if x.startswith(wanted) and '"health"' in x)
    assert float(line.split()[-1]) == 20
    assert "bordercoop_broker_up" in scrape()
    assert requests.get(f"{url}/metrics", timeout=10).status_code == 404
    eventually(lambda: process.output().count('"route": "metrics"') >= 1)
    lines = [json.loads(line) for line in process.output().splitlines()]
    said = {line["logger"] for line in lines}
    assert {"gunicorn.error", "bordercoop.request"} <= said
    assert any(line.get("route") == "accounts/login/" for line in lines)
    assert "xyzzyplugh" not in process.output()
