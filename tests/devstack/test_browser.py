"""The journeys' browser is there on any machine and behaves as an officer's does."""

import http.server
import threading

import pytest
from playwright.sync_api import sync_playwright

from bordercoop.devstack import browser
from bordercoop.devstack.processes import Trouble

PAGE = b"""<!doctype html><meta charset="utf-8"><h1></h1><script>
  const sound = new AudioContext(), show = () => document.querySelector("h1").textContent = sound.state;
  setTimeout(show, 300);
  addEventListener("keydown", () => sound.resume().then(show));
</script>"""  # noqa: E501


@pytest.fixture
def address():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.journey
def test_sound_is_blocked_until_the_first_key(address):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**browser.launch_options())
        page = chromium.new_page()
        page.goto(address)
        page.get_by_text("suspended").wait_for()
        page.keyboard.press("a")
        page.get_by_text("running").wait_for()
        chromium.close()


def test_a_browser_that_cannot_be_had_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "INSTALLED", tmp_path / "chromium")
    monkeypatch.setattr(browser, "FOLDER", tmp_path / "browser" / "chromium")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(Trouble, match="The journeys need a browser"):
        browser.launch_options()
    assert not list((tmp_path / "browser").glob("half*"))
