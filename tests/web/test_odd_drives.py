"""Odd drives are ordinary ones, from the verb to the pages: an empty side, nobody eligible, all ties, long lists."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.cli import entry, rank_quality
from matcher.cli import rank as verb
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, RunState
from matcher.models.drives import Drive, DriveRevision
from matcher.models.graduates import Graduate, Intent
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.parameters import DriveParameters
from matcher.services.drives import revise_parameters
from matcher.services.permissions import SYSTEM
from matcher.services.quality.comparisons import compare_rules
from matcher.services.quality.shapes import Calibration, Evaluation
from tests.factories.accounts import make_actor
from tests.factories.ranked_drives import BODIES, make_ranked_drive
from tests.web.conftest import SignInAs
from workers.dispatch import sweep_once
from workers.runner import Runner

Said = tuple[int, str]


@pytest.fixture
def say(
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Said]:
    """Give the command line of this house, whose background work is done in this process."""
    assert BODIES

    class Verb:
        def load(self) -> object:
            return verb.command

    @contextmanager
    def workers(_settings: object) -> Iterator[None]:
        _work(sqlite_factory)
        yield

    for module in (verb, rank_quality):
        monkeypatch.setattr(module, "open_house", lambda: sqlite_factory)
    monkeypatch.setattr(verb, "running_workers", workers)
    monkeypatch.setattr(entry, "_verbs", lambda: {"rank": Verb()})

    def said(*arguments: str) -> Said:
        capsys.readouterr()
        code = entry.outcome(["rank", *arguments])
        written = capsys.readouterr()
        return code, written.out + written.err if code else written.out

    return said


def _work(factory: SessionFactory) -> None:
    """Do all that waits; what fails is found by the dispatcher."""
    waiting = sa.select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1)
    while True:
        with reading(factory) as session:
            job_id = session.scalar(waiting)
        if job_id is None:
            break
        Runner(factory).run(job_id)
    sweep_once(factory, lambda _job, _queue: None)


def nobody_is_eligible(session: Session) -> None:
    session.execute(sa.update(Posting).values(certificates=["held_by_nobody"]))


def all_are_tied(session: Session) -> None:
    session.execute(sa.update(Graduate).values(about="", household_id=None))
    offer = {"requirement": {"混合": "不限"}, "region_code": "640104", "title": "岗", "duties": ""}
    session.execute(sa.update(Posting).values(pay_high_yuan=9000, education_min=None, **offer))
    wish = {"places": ["640104"], "mobility": "listed", "wanted_pay_yuan": None}
    session.execute(sa.update(Intent).values(**wish))


def nothing_odd(_session: Session) -> None:
    """Leave the lists longer than the other side: 12 places for 4 postings, 100 for 6 graduates."""


ODD = {
    "no postings": (6, 0, nothing_odd),
    "no graduates": (0, 4, nothing_odd),
    "nobody at all": (0, 0, nothing_odd),
    "nobody eligible": (6, 4, nobody_is_eligible),
    "all tied": (6, 4, all_are_tied),
    "longer than the side": (6, 4, nothing_odd),
}


@pytest.mark.parametrize("cap", [0, 1])
@pytest.mark.parametrize("odd", list(ODD))
def test_an_odd_drive_is_ranked_replayed_evaluated_compared_and_shown(
    odd: str,
    cap: int,
    sqlite_factory: SessionFactory,
    say: Callable[..., Said],
    signed_in_as: SignInAs,
) -> None:
    graduates, postings, change = ODD[odd]
    with transaction(sqlite_factory) as session:
        drive = make_ranked_drive(session, graduates=graduates, postings=postings)
        change(session)
        if cap:
            capped = DriveParameters(cap_per_seat=cap, floor_per_graduate=1)
            revise_parameters(session, SYSTEM, drive.id, capped)
        drive_id, named = drive.id, str(drive.id)
        manager = make_actor(session, union=session.get_one(Union, drive.union_id))

    code, text = say("--drive", named, "--json")
    answer = json.loads(text)

    assert (code, answer["graduates"], answer["postings"]) == (0, graduates, postings)
    assert say("--drive", named, "--replay", "1")[0] == 0
    assert "第 2 次排序完成" in say("--drive", named)[1]
    _assert_evaluated(say, named, graduates, postings, cap)
    _assert_compared(sqlite_factory, drive_id, graduates)
    client = signed_in_as(manager)
    for page in ("/ranking", "/quality", "/quality/comparisons/new", "/postings", "/graduates"):
        assert client.get(f"{page}?drive={drive_id}").status_code == 200, page


def _assert_evaluated(
    say: Callable[..., Said], named: str, graduates: int, postings: int, cap: int
) -> None:
    code, text = say("evaluate", "--drive", named, "--json")
    found = Evaluation.model_validate_json(text.splitlines()[0])
    spread = found.congestion
    assert (code, found.without_hits) == (rank_quality.EXIT_TOO_FEW, "too_few")
    assert (spread.lists, spread.postings) == (graduates, postings)
    assert (found.congestion_shown is not None) == bool(cap)
    assert say("evaluate", "--drive", named)[0] == rank_quality.EXIT_TOO_FEW
    code, text = say("calibrate", "--drive", named, "--json")
    assert code == rank_quality.EXIT_TOO_FEW
    assert Calibration.model_validate_json(text.splitlines()[0]).proposal is None


def _assert_compared(factory: SessionFactory, drive_id: int, graduates: int) -> None:
    with reading(factory) as session:
        wanted = DriveParameters(equal_width=1)
        found = compare_rules(session, session.get_one(Drive, drive_id), wanted)
    assert found.graduates == graduates
    assert sum(one.gain + one.lose + one.same for one in found.ranks) <= graduates


def too_many_certificates(session: Session, _drive: Drive) -> None:
    posting = session.scalars(sa.select(Posting).order_by(Posting.id).limit(1)).one()
    posting.certificates = [f"own_{number}" for number in range(65)]


def too_many_points(session: Session, drive: Drive) -> None:
    revision = session.get_one(DriveRevision, (drive.id, drive.revision))
    revision.parameters = {**revision.parameters, "points": {"text": 30_000}}


def test_rules_that_pass_a_limit_are_mended_on_their_page(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        drive = make_ranked_drive(session, graduates=4, postings=3)
        too_many_points(session, drive)
        manager = make_actor(session, union=session.get_one(Union, drive.union_id))
    client = signed_in_as(manager)

    page = client.get(f"/ranking?drive={drive.id}")
    form = client.get(f"/ranking/parameters?drive={drive.id}")

    assert (page.status_code, form.status_code) == (200, 200)
    assert "超出限度" in page.text
    assert 'value="2000"' in form.text  # the default of texts


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (too_many_certificates, ("65 种", "“own_0”", "请合并名称不同的同一种证书")),
        (too_many_points, ("38000 分", "超过 32767", "请在“排序规则”中修改")),
    ],
)
def test_a_limit_reaches_the_person_at_the_verb_and_on_the_page(
    spoil: Callable[[Session, Drive], None],
    words: tuple[str, ...],
    sqlite_factory: SessionFactory,
    say: Callable[..., Said],
    signed_in_as: SignInAs,
) -> None:
    with transaction(sqlite_factory) as session:
        drive = make_ranked_drive(session, graduates=4, postings=3)
        spoil(session, drive)
        drive_id = drive.id
        manager = make_actor(session, union=session.get_one(Union, drive.union_id))

    code, text = say("--drive", str(drive_id))
    page = signed_in_as(manager).get(f"/ranking?drive={drive_id}").text

    assert code == 1
    for word in words:
        assert word in text
        assert word in page
    with reading(sqlite_factory) as session:
        run = session.scalars(sa.select(RankingRun)).one()
        assert run.state is RunState.FAILED
