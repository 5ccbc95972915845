"""Rules of the reading page (专业要求试读): what was asked stands in the address, each word says what it became."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from matcher.kinds import Role
from matcher.services.permissions import GRANTS, Permission
from tests.support.pages import PageClient
from web.words.readings import SPANS

AsRole = Callable[[Role], PageClient]

TEXT = "本科：经济学类（0201），工商管理类（不含市场营销）；研究生：会计（1253）等相关专业，限应届毕业生"


@pytest.fixture
def client(as_role: AsRole) -> PageClient:
    """Give a client of a drive manager."""
    return as_role(Role.DRIVE_MANAGER)


def _read(client: PageClient, text: str, **more: str) -> str:
    return client.get("/readings", query_string={"text": text, **more}).text


def _part(page: str, heading: str) -> str:
    """Return a panel of the page by the id of its heading."""
    return page.split(f'aria-labelledby="{heading}"', 1)[1].split("</section>", 1)[0]


def test_whoever_may_see_postings_may_try_a_text_and_nobody_else(as_role: AsRole) -> None:
    for role in Role:
        allowed = Permission.VIEW_POSTINGS in GRANTS[role]

        status = as_role(role).get("/readings").status_code

        assert status == (200 if allowed else 403), role


def test_an_empty_page_gives_three_texts_to_try(client: PageClient) -> None:
    page = client.get("/readings").text

    tried = re.findall(r'<a href="(/readings\?text=[^"]+)">', page)
    assert len(tried) == 3
    for address in tried:
        assert 'class="as-read"' in client.get(address.replace("&amp;", "&")).text


def test_each_word_says_what_it_became_without_its_colour(client: PageClient) -> None:
    page = _read(client, TEXT)

    marks = dict(re.findall(r'<mark class="r-\w+" title="([^"]+)">([^<]+)</mark>', page))
    assert marks["学历层次"] == "研究生："
    assert marks["专业类"] == "工商管理类"
    assert marks["代码"] == "（1253）"
    assert marks["不接收"] == "（不含市场营销）"
    assert marks["专业以外的条件"] == "限应届毕业生"
    assert marks[SPANS["open_ended"]] == "等相关专业"


def test_the_coloured_text_is_the_text_to_the_letter(client: PageClient) -> None:
    page = _read(client, TEXT)

    shown = page.split('<p class="as-read" lang="zh-CN">', 1)[1].split("</p>", 1)[0]
    assert re.sub(r"<[^>]+>", "", shown) == TEXT


def test_every_kind_of_word_has_a_look_of_its_own(client: PageClient) -> None:
    sheet = client.get("/static/reading.css").text

    looks = [re.search(rf"\.as-read \.r-{kind}, [^{{]+{{([^}}]+)}}", sheet) for kind in SPANS]

    assert all(looks)
    without_colour = [re.sub(r"var\(--[a-z0-9-]+\)", "", one[1]) for one in looks if one]
    assert len(set(without_colour)) == len(SPANS)


def test_a_wholly_admitted_class_is_folded_and_counted(client: PageClient) -> None:
    tree = _part(_read(client, "经济学类、会计学", column="本科"), "majors")

    folded = re.search(r"<details><summary>(?:(?!</summary>).)*经济学类(?:(?!</summary>).)*", tree)
    assert folded is not None
    assert "全部" in folded[0]
    assert re.search(r"<details open><summary>(?:(?!</summary>).)*<b>工商管理类</b>", tree)


def test_admitted_and_doubtful_majors_differ_by_a_sign(client: PageClient) -> None:
    tree = _part(_read(client, "会计学等相关专业", column="本科"), "majors")

    assert re.search(r'badge yes sign"><span class="hidden-text">符合</span></span>会计学', tree)
    assert re.search(
        r'badge maybe sign"><span class="hidden-text">待确认</span></span>审计学', tree
    )


def test_searching_narrows_the_tree_and_nothing_else(client: PageClient) -> None:
    plain, found = _read(client, TEXT), _read(client, TEXT, find="审计学")

    assert "财务管理" in _part(plain, "majors")
    assert "财务管理" not in _part(found, "majors")
    assert "审计学" in _part(found, "majors")
    assert _part(found, "open") == _part(plain, "open")


def test_a_word_nobody_understands_is_shown_and_never_admits_everybody(client: PageClient) -> None:
    page = _read(client, "会计学，甲乙丙丁类", column="本科")

    assert "甲乙丙丁类" in _part(page, "open")
    assert "不限专业" not in _part(page, "levels")


def test_what_was_typed_is_sent_on_to_its_address(client: PageClient) -> None:
    answer = client.submit("/readings", text=TEXT, column="本科", directory="广东2020")

    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == 303
    assert query == {"text": [TEXT], "column": ["本科"], "directory": ["广东2020"]}


def test_a_text_too_long_for_an_address_is_read_all_the_same(client: PageClient) -> None:
    text = "、".join(["会计学"] * 300)

    answer = client.submit("/readings", text=text)

    assert answer.status_code == 200
    assert 'class="as-read"' in answer.text


def test_typing_replaces_the_reading_and_the_address(client: PageClient) -> None:
    answer = client.post(
        "/readings",
        data={"csrf_token": client.token(), "text": "会计学"},
        headers={"HX-Request": "true"},
    )

    assert "<html" not in answer.text
    assert parse_qs(urlsplit(answer.headers["HX-Replace-Url"]).query) == {"text": ["会计学"]}


@pytest.mark.parametrize(
    "query",
    [{"column": "x"}, {"text": "\0<b>&", "find": "<"}, {"text": "，" * 900}, {"directory": "火星"}],
)
def test_nonsense_in_the_address_breaks_nothing(client: PageClient, query: dict[str, str]) -> None:
    assert client.get("/readings", query_string={"text": "会计", **query}).status_code == 200
