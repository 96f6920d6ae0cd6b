"""A real browser in front of a whole portal, which all journeys share."""

import re
import time

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect, sync_playwright

from bordercoop.devstack.browser import launch_options
from contactpoints.management.commands.make_vapid_key import new_key
from incidents.demo.people import PASSWORD
from tests.portal import Officer, running
from tests.receivers import Receiver

TIMEOUT = 20_000
expect.set_options(timeout=TIMEOUT)
# WCAG 2.2 level A and AA, by axe-core's own tags.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
# Those that other colours can break.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

AXE_RUN = """async rules => {
  const found = await axe.run(document, { ...rules, resultTypes: ['violations'] });
  return found.violations.map(rule => `${rule.id}: ${rule.nodes.slice(0, 3).map(node =>
    `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`);
}"""


@pytest.fixture(scope="package")
def push_service():
    """A push service of this machine."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="package")
def portal(demo_database, tmp_path_factory, push_service):
    """One portal for all journeys: broker, web, relay and worker.

    Its beats are short, so that an ended session shows soon. What a test puts into the folder of
    `ANSWERS_MAILDIR` came by mail.
    """
    folder = tmp_path_factory.mktemp("portal")
    with running(
        *(folder, "journey", demo_database),
        *("broker", "web", "relay", "worker"),
        LIVE_BEAT="2",
        VAPID_PRIVATE_KEY=new_key(),
        PUSH_HOSTS=push_service.origin,
        ANSWERS_ADDRESS="answers@portal.example",
        ANSWERS_MAILDIR=str(tmp_path_factory.mktemp("mail") / "answers"),
    ) as portal:
        yield portal


# Not for the whole session: Playwright's loop must have ended before tests that use the ORM.
@pytest.fixture(scope="package")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


class Colleague(Officer):
    """Somebody signed in over HTTP: acts through the API with the session, without a browser."""

    def __init__(self, portal, username):
        super().__init__(portal, username, token=False)
        self.sign_in()

    def api(self, method, path, headers=None, **more):
        url = f"{self.portal.url}/api/v1{path}"
        headers = {"X-CSRFToken": self.http.cookies["csrf"], "Referer": url, **(headers or {})}
        return self.http.request(method, url, headers=headers, timeout=20, **more)

    def cookies(self):
        """The session, for a browser."""
        kept = self.http.cookies
        return [
            {"name": name, "value": kept[name], "url": self.portal.url}
            for name in ("session", "csrf")
        ]

    def speak(self, language):
        self.page("/profile/language/", language=language)


@pytest.fixture(scope="package")
def colleague(portal):
    """Name an officer; the same one is signed in once for all journeys."""
    known = {}

    def colleague(username):
        if username not in known:
            known[username] = Colleague(portal, username)
        return known[username]

    return colleague


@pytest.fixture
def english(colleague):
    """Let an officer read English for one journey, to compare exact words."""
    before = {}

    def speak(username):
        officer = colleague(username)
        page = officer.page("/").text
        before[username] = re.search(r'<html lang="(\w+)"', page)[1]
        officer.speak("en")

    yield speak
    for username, language in before.items():
        colleague(username).speak(language)


@pytest.fixture
def alert(colleague):
    """Log and release over the API; what is still open at the end of the journey is answered."""
    raised = []

    def alert(sender="dgp.duty", receiver="pol.duty", headline=None, **content):
        unit, desk, language = SENDS[sender][0], SENDS[receiver][1], SENDS[sender][2]
        headline = headline or f"{sender} at {time.time():.3f}"
        body = {"unit": unit, "headline": headline, "language": language, **content}
        incident = colleague(sender).report(**body)
        delivery = colleague(sender).release(incident, desk)
        raised.append((receiver, delivery["uid"]))
        return {**incident, "delivery": delivery["uid"]}

    yield alert
    for receiver, uid in raised:
        colleague(receiver).post(f"/deliveries/{uid}/acknowledge/", {"note": "Journey over."})


SENDS = {
    "dgp.duty": ("LV-DGP", "DESK-DGP", "lv"),
    "pol.duty": ("BY-POL", "DESK-POL", "ru"),
    "rix.duty": ("LV-RIX", "DESK-RIX", "lv"),
    "msq.duty": ("BY-MSQ", "DESK-MSQ", "be"),
}


class Screen:
    """One officer's browser. `complaints` are errors of the page: scripts, CSP, lost files."""

    def __init__(self, portal, chromium, **options):
        whole = {"base_url": portal.url, "viewport": {"width": 1440, "height": 900}, **options}
        self.context = chromium.new_context(**whole)
        self.context.set_default_timeout(TIMEOUT)
        self.complaints = []
        self.expected = []
        self.context.on("page", self._listen)
        self.page = self.context.new_page()

    def _listen(self, page):
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("console", self._hear)
        page.on("requestfailed", self._miss)

    def _hear(self, message):
        if message.type == "error":
            self._complain(message.text)

    def _miss(self, request):
        left = request.failure == "net::ERR_ABORTED"  # the page was left meanwhile
        if not left and request.resource_type in ("stylesheet", "script", "font", "image"):
            self._complain(f"not loaded: {request.url}")

    def _complain(self, text):
        self.complaints.append(text)

    def expect(self, *parts):
        """This journey provokes errors in which the browser's console names one of `parts`."""
        self.expected += parts

    def unexpected(self):
        return [text for text in self.complaints if not any(part in text for part in self.expected)]

    def sign_in(self, username):
        """By keyboard: the user name has the focus already."""
        page = self.page
        page.goto("/accounts/login/")
        # A browser gives the focus with its first frame, which may come after the load.
        expect(page.locator("[name=login]")).to_be_focused()
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-user]")
        return self

    def open(self, path, officer=None):
        """Go to a page, as an officer who is signed in already."""
        if officer:
            self.context.add_cookies(officer.cookies())
        self.page.goto(path)
        return self.page

    def violations(self, rules=RULES):
        """What axe-core finds on the page as it stands, as lines. From its top: further down, the
        bar that stays covers one link or another."""
        self.page.wait_for_load_state()
        self.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(AXE_RUN, rules)

    def accessible(self, rules=RULES):
        told = self.violations(rules)
        assert not told, f"{self.page.url}\n" + "\n".join(told)


@pytest.fixture
def screen(portal, chromium):
    """Open a browser of its own for somebody; closed with the test, which fails on complaints."""
    opened = []

    def make(username=None, **options):
        screen = Screen(portal, chromium, **options)
        opened.append(screen)
        return screen.sign_in(username) if username else screen

    yield make
    complaints = [complaint for screen in opened for complaint in screen.unexpected()]
    for screen in opened:
        screen.context.close()
    assert not complaints, complaints


@pytest.fixture
def seat(screen, colleague):
    """A browser whose officer has signed in already, at a page: the Screen."""

    def seat(username, path="/", **options):
        seated = screen(**options)
        seated.open(path, colleague(username))
        return seated

    return seat
