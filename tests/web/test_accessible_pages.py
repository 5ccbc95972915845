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
from matcher.services.permissions import GRANTS, Actor
from tests.support.pages import PageClient
from tests.web.fair_stages import Stages, add_stages
from tests.web.house import House, Place, open_house
from tests.web.matrix_rows import FAIRS, values_for
from web.door_pages.devices import COOKIE

_HOST = "http://localhost"
_SHARES = 6
"""The pages are looked at in so many tests, so that one that hangs does not hide the others."""

_AT_LEAST = 30
"""Pages of a share; fewer mean that the walk found no pages, not that they are good."""

_WIDTHS = (1280, 360)
"""A desk and a phone; every page is looked at on both, the keyboard is tried on the last."""

_LISTEN = """() => {
  const shown = el => el.checkVisibility({checkVisibilityCSS: true}) && !el.closest('[inert], [hidden]');
  const probe = document.createElement('i');
  probe.style.color = 'var(--focus)';
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  const seen = el => [el, el.parentElement, ...(el.labels || [])].some(one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  }) || [...el.querySelectorAll('rect')].some(one => getComputedStyle(one).stroke === colour);
  const acts = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const isForMachines = el => el.tabIndex < 0 && el.getAttribute('aria-hidden') === 'true';
  const all = [...document.querySelectorAll(acts)].filter(el => shown(el) && !el.disabled && !isForMachines(el));
  const isRoving = el => el.tabIndex < 0 && el.closest('[data-plan]');
  const oneOfGroup = el => el.type === 'radio' && el.name;
  window.walk = {all, isRoving, oneOfGroup, shown, reached: new Set(), unseen: new Set()};
  document.addEventListener('focusin', event => {
    walk.reached.add(event.target);
    if (!seen(event.target)) walk.unseen.add(event.target);
  });
  document.activeElement.blur();
  const parts = el => /^(date|time|month|week)/.test(el.type) ? 7 : 1;
  return all.filter(el => !isRoving(el)).reduce((n, el) => n + parts(el), 0);
}"""
"""Notes what the keyboard comes to, and whether that is seen; returns how often Tab is pressed at most to come to all:
a date has parts of its own."""

_UNREACHED = """() => {
  const {all, isRoving, oneOfGroup, shown, reached, unseen} = walk;
  const name = el => el.outerHTML.slice(0, 120);
  const wrong = [...unseen].map(el => 'focus is not seen: ' + name(el));
  const groups = new Set([...reached].filter(oneOfGroup).map(el => el.name));
  for (const el of all)
    if (!reached.has(el) && !isRoving(el) && !(oneOfGroup(el) && groups.has(el.name)))
      wrong.push('not reached by the keyboard: ' + name(el));
  for (const el of document.querySelectorAll('[tabindex]'))
    if (el.tabIndex > 0) wrong.push('out of order: ' + name(el));
  for (const el of document.querySelectorAll('[draggable=true], [onclick], [role=button], [role=tab]'))
    if (shown(el) && el.tabIndex < 0) wrong.push('for the mouse alone: ' + name(el));
  return wrong;
}"""
"""What a keyboard does not reach, or reaches without anybody seeing it."""

_CHECK = """() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations.map(
  one => `${one.id} (${one.impact}): ${one.nodes[0].html.slice(0, 160)}`))"""
"""What the accessibility checker finds, one line a rule."""

_SPARE = 3
"""Presses more than there are things to reach: one leaves the page for the browser's own buttons."""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("accessible")) as opened:
        yield opened


@pytest.fixture(scope="module")
def stages(house: House) -> Stages:
    return add_stages(house)


def _pages(house: House, stages: Stages) -> Iterator[tuple[Rule, list[Role | None], Place]]:
    """Give every address that is read, with who opens it (None is nobody); those of a fair in each of its stages."""
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda one: one.rule):
        view: Any = house.app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
            continue
        wanted = set(getattr(view, "needs", ()))
        roles: list[Role | None] = [role for role in Role if GRANTS[role] & wanted]
        if not wanted:
            roles = [None] if getattr(view, "is_public", False) else [Role.DRIVE_MANAGER]
        staged = rule.rule.startswith(FAIRS) and rule.arguments
        for place in stages.places if staged else stages.places[:1]:
            yield rule, roles, place


class _Feed:
    """What answers the browser: the application itself; the page was asked for before, files are kept."""

    def __init__(self) -> None:
        self._files: dict[str, TestResponse] = {}

    def serve(self, page: Page, client: PageClient, address: str, first: TestResponse) -> None:
        """Answer what a page asks for by a client, and the address with what it answered before."""
        kept = self._files | {address: first}

        def answer(route: Route) -> None:
            asked = urlsplit(route.request.url)
            where = f"{asked.path}?{asked.query}".removesuffix("?")
            given = kept.get(where) or client.open(where, method=route.request.method)
            if asked.path.startswith("/static/"):
                self._files[where] = kept[where] = given
            headers = {k: v for k, v in given.headers.items() if k.lower() != "set-cookie"}
            route.fulfill(status=given.status_code, headers=headers, body=given.data)

        page.route("**/*", answer)


def _findings(page: Page, address: str) -> list[str]:
    """Look at one page in both widths; return what the checker and the keyboard find."""
    page.goto(_HOST + address, wait_until="load")
    page.evaluate(Axe().axe_script)
    found = []
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{address} at {width}: {line}" for line in page.evaluate(_CHECK)]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append(f"{address}: sticks out sideways on a phone")
    for _ in range(page.evaluate(_LISTEN) + _SPARE):
        page.keyboard.press("Tab")
    return found + [f"{address}: {line}" for line in page.evaluate(_UNREACHED)]


def _address(house: House, rule: Rule, place: Place) -> str:
    with house.app.test_request_context():
        return house.app.url_for(rule.endpoint, **values_for(rule, place))


def _opened(
    house: House, address: str, actors: list[Actor | None], scanner: str
) -> tuple[PageClient, TestResponse]:
    """Return a page as the first who is not sent elsewhere gets it."""
    for actor in actors:
        client = house.client(actor)
        client.set_cookie(COOKIE, scanner, path="/door")
        answer = client.get(address)
        if answer.status_code == HTTPStatus.OK:
            break
    return client, answer


@pytest.mark.parametrize("share", range(_SHARES))
@pytest.mark.timeout(900)
def test_no_page_has_a_finding_and_a_keyboard_reaches_all_of_it(
    house: House, stages: Stages, browser: Browser, share: int
) -> None:
    wrong: list[str] = []
    looked_at = 0
    feed = _Feed()
    with browser.new_context(reduced_motion="reduce", locale="zh-CN") as context:
        for number, (rule, roles, place) in enumerate(_pages(house, stages)):
            if number % _SHARES != share:
                continue
            address = _address(house, rule, place)
            actors = [place.actors[role] if role else None for role in roles]
            client, first = _opened(house, address, actors, stages.scanner)
            if not _is_page(first):
                continue
            looked_at += 1
            page = context.new_page()
            feed.serve(page, client, address, first)
            wrong += _findings(page, address)
            page.close()

    assert wrong == []
    assert looked_at > _AT_LEAST


def _is_page(answer: TestResponse) -> bool:
    """Say whether an answer is a whole page, not a part of one, a file or a way elsewhere."""
    return answer.status_code == HTTPStatus.OK and b"<html" in answer.data[:300]
