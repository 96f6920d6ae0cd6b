"""What a page says of itself: its link, its sound, its words."""

from playwright.sync_api import expect


def word(page, key):
    """A sentence that the page's scripts may say, in the page's language."""
    return page.evaluate(
        "key => JSON.parse(document.getElementById('texts').textContent)[key]", key
    )


def link(page, state):
    """Wait until the live link is "live", "slow" or "down"."""
    expect(page.locator("html")).to_have_attribute("data-link", state)


def sound(page, state):
    """Wait until the sound is "on", "off" or "blocked", and its button says the same."""
    expect(page.locator("html")).to_have_attribute("data-sound", state)
    button = page.locator("button[data-sound]")
    expect(button).to_have_text(word(page, f"sound_{state}"))
    expect(button).to_have_attribute("aria-pressed", "true" if state == "on" else "false")


def tones(page):
    """How many tones this page has sounded."""
    return int(page.evaluate("document.documentElement.dataset.tones || 0"))
