"""`yangguang bench lists`: how long lists of many people take, through the whole application in one process.

A database of its own in a temporary folder, filled with made-up people; pages are asked for as a caseworker with a
caseload and as who supervises the whole district. The number of queries is counted on a small district too: it
must not depend on how many people there are. Milliseconds are compared with a plain count of one table.
"""

import gc
import math
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import BaseModel

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.households import HouseholdMember
from matcher.services import sign_in
from matcher.services.installation import prepare_installation
from matcher.settings import load_settings
from web.app import create_app
from web.auth import COOKIE
from web.bench_people import District, make_district
from web.bench_placements import make_alerts, make_placements
from web.bench_referrals import make_referrals
from web.bench_services import make_services

_FEW = 400
"""People of the small district."""
_P95 = 0.95
PAGES: tuple[tuple[str, str, str], ...] = (
    ("files", "supervisor", "/files"),
    ("files_by_name", "supervisor", "/files/members?name=%E7%8E%8B"),
    ("files_own", "caseworker", "/files?owner=me"),
    ("cases", "supervisor", "/cases"),
    ("cases_own", "caseworker", "/cases"),
    ("cases_due", "caseworker", "/cases?due=overdue"),
    ("today", "caseworker", "/today"),
    ("calls", "caseworker", "/calls"),
    ("board", "supervisor", "/board"),
    ("loads", "supervisor", "/loads"),
    ("graduates", "supervisor", "/graduates"),
    ("graduates_by_name", "supervisor", "/graduates?name=%E7%8E%8B"),
    ("placements", "supervisor", "/placements"),
    ("placements_own", "caseworker", "/placements?owner=me&flag=unproved"),
    ("placements_by_words", "supervisor", "/placements?state=verified&q=%E7%8E%8B"),
    ("placements_checking", "supervisor", "/placements/checking"),
    ("alerts", "supervisor", "/alerts"),
    ("alerts_open", "supervisor", "/alerts?state=open&kind=clerk_day"),
    ("seat_surveys", "supervisor", "/seat-surveys"),
    ("seat_surveys_answered", "supervisor", "/seat-surveys?state=answered"),
    ("referrals", "supervisor", "/referrals"),
    ("referrals_own", "caseworker", "/referrals?owner=me&due=over"),
    ("referrals_by_words", "supervisor", "/referrals?group=employer&q=%E7%8E%8B"),
    ("people", "agent", "/people"),
    ("people_waiting", "agent", "/people?group=waiting&page=100"),
    ("interviews_own", "agent", "/my/interviews"),
    ("orders", "agent", "/orders"),
    ("interviews", "supervisor", "/interviews"),
    ("call_backs", "supervisor", "/call-backs"),
    ("call_backs_own", "caseworker", "/call-backs?owner=me&due=over"),
    ("training", "supervisor", "/training"),
    ("training_due", "supervisor", "/training?state=proposed&due=over"),
    ("courses", "supervisor", "/courses"),
    ("referrals_last", "supervisor", "/referrals?page=400"),
)
"""Name, who asks, address."""


class PageOut(BaseModel):
    """One page asked for many times."""

    name: str
    path: str
    asked_by: str
    status: int
    queries: int
    queries_of_few: int
    """Of the small district: the same number, however many people there are."""
    p50_ms: float
    p95_ms: float
    max_ms: float
    cpu_p95_ms: float
    """Of this process's CPU alone: what a busy machine adds is not in it."""
    ratio: float
    """Median divided by the yardstick of the same run."""
    kilobytes: float


class ListsOut(BaseModel):
    """What the verb says as JSON."""

    people: int
    rounds: int
    yardstick_ms: float
    """A plain count of all members."""
    pages: list[PageOut]
    slowest_p95_ms: float
    slowest_cpu_p95_ms: float
    is_constant: bool
    """Whether no page needs more queries for many people than for few."""
    seconds: float


