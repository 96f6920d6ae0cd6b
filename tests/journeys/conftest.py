"""A real browser in front of a whole portal."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from bordercoop.devstack.browser import launch_options
from incidents.demo.people import PASSWORD
from tests.portal import Portal, demo_database, server_url  # noqa: F401 - a fixture

# WCAG 2.2 level A and AA, by axe-core's own tags.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


@pytest.fixture(scope="module")
def portal(demo_database, tmp_path_factory):  # noqa: F811 - the imported fixture
    """One portal for the journeys of a module: broker, web, relay and worker."""
    portal = Portal(tmp_path_factory.mktemp("portal"), server_url(), f"journey_{os.getpid()}")
    portal.make_database(template=demo_database)
    portal.open()
    try:
        portal.start("broker", "web", "relay", "worker")
        yield portal
    finally:
        portal.close()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


class Screen:
    """One officer's browser. `complaints` are errors of the page: scripts, CSP, lost files."""

    def __init__(self, portal, chromium, **options):
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        self.context = chromium.new_context(base_url=portal.url, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def sign_in(self, username):
        """By keyboard: the user name has the focus already."""
        page = self.page
        page.goto("/accounts/login/")
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-user]")
        return self

    def accessible(self):
        """axe-core finds nothing on the page as it stands."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        told = [
            f"{rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
            for rule in found
        ]
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
    complaints = [complaint for screen in opened for complaint in screen.complaints]
    for screen in opened:
        screen.context.close()
    assert not complaints, complaints
