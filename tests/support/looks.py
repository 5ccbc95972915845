"""What every page must pass in a browser, whatever it shows."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships none
from playwright.sync_api import Error, Page


def look(page: Page) -> None:
    """Check a page: axe finds nothing, nothing sticks out sideways."""
    try:
        _check(page)
    except Error:
        # A page may still be arriving, or renew itself when its job is done, under the look; what is
        # really broken breaks again.
        _check(page)


def _check(page: Page) -> None:
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def complaints(page: Page) -> list[str]:
    """Return a list that fills with what the page's policy refuses and what its scripts break on."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda line: said.append(line.text) if "Content Security" in line.text else None,
    )
    return said
