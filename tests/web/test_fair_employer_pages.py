"""Pages of employers at a fair: who may open them, refused forms keep what was typed, files and names leave a trace."""

import io

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EmployerState, Role
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall, FairPaper
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_call, make_pack, make_paper
from tests.factories.fairs import make_fair, make_fair_employer
from tests.factories.people import make_id_number
from tests.factories.placements import pdf
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.support.queries import count_queries
from tests.web.conftest import SignInAs

_S, _K = FairEmployerState, FairPaperKind
_JPEG = b"\xff\xd8\xff\xe0" + b"\x10" * 40 + b"\xff\xd9"


class World:
    """A fair with one employer that applied, its agent and the organiser."""

    def __init__(self, factory: SessionFactory, sign_in: SignInAs) -> None:
        self.factory = factory
        with transaction(factory) as session:
            union = make_union(session)
            drive = make_drive(session, union)
            fair = make_fair(session, drive, state=FairState.ANNOUNCED, title="冬季毕业生招聘会")
            make_call(session, fair, n_booths=2)
            employer = make_employer(session, union, name="凤城软件公司")
            row = make_fair_employer(session, fair, employer, state=_S.APPLIED)
            posting = make_posting(session, drive, employer, title="软件测试")
            self.fair_id, self.fair, self.place = fair.id, fair.public_id, row.public_id
            self.posting, self.row_id = posting.public_id, row.id
            organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
            agent = make_actor(session, Role.EMPLOYER, employer=employer)
        self.desk, self.agent = sign_in(organiser), sign_in(agent)

    @property
    def there(self) -> str:
        """Return the address of the employer's page for the organiser."""
        return f"/fairs/{self.fair}/employers/{self.place}"

    def paper(self, kind: FairPaperKind = _K.AUTHORISATION) -> FairPaper:
        """Return the paper of a kind."""
        with reading(self.factory) as session:
            return session.scalars(sa.select(FairPaper).where(FairPaper.kind == kind)).one()


