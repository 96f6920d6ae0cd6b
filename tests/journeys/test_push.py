"""Web Push in a real browser: subscribed by the page's own button, shown by the service worker.

There is no push service here: the browser's subscription is one whose keys the test has, and what
the portal encrypts for it is handed to the service worker by the DevTools protocol.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually
from tests.receivers import Browser

pytestmark = pytest.mark.journey

# Chromium without a window shows no notifications and says so.
GRANTED = """Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
Notification.requestPermission = async () => 'granted';"""
SUBSCRIBED = """PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async options => {
  if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw Error('key');
  return { toJSON: () => (%s) };
};"""
WATCHED = """() => {
  self.shown = [];
  self.opened = [];
  self.registration.showNotification = async (title, options) => {
    self.shown.push({ title, ...options });
  };
  self.clients.openWindow = async to => self.opened.push(`opened ${to}`);
  WindowClient.prototype.focus = async function () {
    self.opened.push(`focused ${this.url}`);
  };
}"""
CLICKED = """async shown => {
  const event = new ExtendableEvent('notificationclick'), after = [];
  event.waitUntil = promise => after.push(promise);
  event.notification = { data: shown.data, close: () => after.push('closed') };
  self.dispatchEvent(event);
  await Promise.all(after);
  return [after[0], self.opened.at(-1)];
}"""
HEADLINE = "Zq nine people in a grey van"


def test_what_the_portal_pushes_is_shown_without_content_and_leads_to_the_console(
    portal, push_service, screen, english, colleague, alert
):
    english("pol.duty")
    keys = Browser(push_service, "real")
    device = screen()
    device.context.add_init_script(GRANTED + SUBSCRIBED % keys.as_json)
    page = device.open("/profile/channels/", colleague("pol.duty"))
    with device.context.expect_event("serviceworker") as registered:
        page.locator("[data-push-key] button").click()
    worker = registered.value
    assert worker.url == f"{portal.url}/push-worker.js"
    row = page.locator("main").get_by_text("Chrome, Linux")
    expect(row.first).to_be_visible()
    wire = device.context.new_cdp_session(page)
    found = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda e: found.extend(e["registrations"]))
    wire.send("ServiceWorker.enable")

    def shown(content):
        """What the worker shows of what a push service would hand over."""
        before = worker.evaluate("self.shown.length")
        wire.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": portal.url, "registrationId": found[-1]["registrationId"], "data": content},
        )
        return eventually(lambda: worker.evaluate("self.shown")[before:])[0]

    worker.evaluate(WATCHED)
    page.get_by_role("button", name="Test").first.click()
    eventually(lambda: len(keys.shown) == 1, 20)
    test = shown(json.dumps(keys.shown[0]))
    assert test["body"].startswith("A test of this channel")
    arrived = page.get_by_role("button", name="It arrived")
    eventually(lambda: page.goto("/profile/channels/") and arrived.count(), 20)
    arrived.click()
    raised = alert(headline=HEADLINE)
    eventually(lambda: len(keys.shown) == 2, 20)
    told = shown(json.dumps(keys.shown[1]))
    assert told["title"] == "BorderCoop"
    assert told["body"].startswith("An alert waits: P")
    said = json.dumps(told)
    for secret in ("Zq", "van", raised["number"], raised["uid"], raised["delivery"], "DESK", "DGP"):
        assert secret not in said, secret
    assert worker.evaluate(CLICKED, told) == ["closed", f"opened {portal.url}/console/"]
    page.goto("/console/")
    assert worker.evaluate(CLICKED, told) == ["closed", f"focused {portal.url}/console/"]
    # Nothing that somebody else might send leads out of the portal.
    strange = shown(json.dumps({"title": "x", "path": "https://elsewhere.example/console/"}))
    assert strange["data"] == {"path": f"{portal.url}/"}
    assert worker.evaluate(CLICKED, strange)[1].startswith(f"focused {portal.url}/")
    assert shown("no json")["title"] == "BorderCoop"
