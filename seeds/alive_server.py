"""`yangguang bench alive` end to end: a running system of its own, in which graduates and employers save in turn."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.errors import ConfigurationError, RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.models.drives import Drive, DriveEntry
from matcher.services.accounts import create_account, new_password
from matcher.services.installation import prepare_installation
from matcher.services.passwords import hash_password
from matcher.services.permissions import SYSTEM
from matcher.settings import load_settings
from seeds.alive_postings import Offer, choose_offers, save_offer
from seeds.alive_visitor import Visitor
from seeds.big_market import fill_market
from seeds.demo_server import DemoServer, Say, free_port, rank_and_wait

_PEOPLE, _OFFERS = 4, 3
"""Graduates and postings that take turns; few enough that nobody is refused for signing in too often."""
_ORGANISER = "aliveorganiser"
_ASK_S = 0.25
"""A page asks for its list so often, as its template says."""
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Saved:
    """One save: seconds until the form was answered and until the list was there, and how often it was asked for."""

    of_posting: bool
    post: float
    shown: float
    asked: int
    is_new: bool


@dataclass(frozen=True)
class EndToEnd:
    """All saves, and what went before."""

    saves: list[Saved]
    seconds_seeding: float
    seconds_starting: float
    seconds_run: float


def measure_saves(graduates: int, postings: int, saves: int, seed: int, say: Say) -> EndToEnd:
    """Fill a folder of its own, start `up` on it, rank, then save again and again."""
    with tempfile.TemporaryDirectory(prefix="yangguang-alive-") as folder, _data_in(Path(folder)):
        settings = free_port(load_settings())
        started = time.perf_counter()
        factory = prepare_installation(settings)
        say("正在生成数据……")
        drive_id = fill_market(factory, graduates=graduates, postings=postings, seed=seed)
        cast = _make_accounts(factory, drive_id)
        factory.kw["bind"].dispose()
        seeded = time.perf_counter()
        with DemoServer(settings, say) as server:
            ready = time.perf_counter()
            rank_and_wait(settings, drive_id, say)
            ranked = time.perf_counter()
            found = _save_in_turns(server.address, cast, saves)
        return EndToEnd(found, seeded - started, ready - seeded, ranked - ready)


@contextmanager
def _data_in(folder: Path) -> Iterator[None]:
    """Keep the installation in a folder that nobody else uses; never in a database from outside."""
    if os.environ.get("DATABASE_URL"):
        raise ConfigurationError(
            "demo_outside_database", "测量只用自带数据库，请先取消环境变量 DATABASE_URL。"
        )
    before = os.environ.get("YANGGUANG_DATA")
    os.environ["YANGGUANG_DATA"] = str(folder)
    try:
        yield
    finally:
        del os.environ["YANGGUANG_DATA"]
        if before is not None:
            os.environ["YANGGUANG_DATA"] = before


@dataclass(frozen=True)
class _Cast:
    """Who signs in: logins with passwords of the graduates, the postings, and passwords by login."""

    graduates: list[str]
    offers: list[Offer]
    passwords: dict[str, str]


def _make_accounts(factory: SessionFactory, drive_id: int) -> _Cast:
    """Give some graduates, some employers and an organiser accounts."""
    with transaction(factory) as session:
        entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
        people = session.scalars(entered.order_by(DriveEntry.number).limit(_PEOPLE)).all()
        logins = {f"alive{number}": graduate_id for number, graduate_id in enumerate(people, 1)}
        offers = choose_offers(session, drive_id, _OFFERS)
        union_id = session.get_one(Drive, drive_id).union_id
        organiser = {"role": Role.DRIVE_MANAGER, "union_id": union_id}
        passwords = {_ORGANISER: _make_account(session, _ORGANISER, **organiser)}
        for login, id_ in logins.items():
            passwords[login] = _make_account(session, login, role=Role.GRADUATE, graduate_id=id_)
        for one in offers:
            member = {"role": Role.EMPLOYER, "employer_id": one.employer_id}
            passwords[one.login] = _make_account(session, one.login, **member)
    return _Cast([*logins], offers, passwords)


def _make_account(session: Session, login: str, **membership: object) -> str:
    """Make an account and return its password."""
    password = new_password()
    account = create_account(
        session, SYSTEM, login, display_name=login, password_hash=hash_password(password)
    )
    session.add(Membership(account_id=account.id, **membership))
    return password


def _save_in_turns(address: str, cast: _Cast, saves: int) -> list[Saved]:
    """Let everybody save in turn, graduates and employers alike; the first save of each kind does not count."""
    visitors = {login: Visitor(address) for login in cast.passwords}
    try:
        for login, password in cast.passwords.items():
            visitors[login].sign_in(login, password)
        found = [_save_next(visitors, cast, turn) for turn in range(saves + 2)]
        return found[2:]
    finally:
        for visitor in visitors.values():
            visitor.close()


def _save_next(visitors: dict[str, Visitor], cast: _Cast, turn: int) -> Saved:
    """Let a graduate save, or an employer."""
    number = turn // 2
    if turn % 2:
        offer = cast.offers[number % len(cast.offers)]
        employer, organiser = visitors[offer.login], visitors[_ORGANISER]
        return Saved(True, *save_offer(employer, organiser, offer, number, _PATIENCE_S))
    return _save(visitors[cast.graduates[number % len(cast.graduates)]], number)


def _save(visitor: Visitor, turn: int) -> Saved:
    """Save the own profile with another pay and reach; wait for the new list as the page does."""
    form = visitor.form("/me/profile")
    form["wanted_pay_yuan"] = str(3_000 + 100 * (turn % 60))
    form["mobility"] = ("listed", "province", "anywhere")[turn % 3]
    started = time.perf_counter()
    answer = visitor.post("/me/profile", form)
    posted = time.perf_counter()
    if answer.status != 303 or "after=" not in answer.location:
        raise RuleBrokenError("alive_not_saved", f"保存没有成功（{answer.status}）。请查看日志。")
    asked, page = 0, visitor.get(answer.location)
    while next_one := page.waits_for:
        if time.perf_counter() - started > _PATIENCE_S:
            raise RuleBrokenError("alive_no_list", "名单半分钟没有更新。请查看日志。")
        time.sleep(_ASK_S)
        asked, page = asked + 1, visitor.get(next_one, is_part=True)
    shown = time.perf_counter()
    return Saved(False, posted - started, shown - started, asked, page.shows_list)