@click.command("lists")
@click.option("--people", type=click.IntRange(200, 200_000), default=20_000, show_default=True)
@click.option("--rounds", type=click.IntRange(2, 500), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def lists(*, people: int, rounds: int, as_json: bool) -> None:
    """人员名单页的用时和查询次数，在临时数据库上实测。"""
    measured = measure_lists(people, rounds)
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for line in _report(measured):
        click.echo(line)


def measure_lists(people: int, rounds: int, *, few: int = _FEW) -> ListsOut:
    """Measure all pages on a small and on a large district."""
    started = time.perf_counter()
    with _district(few) as (client_of, counted, _):
        queries = {name: counted(client_of(who), path)[1] for name, who, path in PAGES}
    with _district(people) as (client_of, counted, factory):
        gc.collect()
        gc.freeze()  # what filling the district left behind is no part of a serving process
        yardstick = _yardstick(factory, rounds)
        pages = [
            _measure(
                page, client_of, counted, rounds=rounds, few=queries[page[0]], yardstick=yardstick
            )
            for page in PAGES
        ]
        gc.unfreeze()
    return ListsOut(
        people=people,
        rounds=rounds,
        yardstick_ms=round(yardstick, 3),
        pages=pages,
        slowest_p95_ms=max(page.p95_ms for page in pages),
        slowest_cpu_p95_ms=max(page.cpu_p95_ms for page in pages),
        is_constant=all(page.queries <= page.queries_of_few for page in pages),
        seconds=round(time.perf_counter() - started, 1),
    )


@contextmanager
def _district(people: int) -> Iterator[tuple[Any, Any, SessionFactory]]:
    """Give a filled installation of its own: clients by who asks, and a counter of queries."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder, own_keys():
        data = Path(folder) / "data"
        base = f"sqlite:///{data / 'yangguang.db'}"
        settings = replace(load_settings(), data=data, database_url=base, redis_url=None)
        settings.prepare()
        factory = prepare_installation(settings)
        try:
            district = make_district(factory, people)
            make_placements(factory, district.union_id)
            agent_id = make_referrals(factory, district.union_id)
            make_services(factory, district.union_id)
            make_alerts(factory, district.union_id)
            app = create_app(settings, factory=factory)
            with _counting(factory) as count:
                yield _clients(app, factory, district, agent_id), _counter(count), factory
        finally:
            factory.kw["bind"].dispose()


@contextmanager
def own_keys() -> Iterator[None]:
    """Leave the office's keys alone: the made-up database has its own beside it."""
    kept = os.environ.pop("YANGGUANG_KEYS", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["YANGGUANG_KEYS"] = kept


def _clients(app: Any, factory: SessionFactory, district: District, agent_id: int) -> Any:
    clients: dict[str, FlaskClient] = {}
    accounts = {
        "caseworker": district.caseworker_id,
        "supervisor": district.supervisor_id,
        "agent": agent_id,
    }

    def client_of(who: str) -> FlaskClient:
        if who not in clients:
            with transaction(factory) as session:
                token = sign_in.open_session(session, accounts[who])
            clients[who] = app.test_client()
            clients[who].set_cookie(COOKIE, token)
        return clients[who]

    return client_of


@contextmanager
def _counting(factory: SessionFactory) -> Iterator[list[str]]:
    said: list[str] = []
    engine = factory.kw["bind"]

    def note(*args: Any) -> None:
        said.append(args[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _counter(said: list[str]) -> Any:
    def counted(client: FlaskClient, path: str) -> tuple[Any, int, float]:
        """Ask for a page; return the answer, its queries and its milliseconds."""
        client.get(path)  # what a process does once is not counted
        said.clear()
        started = time.perf_counter()
        answer = client.get(path)
        return answer, len(said), (time.perf_counter() - started) * 1_000

    return counted


def _measure(
    page: tuple[str, str, str],
    client_of: Any,
    counted: Any,
    *,
    rounds: int,
    few: int,
    yardstick: float,
) -> PageOut:
    name, who, path = page
    answer, queries, _ = counted(client_of(who), path)
    each = [_timed(client_of(who), path) for _ in range(rounds)]
    spent, cpu = sorted(wall for wall, _ in each), sorted(cpu for _, cpu in each)
    middle = statistics.median(spent)
    return PageOut(
        name=name,
        path=path,
        asked_by=who,
        status=answer.status_code,
        queries=queries,
        queries_of_few=few,
        p50_ms=round(middle, 1),
        p95_ms=_p95(spent),
        max_ms=round(spent[-1], 1),
        cpu_p95_ms=_p95(cpu),
        ratio=round(middle / yardstick, 1),
        kilobytes=round(len(answer.data) / 1_024, 1),
    )


def _p95(ordered: list[float]) -> float:
    """Return the value 95 of 100 do not exceed (nearest rank)."""
    return round(ordered[math.ceil(len(ordered) * _P95) - 1], 1)


def _timed(client: FlaskClient, path: str) -> tuple[float, float]:
    """Return the milliseconds on the wall and of the CPU one request takes."""
    started, cpu = time.perf_counter(), time.process_time()
    client.get(path)
    return (time.perf_counter() - started) * 1_000, (time.process_time() - cpu) * 1_000


def _yardstick(factory: SessionFactory, rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        with reading(factory) as session:
            session.scalar(sa.select(sa.func.count(HouseholdMember.name)))
        spent.append((time.perf_counter() - started) * 1_000)
    return statistics.median(spent)


def _report(measured: ListsOut) -> Iterator[str]:
    """Yield the lines for people."""
    yield f"{measured.people:,} 人，每页 {measured.rounds} 次；标尺（数一遍家庭成员）{measured.yardstick_ms:.2f} ms"
    yield f"{'':<24}{'p50':>8}{'p95':>8}{'最长':>7}{'CPU p95':>9}{'查询':>6}{'少量时':>5}{'标尺倍数':>6}"
    for page in measured.pages:
        mark = "" if page.status == 200 else f"  HTTP {page.status}"
        yield (
            f"{page.name:<24}{page.p50_ms:>8.1f}{page.p95_ms:>8.1f}{page.max_ms:>9.1f}{page.cpu_p95_ms:>9.1f}"
            f"{page.queries:>8}{page.queries_of_few:>8}{page.ratio:>10.1f}{mark}"
        )
    constant = "是" if measured.is_constant else "否"
    yield f"最慢的 p95：{measured.slowest_p95_ms:.1f} ms，按 CPU {measured.slowest_cpu_p95_ms:.1f} ms"
    yield f"查询次数与人数无关：{constant}；用时 {measured.seconds:.0f} 秒"
