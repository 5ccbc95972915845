"""Charts are drawn under the pages' policy, read by keyboard and without a script, and follow dark mode and paper."""

from collections.abc import Callable, Iterator

import pytest
from flask import render_template_string
from playwright.sync_api import Browser, Page

from matcher.db.engine import SessionFactory
from matcher.settings import Settings
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from tests.support.serving import served
from web.app import create_app
from web.marks import public
from web.words.charts import Band, Bar, BarChart, Cell, Line, LineChart, Point, Table

_PAGE = """{% extends "base.html" %}{% import "_parts/chart.html" as chart %}
{% block title %}x{% endblock %}
{% block head %}{{ chart.scripts() }}{% endblock %}
{% block body %}<main id="main"><h1>x</h1><div class="grid2">
<section class="panel" aria-labelledby="a"><header><h2 id="a">各区县</h2></header>
<div class="body">{{ chart.bars("bars", bars, "a") }}</div></section>
<section class="panel" aria-labelledby="b"><header><h2 id="b">每周</h2></header>
<div class="body">{{ chart.lines("lines", lines, "b") }}</div></section>
</div></main>{% endblock %}"""

_DISTRICTS = [("滨城区", 49), ("沾化区", 62), ("惠民县某某街道办事处某某社区工会联合会", 34)]
_BARS = BarChart(
    bars=(
        *(
            Bar(
                name,
                share,
                f"{share}%",
                f"{share * 2}/200",
                f"/list/{share}",
                share < 60,
                share - 8,
            )
            for name, share in _DISTRICTS
        ),
        Bar("没有人的区", None, "—"),
    ),
    most=100,
    table=Table(("区县", "就业率"), ((Cell("滨城区"), Cell("49%", "/list/49")),)),
    target=60,
    description="滨城区 49%，沾化区 62%",
    keys=(("mark", "目标 60%"), ("below", "未到目标"), ("tick", "去年同期")),
)
_LINES = LineChart(
    axis=("7月6日", "7月13日", "7月20日", "7月27日"),
    lines=(
        Line(
            "今年",
            (5, 90, None, None),
            points=(Point(0, 5, "7月6日，5 人", "/list/5"), Point(1, 90, "7月13日", "/list/90")),
        ),
        Line("去年", (2, 8, 30, 60), is_dashed=True),
    ),
    table=Table(("周", "人"), ((Cell("7月6日"), Cell("5", "/list/5")),)),
    target=130,
    target_words="目标 130 人",
    band=Band("预计", (None, 90, 95, 100), (None, 90, 120, 150)),
)


@pytest.fixture
def chart_page(settings: Settings, sqlite_factory: SessionFactory) -> Iterator[str]:
    """Serve a page with one chart of bars and one of lines, and give its address."""
    app = create_app(settings, factory=sqlite_factory)

    @public
    def charts() -> str:
        return render_template_string(_PAGE, bars=_BARS, lines=_LINES)

    @public
    def listed(value: int) -> str:
        return f"list of {value}"

    app.add_url_rule("/charts", "charts", charts)
    app.add_url_rule("/list/<int:value>", "listed", listed)
    with served(app) as address:
        yield f"{address}/charts"


Drawn = Callable[[int], Page]


@pytest.fixture
def drawn(chart_page: str, new_page: NewPage) -> Drawn:
    """Give a function that opens the page at a width once both charts are drawn."""

    def opened(width: int) -> Page:
        page = new_page(width)
        page.goto(chart_page)
        page.wait_for_selector(".plot.bars.is-drawn")
        page.wait_for_selector(".plot.lines.is-drawn")
        return page

    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_charts_are_drawn_under_the_policy_at_any_width_and_scheme(
    chart_page: str, new_page: NewPage, width: int, scheme: str
) -> None:
    page = new_page(width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said = complaints(page)

    page.goto(chart_page)
    page.wait_for_selector(".plot.lines.is-drawn")

    look(page)
    assert said == []


def test_every_bar_and_every_point_is_a_link_that_the_keyboard_reaches(drawn: Drawn) -> None:
    page = drawn(1280)
    names = []

    page.locator(".plot.bars a").first.focus()
    for _ in range(8):
        names.append(page.evaluate("document.activeElement.getAttribute('href')"))
        page.keyboard.press("Tab")

    assert [name for name in names if name] == [
        *("/list/49", "/list/62", "/list/34"),
        *("/list/5", "/list/90"),
    ]


def test_a_click_on_a_drawn_bar_opens_its_list(drawn: Drawn) -> None:
    page = drawn(1280)
    box = page.locator(".plot.bars .drawing").bounding_box()
    assert box is not None

    page.mouse.click(box["x"] + 20, box["y"] + box["height"] * 3 / 8)  # the second of four rows
    page.wait_for_url("**/list/62")

    assert page.locator("body").inner_text() == "list of 62"


def test_a_bar_is_as_long_as_its_figure_says_and_lies_in_its_row(drawn: Drawn) -> None:
    page = drawn(1280)
    whole = page.locator(".plot.bars .drawing").bounding_box()
    bars = page.locator('.plot.bars svg path[fill^="var(--p"]')

    boxes = [bars.nth(place).bounding_box() for place in range(bars.count())]

    assert whole is not None
    shares = [round(box["width"] / whole["width"], 2) for box in boxes if box]
    rows = [int((box["y"] - whole["y"]) / (whole["height"] / 4)) for box in boxes if box]
    assert shares == pytest.approx([0.49, 0.62, 0.34], abs=0.01)
    assert rows == [0, 1, 2]


def test_colours_follow_the_scheme_without_a_new_drawing(drawn: Drawn) -> None:
    page = drawn(1280)
    colour = (
        """getComputedStyle(document.querySelector('.plot.bars svg path[fill^="var(--p1"]')).fill"""
    )
    light = page.evaluate(colour)

    page.emulate_media(color_scheme="dark")

    assert light == "rgb(31, 95, 168)"
    assert page.evaluate(colour) == "rgb(106, 165, 230)"


def test_without_a_script_words_figures_and_tables_are_there(
    chart_page: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()

    page.goto(chart_page)

    assert page.locator(".plot.bars a").first.inner_text().split() == ["滨城区", "49%", "98/200"]
    assert page.locator(".plot.lines").is_hidden()
    assert page.locator("summary").count() == 2
    context.close()


def test_on_paper_a_chart_keeps_inside_the_page(drawn: Drawn) -> None:
    page = drawn(1280)

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".plot.bars svg").is_visible()
