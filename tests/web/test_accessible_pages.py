"""Every type of page there is, in a real browser: the accessibility checker and what a keyboard needs.

Pages are those of the walk over all addresses: a new view is looked at by itself, as the first role that may open it.
They are rendered by the application and shown to the browser without a server between, so that hundreds take minutes.
"""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships none
from playwright.sync_api import Browser, Page, Route
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher.kinds import Role
from matcher.services.permissions import GRANTS
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from tests.web.matrix_rows import values_for

_HOST = "http://localhost"
_SHARES = 4
"""The pages are looked at in so many tests, so that one that hangs does not hide the others."""

_AT_LEAST = 30
"""Pages of a share; fewer mean that the walk found no pages, not that they are good."""

_UNREACHED = """() => {
  const shown = el => el.checkVisibility({checkVisibilityCSS: true}) && !el.closest('[inert], [hidden]');
  const name = el => el.outerHTML.slice(0, 120);
  const wrong = [];
  for (const el of document.querySelectorAll('[tabindex]'))
    if (el.tabIndex > 0) wrong.push('out of order: ' + name(el));
  const acts = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  for (const el of document.querySelectorAll(acts)) {
    if (!shown(el) || el.disabled) continue;
    el.focus();
    if (document.activeElement !== el) { wrong.push('takes no focus: ' + name(el)); continue; }
    const seen = [el, el.parentElement, ...(el.labels || [])].some(one => {
      const style = getComputedStyle(one);
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    });
    if (!seen) wrong.push('focus is not seen: ' + name(el));
  }
  for (const el of document.querySelectorAll('[draggable=true], [onclick], [role=button], [role=tab]'))
    if (shown(el) && el.tabIndex < 0) wrong.push('for the mouse alone: ' + name(el));
  return wrong;
}"""
"""What a keyboard does not reach, or reaches without anybody seeing it."""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("accessible")) as opened:
        yield opened


def _pages(house: House) -> list[tuple[Rule, Role | None]]:
    """Return every address that is read, with who opens it; None is nobody."""
    found: list[tuple[Rule, Role | None]] = []
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda one: one.rule):
        view: Any = house.app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
            continue
        wanted = getattr(view, "needs", ())
        if getattr(view, "is_public", False):
            found.append((rule, None))
        elif wanted:
            found.append((rule, next(r for r in Role if GRANTS[r] & set(wanted))))
        else:
            found.append((rule, Role.DRIVE_MANAGER))
    return found


def _feed(client: PageClient) -> Any:
    """Return what answers the browser: the application itself."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        given = client.open(f"{asked.path}?{asked.query}", method=route.request.method)
        headers = {k: v for k, v in given.headers.items() if k.lower() != "set-cookie"}
        route.fulfill(status=given.status_code, headers=headers, body=given.data)

    return answer


def _findings(page: Page, address: str) -> list[str]:
    """Look at one page; return what the checker and the keyboard find."""
    page.goto(_HOST + address, wait_until="load")
    response = Axe().run(page).response
    found = [
        f"{address}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
        for one in response["violations"]
    ]
    return found + [f"{address}: {line}" for line in page.evaluate(_UNREACHED)]


def _address(house: House, rule: Rule) -> str:
    with house.app.test_request_context():
        return house.app.url_for(rule.endpoint, **values_for(rule, house.own))


@pytest.mark.parametrize("share", range(_SHARES))
@pytest.mark.timeout(900)
def test_no_page_has_a_finding_and_a_keyboard_reaches_all_of_it(
    house: House, browser: Browser, share: int
) -> None:
    wrong: list[str] = []
    looked_at = 0
    for number, (rule, role) in enumerate(_pages(house)):
        if number % _SHARES != share:
            continue
        client = house.client(house.own.actors[role] if role else None)
        address = _address(house, rule)
        if not _is_page(client.get(address)):
            continue
        looked_at += 1
        with browser.new_context(
            viewport={"width": 360 if looked_at % 2 else 1280, "height": 800},
            reduced_motion="reduce",
            locale="zh-CN",
        ) as context:
            page = context.new_page()
            page.route("**/*", _feed(client))
            wrong += _findings(page, address)

    assert wrong == []
    assert looked_at > _AT_LEAST


def _is_page(answer: TestResponse) -> bool:
    """Say whether an answer is a whole page, not a part of one, a file or a way elsewhere."""
    return answer.status_code == HTTPStatus.OK and b"<html" in answer.data[:300]
