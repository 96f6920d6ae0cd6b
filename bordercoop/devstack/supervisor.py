"""`make run`: everything the portal needs, started, watched and ended as one."""

import hashlib
import http.client
import ipaddress
import os
import re
import secrets
import signal
import socket
import time
from functools import partial
from typing import NoReturn

from . import programs
from .postgres import Postgres, free_port
from .processes import Process, Trouble, die_with_parent, keep_logs_small
from .stack import (
    PYTHON,
    ROOT,
    RUN,
    end_left_over,
    portal_environment,
    remember,
    remembered,
    take_lock,
    write_private,
)
from .terminal import Window, say, step
from .valkey import Valkey
from .watched import Watched

STATE = RUN / "supervisor.json"
ENV = RUN / "env"
HOPELESS = 3  # times the web process may die before its first answer
# Where answers to invitations go in a demonstration.
ANSWERS = "answers@bordercoop.example"


class Stop(Exception):
    """Somebody asked for the end: Ctrl-C, a signal, the terminal closed."""


class Supervisor:
    """Reads the environment, then `run()` does everything; its result is the exit code."""

    def __init__(self) -> None:
        self.bind = os.environ.get("BIND") or "127.0.0.1"
        self.port = self._port(os.environ.get("PORT") or "8000")
        self.demo = (os.environ.get("DEMO") or "1").lower() not in ("0", "false", "no", "off")
        host = f"[{self.bind}]" if ":" in self.bind else self.bind
        self.address = f"http://{host}:{self.port}"
        self.asked_to_stop, self.window = 0, Window()
        self.servers: list[Postgres | Valkey] = []
        self.watched: list[Watched] = []
        self.passing: list[Process] = []
        self.environment: dict[str, str] = {}

    @staticmethod
    def _port(text: str) -> int:
        if text.isdigit() and 0 < int(text) < 65536:
            return int(text)
        raise Trouble(f"PORT is {text}, but a port is a number from 1 to 65535.")

    # --- the whole course

    def run(self) -> int:
        self._hear_signals()
        RUN.mkdir(mode=0o700, exist_ok=True)
        try:
            lock = self._take_the_lock()
        except Stop:
            return 0
        begun = time.monotonic()
        try:
            say(f"BorderCoop, in {ROOT}")
            self._end_what_was_left()
            self._check_address()
            self._start_servers()
            self._prepare()
            self._start_portal()
            say(f"\n  Ready in {time.monotonic() - begun:.1f} s:  {self.address}\n")
            self._show_accounts()
            self._say_state("running")
            say("  Ctrl-C ends all of it.\n")
            self._watch()
        except Stop:
            return 0
        finally:
            self._end()
            os.close(lock)

    def _hear_signals(self) -> None:
        if "MAKELEVEL" in os.environ:
            die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started by nohup, on purpose
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        # Only noted here: an exception from within a start could lose the child just started.
        self.asked_to_stop += 1

    def _pause(self, seconds: float) -> None:
        if self.asked_to_stop or self.window.closed():
            raise Stop
        time.sleep(seconds)

    # --- before anything starts

    def _take_the_lock(self) -> int:
        deadline = time.monotonic() + 20
        while (lock := take_lock(RUN / "lock")) is None:
            about, _ = remembered(STATE)
            if about.get("state") != "stopping" or time.monotonic() > deadline:
                raise Trouble(
                    f"The portal already runs at {about.get('address', 'another address')} "
                    f"(process {about.get('pid', 'unknown')}). "
                    "Stop it with Ctrl-C in its terminal first."
                )
            self._pause(0.1)
        return lock

    def _check_address(self) -> None:
        if self.demo and self.bind != "localhost" and not _is_loopback(self.bind):
            raise Trouble(
                f"Demo mode has known passwords and serves only this machine, but BIND is "
                f"{self.bind}. Set BIND=127.0.0.1, or DEMO=0 for a real installation."
            )
        family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.bind, self.port))
            except PermissionError:
                raise Trouble(
                    f"Only root may serve on port {self.port}. Take one above 1023: make run "
                    "PORT=8000"
                ) from None
            except OSError as error:
                raise Trouble(
                    f"{self.address} cannot be served: {(error.strerror or str(error)).lower()}. "
                    f"If another program has the port, take another: make run PORT={self.port + 1}"
                ) from None

    def _end_what_was_left(self) -> None:
        if left := end_left_over(STATE):
            say(f"  Ended what an earlier start left running: {', '.join(left)}.")
        self._say_state("starting")
        keep_logs_small(RUN / "logs")

    # --- servers

    def _start_servers(self) -> None:
        settings = {
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self._kept_secret(),
            "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
            "EMAIL_URL": os.environ.get("EMAIL_URL", ""),
            "DEMO": "1" if self.demo else "0",
            "BIND": self.bind,
            "BASE_URL": os.environ.get("BASE_URL") or self.address,
        }
        if not settings["DATABASE_URL"]:
            with step("PostgreSQL") as this:
                database = Postgres(RUN)
                self._serve(database)
                settings["DATABASE_URL"] = database.url
                this.outcome = f"{database.version} on port {database.port}"
        if not settings["REDIS_URL"]:
            with step("Valkey") as this:
                broker = Valkey(RUN)
                self._serve(broker)
                settings["REDIS_URL"] = broker.url
                this.outcome = f"on port {broker.port}"
        if not settings["EMAIL_URL"]:
            mail_port = free_port()
            settings["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
            settings |= {"ANSWERS_ADDRESS": ANSWERS, "ANSWERS_MAILDIR": str(RUN / "answers")}
        text_port = free_port()
        settings |= self._reach(text_port)
        self.environment = portal_environment(**settings)
        if not os.environ.get("EMAIL_URL"):
            command = ["-m", "bordercoop.devstack.mailbox", str(mail_port), str(RUN / "mail")]
            command += [ANSWERS, str(RUN / "answers")]
            self._watch_over("mailbox", command)
        if not os.environ.get("CHANNEL_SMS_URL"):
            command = ["-m", "bordercoop.devstack.telephone", str(text_port), str(RUN / "texts")]
            self._watch_over("telephone", command)
        write_private(ENV, "".join(f"{name}={value}\n" for name, value in settings.items()))

    def _serve(self, server: Postgres | Valkey) -> None:
        self._pause(0)
        self.servers.append(server)
        server.start()

        def again() -> Process:
            server.restart()
            assert server.process is not None
            return server.process

        assert server.process is not None
        self.watched.append(Watched(server.process, again))
        self._say_state("starting")

    def _kept_secret(self, name: str = "secret", length: int = 48) -> str:
        file = RUN / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(length))
        return file.read_text().strip()

    def _reach(self, port: int) -> dict[str, str]:
        """Settings of officers' own channels that the environment does not name: a provider on
        this machine, and browsers' own push services beside it."""
        origin = f"http://127.0.0.1:{port}"
        text = f"json://127.0.0.1:{port}/text?:to={{to}}"
        settings = {
            # Any 32 bytes are a private key on P-256, but for four in a thousand million.
            "VAPID_PRIVATE_KEY": self._kept_secret("vapid", 32),
            "CHANNEL_SMS_URL": text,
            "CHANNEL_MESSENGER_URL": text,
            "CHANNEL_VOICE_URL": text,
            "PUSH_HOSTS": f"{origin},fcm.googleapis.com,updates.push.services.mozilla.com",
        }
        return {name: os.environ.get(name) or value for name, value in settings.items()}

    # --- the portal

    def _django(self, *words: str, name: str) -> Process:
        process = self._launch(name, ["manage.py", *words])
        self.passing.append(process)
        return process

    def _launch(self, name: str, command: list[str]) -> Process:
        process = Process(
            name,
            [PYTHON, *command],
            log=RUN / "logs" / f"{name}.log",
            env=self.environment,
            cwd=ROOT,
        )
        return process

    def _watch_over(self, name: str, command: list[str]) -> None:
        self._pause(0)
        launch = partial(self._launch, name, command)
        self.watched.append(Watched(launch(), launch))
        self._say_state("starting")

    def _finish(self, process: Process, what: str) -> None:
        """Waits for a passing command, showing what it prints; stops everything if it fails."""
        seen = process.log_from
        while True:
            ended = process.code is not None
            with open(process.log, "rb") as output:
                output.seek(seen)
                text = output.read()
            whole = text if ended else text[: text.rfind(b"\n") + 1]
            seen += len(whole)
            if process.code in (None, 0):
                for line in whole.decode(errors="replace").splitlines():
                    say(f"    {line}")
            if ended:
                break
            self._pause(0.05)
        if process.code:
            raise Trouble(f"{what} It says:\n{process.said(25)}")

    def _prepare(self) -> None:
        (RUN / "static").mkdir(exist_ok=True)
        sources = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
        stamp = RUN / "catalogues"
        state = hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
        compiled = all(file.with_suffix(".mo").exists() for file in sources)
        if not compiled or not stamp.exists() or stamp.read_text() != state:
            with step("catalogues") as this:
                making = self._django("catalogues", "--compile", name="catalogues")
                self._finish(making, "The translations cannot be compiled.")
                stamp.write_text(state)
                this.outcome = "compiled"
        with step("database", "preparing") as this:
            making = self._django("prepare", name="prepare")
            self._finish(making, "The database cannot be prepared.")
            this.outcome = "prepared"

    def _start_portal(self) -> None:
        with step("portal") as this:
            # The others each import Django too: on two cores the page waits for nobody else's.
            self._watch_over("web", programs.web(self.bind, self.port))
            if self.demo:
                self.accounts = self._django("demo", "--accounts", name="accounts")
            self._await_web()
            self._watch_over("relay", programs.RELAY)
            self._watch_over("worker", programs.WORKER)
            # Where the schedule is in the database, this file is not written.
            self._watch_over("beat", [*programs.BEAT, f"--schedule={RUN / 'beat-schedule'}"])
            this.outcome = "web, relay, worker and beat run; logs in .run/logs"

    def _await_web(self) -> None:
        web = next(one for one in self.watched if one.name == "web")
        while not self._web_answers():
            if web.process.code is not None and web.deaths + 1 >= HOPELESS:
                raise Trouble(f"The web process does not start. It says:\n{web.process.said(25)}")
            self._look_after_all()
            self._pause(0.05)

    def _web_answers(self) -> bool:
        link = http.client.HTTPConnection(self.bind, self.port, timeout=10)
        try:
            link.request("GET", "/")
            status = link.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()
        if status >= 500:
            say(f"  The portal answers with an error ({status}); see .run/logs/web.log.")
        return True

    def _show_accounts(self) -> None:
        if self.demo:
            self._finish(self.accounts, "The demo accounts cannot be listed.")
            say()

    # --- watching and ending

    def _watch(self) -> NoReturn:
        while True:
            self._look_after_all()
            self._pause(0.25)

    def _look_after_all(self) -> None:
        for one in self.watched:
            try:
                if one.look_after():
                    self._say_state("running")
                    say(f"  {one.name} runs again.")
            except Trouble as trouble:
                say(f"  {trouble}")

    def _running(self) -> list[Process]:
        own = [server.process for server in self.servers if server.process]
        others = [one.process for one in self.watched if one.process not in own]
        return [*own, *others, *(one for one in self.passing if one.code is None)]

    def _say_state(self, state: str) -> None:
        remember(self._running(), STATE, pid=os.getpid(), address=self.address, state=state)

    def _end(self) -> None:
        begun = time.monotonic()
        ENV.unlink(missing_ok=True)
        running = self._running()
        if not running:
            STATE.unlink(missing_ok=True)
            return
        self._say_state("stopping")
        say("\n  Stopping ...")
        servers = [server.process for server in self.servers]
        portal = [process for process in running if process not in servers]
        for process in portal:
            process.ask_to_stop()
        self._let_them_end(portal, patience=6)
        for process in reversed(running):
            process.stop(patience=20 if process.name == "postgres" else 2)
        STATE.unlink(missing_ok=True)
        say(f"  Everything has ended ({time.monotonic() - begun:.1f} s).")

    def _let_them_end(self, processes: list[Process], patience: float) -> None:
        """Together; a further Ctrl-C ends the patience."""
        deadline, asked = time.monotonic() + patience, self.asked_to_stop
        while any(process.code is None for process in processes):
            if time.monotonic() > deadline or self.asked_to_stop > asked:
                for process in processes:
                    process.kill()
            time.sleep(0.02)


def _is_loopback(host: str) -> bool:
    if not re.fullmatch(r"[0-9a-fA-F.:]+", host):
        return False
    return ipaddress.ip_address(host).is_loopback
