"""Employers at the demo's fairs (参会单位): invited, applied, waiting, papers in every state; by the use cases."""

import datetime as dt
from contextlib import suppress
from itertools import count

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.documents.letters import LetterForm, compile_letter
from matcher.errors import YangguangError
from matcher.identity import id_check_digit
from matcher.kinds.fair_papers import FairPaperKind
from matcher.services.fair_employers import applying, calls, inviting, papers, posts, vetting
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.calls import CallInput
from matcher.services.fair_employers.inviting import Wanted
from matcher.services.fair_employers.lists import Filter, list_employers
from matcher.services.fair_employers.packs import pack_of
from matcher.services.fair_employers.papers import PaperInput
from matcher.services.fair_employers.sight import Place, find_fair, place_of
from matcher.services.permissions import Actor
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_N_BOOTHS = 24
_N_ASKED = 32
_N_SMALL = 12
"""Employers asked to the small fair of next week."""
_SILENT = 4
"""Who has not answered yet, in a fair to come."""
_AGENTS = ("马建国", "李秀英", "王海燕", "杨学军", "丁晓红", "陈志强", "吴桂兰", "赵立新")
_WORDS = "展位免费，提供一桌四椅和电源。开场前一小时布置，自带易拉宝不超过两个。"


def furnish(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> int:
    """Fill a fair with employers; return how many are confirmed. Papers of some wait in a fair to come."""
    by = people.organiser
    with transaction(factory) as session:
        _offer(session, by, fair)
        asked = _ask(session, by, fair, people.employer.employer_id)
    scan = compile_letter(_letter())
    numbers = count(1)
    for at, place_id in enumerate(asked):
        if fair.stage is Stage.COMING and at >= len(asked) - _SILENT:
            break
        with suppress(YangguangError), transaction(factory) as session:
            _bring(session, by, fair, place_id, at=at, scan=scan, number=next(numbers))
    with transaction(factory) as session:
        return vetting.accept_ready(session, by, fair.public_id)


def _offer(session: Session, by: Actor, fair: DemoFair) -> None:
    """Offer booths, to be applied for in the time that is left."""
    is_coming = fair.stage is Stage.COMING
    today = clock.today()
    calls.set_call(
        session,
        by,
        fair.public_id,
        CallInput(
            n_booths=_N_BOOTHS,
            apply_until=today + dt.timedelta(days=7 if is_coming else 2),
            papers_until=today + dt.timedelta(days=12 if is_coming else 3),
            words=_WORDS,
        ),
    )


def _ask(session: Session, by: Actor, fair: DemoFair, own: int | None) -> list[str]:
    """Invite who has most fitting graduates, and the employer of the demo's account; return their places."""
    row = find_fair(session, by, fair.public_id)
    most = _N_SMALL if fair.stage is Stage.SOON else _N_ASKED
    found = inviting.list_candidates(session, by, row, Wanted(), limit=most)
    ids = [one.employer.id for one in found.rows if one.n_posts]
    inviting.invite(session, by, fair.public_id, [*ids, *([own] if own else [])])
    listed = list_employers(session, by, fair.public_id, Filter(), limit=2 * _N_ASKED)
    own_last = fair.stage is Stage.COMING  # so that the demo's employer has an invitation to answer
    rows = sorted(
        listed.rows, key=lambda line: ((line.employer.id != own) != own_last, line.row.id)
    )
    return [line.row.public_id for line in rows]


def _bring(
    session: Session,
    by: Actor,
    fair: DemoFair,
    place_id: str,
    *,
    at: int,
    scan: bytes,
    number: int,
) -> None:
    """Apply for an employer, choose its posts and hand its papers in; some stay unjudged in a fair to come."""
    asked = Application(n_booths=1, n_staff=2 + at % 3, n_interviewers=1 + at % 3)
    row = applying.enter_for(session, by, fair.public_id, place_id, asked)
    place = place_of(session, by, fair.public_id, place_id)
    offered = posts.offered_posts(session, place)
    posts.choose_posts(session, by, place, [one.posting.public_id for one in offered[:6]])
    waits = row.waiting_since is not None
    if waits or (fair.stage is Stage.COMING and at % 5 == 4):
        return
    for kind in pack_of(session, place).wanted:
        papers.hand_in(session, by, place, kind, _facts(kind, scan, number, bool(offered)))
    if fair.stage is Stage.COMING and at % 5 == 3:
        return
    _judge(session, by, place, returns=fair.stage is Stage.COMING and at % 5 == 2)


def _facts(kind: FairPaperKind, scan: bytes, number: int, has_posts: bool) -> PaperInput:
    if kind is FairPaperKind.AGENT:
        first_17 = f"371602{1980 + number % 15}0{1 + number % 9}1{number % 10}{100 + number:03d}"
        return PaperInput(
            name=_AGENTS[number % len(_AGENTS)], number=first_17 + id_check_digit(first_17)
        )
    if kind is FairPaperKind.BROCHURE and has_posts:
        return PaperInput(is_from_posts=True)
    return PaperInput(content=scan)


def _judge(session: Session, by: Actor, place: Place, *, returns: bool) -> None:
    for line in pack_of(session, place).lines:
        paper = line.paper
        if paper is None or not line.is_to_check:
            continue
        if returns and paper.kind is FairPaperKind.AUTHORISATION:
            vetting.return_paper(
                session, by, place, paper.public_id, "委托书没有盖公章，请补盖后再传。"
            )
        else:
            vetting.accept_paper(session, by, place, paper.public_id)


def _letter() -> LetterForm:
    """Return the words of a made-up authorisation, the same for all."""
    return LetterForm(
        title="委托书",
        number="演示材料",
        addressee="招聘会主办单位",
        paragraphs=["兹委托本单位经办人办理参加招聘会的有关事项。此件为演示用，不具效力。"],
        sender="（单位盖章）",
        written_on="",
    )
