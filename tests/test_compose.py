"""docker-compose.yml cannot be run everywhere, so everything in it that can be looked up is."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
each_service = pytest.mark.parametrize("name", SERVICES)


def words(name):
    command = SERVICES[name]["command"]
    return " ".join(command).split() if isinstance(command, list) else command.split()


def test_it_follows_the_compose_specification():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*checker, str(ROOT / "docker-compose.yml")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@each_service
def test_whoever_is_waited_for_exists_and_can_be_what_is_waited_for(name):
    for other, wish in SERVICES[name].get("depends_on", {}).items():
        if wish["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        if wish["condition"] == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"


@each_service
def test_volumes_secrets_and_networks_are_declared_and_files_are_there(name):
    service = SERVICES[name]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).is_file()
        else:
            assert source in COMPOSE["volumes"]
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert {config["source"] for config in service.get("configs", [])} <= set(COMPOSE["configs"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    for value in service.get("environment", {}).values():
        if value.startswith("/run/secrets/"):
            assert value.removeprefix("/run/secrets/") in service["secrets"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_a_service_starts_exists(name):
    said = words(name)
    for module in re.findall(r"\bbordercoop\.\w+", " ".join(said)):
        assert importlib.util.find_spec(module)
    for before, command in pairwise(said):
        if before == "manage.py":
            assert command in get_commands()
    if said[0] in ("gunicorn", "uvicorn", "celery"):
        assert shutil.which(said[0], path=str(Path(sys.executable).parent))
    for word in [*said, *SERVICES[name].get("healthcheck", {}).get("test", [])]:
        if word.endswith(".py"):
            assert (ROOT / word).is_file()


@each_service
def test_whatever_stays_is_asked_whether_it_works(name):
    service = SERVICES[name]
    assert ("healthcheck" in service) == (service["restart"] != "no")


def test_every_kind_of_process_can_be_asked():
    alive = (ROOT / "deploy" / "alive.py").read_text()
    for name in OURS - {"migrate", "backup", "restore"}:
        assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "python", "deploy/alive.py", name]
        assert name in alive.splitlines()[0]


def test_a_folder_that_the_portal_writes_to_belongs_to_it_in_the_image():
    """A new volume takes its owner from the folder that the image has at its place."""
    made = re.search(r"install -d -o 10001 .*", DOCKERFILE)[0].split()
    for name in OURS:
        for volume in SERVICES[name].get("volumes", []):
            assert volume.split(":")[1] in made


def test_hadolint_has_nothing_to_say_about_the_image():
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_and_compose_start_the_pages_alike():
    started = re.search(r"CMD (\[.*\])", DOCKERFILE)[1]
    assert yaml.safe_load(started) == SERVICES["web"]["command"]


def test_every_setting_from_the_environment_is_explained():
    files = [
        ROOT / "bordercoop" / name
        for name in ("settings.py", "channel_settings.py", "point_settings.py")
    ]
    settings = "".join(file.read_text() for file in files)
    read = set(re.findall(r'(?:env\.\w+|_required|_provider)\(\s*"([A-Z_]+)"', settings))
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read <= explained
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked - {"HTTP_PORT", "HTTPS_PORT"} <= explained
    ours = {name.removesuffix("_FILE") for name in given if not name.startswith("POSTGRES_")}
    assert ours - {"PROMETHEUS_MULTIPROC_DIR"} <= read


def test_the_backup_only_reads_and_only_the_restore_writes_as_the_owner():
    assert "files:/data/files:ro" in SERVICES["backup"]["volumes"]
    assert "backups:/data/backups:ro" in SERVICES["restore"]["volumes"]
    assert "owner_database_url" not in SERVICES["backup"]["secrets"]
    for name in ("backup", "restore"):
        assert SERVICES[name]["profiles"] == [name], "it does not start with the others"


def test_nobody_outside_reaches_the_metrics():
    assert re.search(
        r"location = /metrics \{\s*return 404;", (ROOT / "deploy/nginx.conf").read_text()
    )


@each_service
def test_nothing_runs_as_root_or_writes_into_its_image(name):
    service = SERVICES[name]
    assert service["user"] not in ("root", "0")
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_no_secret_has_a_value_here():
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    for service in SERVICES.values():
        for setting in service.get("environment", {}):
            assert "PASSWORD" not in setting or setting.endswith("_FILE")
            assert setting not in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEMO")


def test_secrets_stay_out_of_the_image_and_of_the_repository():
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert "/secrets/" in (ROOT / ".gitignore").read_text().split()


def test_only_migration_and_restore_work_as_the_owner_of_the_tables():
    owners = {n for n, s in SERVICES.items() if "owner_database_url" in s.get("secrets", [])}
    assert owners == {"migrate", "postgres", "restore"}


def test_the_database_has_no_way_out_and_only_the_proxy_lets_anybody_in():
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inner"]
    assert COMPOSE["networks"]["inner"]["internal"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_proxy_sends_the_stream_unbuffered_to_live_and_the_rest_to_web():
    rules = re.findall(
        r"location (= /live/|/) \{(.*?)\}", (ROOT / "deploy/nginx.conf").read_text(), re.S
    )
    stream, rest = dict(rules)["= /live/"], dict(rules)["/"]
    assert "proxy_pass http://live;" in stream
    assert "proxy_buffering off;" in stream
    assert "proxy_pass http://web;" in rest
    hosts = re.findall(
        r"server (\w+):(\d+);",
        (ROOT / "deploy/nginx.conf").read_text().replace(" keepalive 8;", ""),
    )
    assert hosts == [("web", "8000"), ("live", "8001")]
    assert "0.0.0.0:8000" in words("web")
    assert words("live")[words("live").index("--port") + 1] == "8001"


def test_the_image_has_what_the_portal_imports():
    """Four packages serve `make run` only; production starts without them."""
    left_out = re.search(r"\^\((.*?)\)==", DOCKERFILE).group(1).split("|")
    pinned = (ROOT / "requirements.txt").read_text()
    for package in left_out:
        assert f"{package}==" in pinned
    modules = [package.replace("-", "_") for package in left_out]
    script = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({modules!r}))\n"
        "import bordercoop.asgi, bordercoop.celery, incidents.urls\n"
        "from django.core.management import call_command\n"
        "bordercoop.celery.app.loader.import_default_modules()\n"
        "call_command('check')\n"
    )
    env = {**os.environ, "DEMO": "0"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_folder_that_the_portal_imports_is_copied_into_the_image():
    copied = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"bordercoop", "locale", "templates", "deploy", "manage.py"} <= copied
    for name in copied:
        assert (ROOT / name).exists()


@pytest.mark.parametrize("setting", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_a_secret_may_come_from_a_file(setting, tmp_path):
    values = {
        "SECRET_KEY": "from-a-file",
        "DATABASE_URL": "postgres://u:from-a-file@db.example/portal",
        "REDIS_URL": "redis://:from-a-file@redis.example/0",
        "EMAIL_URL": "smtp+tls://u:from-a-file@mail.example:587",
    }
    (tmp_path / "value").write_text(values[setting] + "\n")
    env = {name: value for name, value in os.environ.items() if name != setting}
    env[f"{setting}_FILE"] = str(tmp_path / "value")
    shown = (
        "from bordercoop import settings as s\n"
        "print([s.SECRET_KEY, s.DATABASES['default']['PASSWORD'], s.REDIS_URL,"
        " s.EMAIL_HOST_PASSWORD])"
    )
    done = subprocess.run(
        [sys.executable, "-c", shown], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert "from-a-file" in done.stdout, done.stderr
    assert "\\n" not in done.stdout


def test_a_secret_file_that_is_not_there_stops_the_start_with_a_sentence(tmp_path):
    env = {**os.environ, "SECRET_KEY_FILE": str(tmp_path / "nothing")}
    done = subprocess.run(
        [sys.executable, "-c", "import bordercoop.settings"],
        cwd=ROOT, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert "SECRET_KEY_FILE cannot be read" in done.stderr


def test_the_version_is_the_same_everywhere():
    """Backups carry it, and a restore names it to whoever has to install it."""
    from bordercoop import VERSION

    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()
    assert {SERVICES[name]["image"] for name in OURS} == {f"bordercoop:{VERSION}"}