@pytest.fixture
def world(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> World:
    return World(sqlite_factory, signed_in_as)


def _post(client: PageClient, address: str, **fields: object) -> TestResponse:
    data = {"csrf_token": client.token(), **fields}
    return client.post(address, data=data, content_type="multipart/form-data")


def _scan(content: bytes = _JPEG) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "扫描件.jpg"


def test_a_refused_offer_keeps_what_was_typed(world: World) -> None:
    answer = _post(
        world.desk, f"/fairs/{world.fair}/employers/call", words="零就业专场", n_booths="7"
    )

    assert answer.status_code == 422
    assert "零就业专场" in answer.text
    with reading(world.factory) as session:
        assert session.scalars(sa.select(FairCall.n_booths)).one() == 2


def test_a_picture_is_shown_beside_and_the_reading_is_written_down(world: World) -> None:
    _post(world.agent, f"/my-fairs/{world.fair}/papers", kind="authorisation", content=_scan())
    address = f"{world.there}/papers/{world.paper().public_id}/file"
    token = {"csrf_token": world.desk.token()}

    part = world.desk.post(address, data=token, headers={"HX-Request": "true"})
    whole = world.desk.post(address, data=token)

    assert "data:image/jpeg;base64," in part.text
    assert whole.get_data() == _JPEG
    assert "扫描件" not in whole.headers["Content-Disposition"]
    with reading(world.factory) as session:
        acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert acts.count("fair_paper.read") == 2


def test_a_reading_of_others_papers_answers_404(
    world: World, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_fair_employer(session, session.get_one(Fair, world.fair_id), state=_S.APPLIED)
        paper = make_paper(session, other).public_id
        stranger = make_actor(session, Role.EMPLOYER, employer=make_employer(session))

    own = _post(world.agent, f"/my-fairs/{world.fair}/papers/{paper}/file")
    elsewhere = signed_in_as(stranger).get(f"/my-fairs/{world.fair}")

    assert (own.status_code, elsewhere.status_code) == (404, 404)


def test_an_agent_is_masked_until_the_organiser_asks(world: World) -> None:
    number = make_id_number(11)
    facts = {"kind": "agent", "name": "马建国", "number": number}

    assert _post(world.agent, f"/my-fairs/{world.fair}/papers", **facts).status_code == 303

    for page in (world.desk.get(world.there), world.agent.get(f"/my-fairs/{world.fair}")):
        assert "马*国" in page.text
        assert number not in page.text
        assert "马建国" not in page.text
    shown = _post(world.desk, f"{world.there}/papers/{world.paper(_K.AGENT).public_id}/agent")
    assert "马建国" in shown.text
    assert number in shown.text


def test_a_wrong_number_is_shown_at_its_field_with_what_was_typed(world: World) -> None:
    facts = {"kind": "agent", "name": "马建国", "number": "123"}

    answer = _post(world.agent, f"/my-fairs/{world.fair}/papers", **facts)

    assert answer.status_code == 422
    assert 'value="123"' in answer.text
    assert 'id="error-agent-number"' in answer.text


def test_what_is_no_picture_is_refused(world: World) -> None:
    exe = _scan(b"MZ" + b"0" * 40)

    answer = _post(world.agent, f"/my-fairs/{world.fair}/papers", kind="licence", content=exe)

    assert answer.status_code == 422
    assert "只收 PDF、JPG、PNG" in answer.text


def test_an_incomplete_pack_confirms_nobody_and_says_what_is_missing(world: World) -> None:
    answer = _post(world.desk, f"{world.there}/accept")

    assert answer.status_code == 409
    assert "经办人身份证明" in answer.text


def test_all_whose_papers_are_whole_are_confirmed_with_one_press(world: World) -> None:
    with transaction(world.factory) as session:
        make_pack(session, session.get_one(FairEmployer, world.row_id))
    assert "确认材料齐的 1 家" in world.desk.get(f"/fairs/{world.fair}/employers").text

    _post(world.desk, f"/fairs/{world.fair}/employers/accept-ready")

    with reading(world.factory) as session:
        assert session.get_one(FairEmployer, world.row_id).state is _S.ACCEPTED


def test_who_was_stopped_is_named_to_the_organiser_and_stands_in_no_booklet(world: World) -> None:
    with transaction(world.factory) as session:
        row = session.get_one(FairEmployer, world.row_id)
        row.state = _S.ACCEPTED
        session.get_one(Employer, row.employer_id).state = EmployerState.SUSPENDED

    page = world.desk.get(world.there).text
    rows = world.desk.get(f"/fairs/{world.fair}/employers").text
    prints = world.desk.get(f"/fairs/{world.fair}/prints").text

    assert "单位核验没有通过，或者已停用" in page
    assert "单位已停用或核验未通过" in rows
    assert "凤城软件公司" not in prints


def test_an_employer_finds_its_fairs_in_the_foot_bar(world: World) -> None:
    foot = world.agent.get("/my-fairs").text.rpartition('<nav class="footnav')[2]

    assert '<a href="/my-fairs" aria-current="page">' in foot


def test_every_page_of_an_employers_place_leads_back_to_all_fairs(world: World) -> None:
    base = f"/fairs/{world.fair}"
    for address in ("employers", "employers/invite", "employers/call", "prints", "plan"):
        page = world.desk.get(f"{base}/{address}").text
        crumbs = page.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
        assert '<a href="/fairs">招聘会</a>' in crumbs
        assert f'<a href="{base}">冬季毕业生招聘会</a>' in crumbs


def test_the_organiser_enters_what_came_on_paper(world: World) -> None:
    _post(world.desk, f"{world.there}/posts", post=world.posting)
    _post(world.desk, f"{world.there}/papers", kind="brochure", is_from_posts="true")
    _post(world.desk, f"{world.there}/papers", kind="licence", content=_scan(pdf()))
    _post(world.desk, f"{world.there}/apply", n_booths="2", n_interviewers="3")

    with reading(world.factory) as session:
        kinds = session.scalars(sa.select(FairPaper.kind).order_by(FairPaper.kind)).all()
        assert kinds == [_K.BROCHURE, _K.LICENCE]
        assert session.get_one(FairEmployer, world.row_id).n_interviewers == 3
        assert len(session.scalars(sa.select(FairPosting.id)).all()) == 1


def test_who_waits_reads_its_turn(world: World) -> None:
    with transaction(world.factory) as session:
        row = session.get_one(FairEmployer, world.row_id)
        row.state, row.waiting_since = _S.WAITING, row.created_at

    assert "候补第 1 位" in world.agent.get(f"/my-fairs/{world.fair}").text
    assert "候补第 1 位" in world.desk.get(world.there).text


def test_a_fair_that_is_over_takes_nothing(world: World) -> None:
    with transaction(world.factory) as session:
        session.get_one(Fair, world.fair_id).state = FairState.CANCELLED

    answers = [
        _post(world.agent, f"/my-fairs/{world.fair}/apply", n_booths="1", n_interviewers="1"),
        _post(world.agent, f"/my-fairs/{world.fair}/posts", post=world.posting),
        _post(world.agent, f"/my-fairs/{world.fair}/papers", kind="licence", content=_scan()),
        _post(world.desk, f"/fairs/{world.fair}/employers/remind"),
        _post(world.desk, f"/fairs/{world.fair}/employers/invite"),
    ]

    assert [one.status_code for one in answers] == [409] * 5
    assert "取消" in world.agent.get(f"/my-fairs/{world.fair}").text


def test_the_list_asks_as_often_for_two_rows_as_for_twenty(world: World) -> None:
    def more(count: int) -> None:
        with transaction(world.factory) as session:
            fair = session.get_one(Fair, world.fair_id)
            for _ in range(count):
                make_pack(session, make_fair_employer(session, fair), FairPaperState.HANDED_IN)

    counts = []
    for added in (1, 18):
        more(added)
        with reading(world.factory) as session, count_queries(session) as asked:
            assert world.desk.get(f"/fairs/{world.fair}/employers").status_code == 200
        counts.append(asked.n)

    assert counts[0] == counts[1]


def test_nothing_an_employer_reads_says_who_comes(world: World) -> None:
    text = world.agent.get(f"/my-fairs/{world.fair}").text

    assert "困难" not in text
    assert "帮扶" not in text
    assert "阳光就业" not in text
