"""Pins in words: whom they unseat comes first, "whatever the plan" only of what is proved, nothing is left out."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matcher.allocation.guarantee_order import LeftOver
from matcher.allocation.reason_shapes import PersonReasons
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds.plan_reasons import Ahead
from matcher.kinds.plans import PlanRule
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanCertificate, PlanRun, PlanUncovered
from matcher.models.postings import Posting
from matcher.ranking.parameters import DriveParameters
from matcher.services.plans.explanations import FullReasons, ProofSize
from tests.web.conftest import SignInAs
from tests.web.plan_world import World, make_world
from web.words import plan_reasons
from web.words.plan_pins import cost_words, proof_words


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """A drive with a plan that is done."""
    return make_world(sqlite_factory)


@pytest.mark.parametrize(
    ("seats", "guaranteed", "zero", "moved", "words"),
    [
        (0, 1, 1, 2, "零就业少安置 1 人，安置的总人数不变，2 人的去向不同"),
        (-1, -1, -1, 0, "零就业多安置 1 人，共多安置 1 人"),
        (3, 2, 0, 0, "应保证的人少安置 2 人，共少安置 3 人"),
        (0, 0, 0, 0, "安置的总人数不变"),
        (0, -1, 1, 0, "零就业少安置 1 人，应保证的人多安置 1 人，安置的总人数不变"),
    ],
)
def test_a_pin_first_says_whom_it_unseats_and_never_a_number_below_zero(
    app: Flask, seats: int, guaranteed: int, zero: int, moved: int, words: str
) -> None:
    cost = {"seats": seats, "guaranteed": guaranteed, "zero_employment": zero, "moved": moved}
    with app.test_request_context():
        assert cost_words(cost) == words
        assert cost_words(None) == "没有算"


def _figures(
    short: int, without: int, by_pins: int | None, n_guaranteed: int = 9
) -> dict[str, Any]:
    return {
        "market": {"guaranteed": n_guaranteed},
        "certificate": {"short": short, "by_pins": by_pins},
        "fair": {"uncovered": without},
    }


@pytest.mark.parametrize(
    ("figures", "said", "unsaid"),
    [
        (_figures(2, 3, 1), ("最多能同时安置 7 人，这个方案安置 6 人", "至少 2 人没有席位", "有 1 人没有了"), "另有"),
        (_figures(0, 1, 1), ("最多能同时安置 9 人", "解除下面这几条"), "无论怎么安排"),
        (_figures(1, 4, None), ("至少 1 人没有席位", "另有 3 人只因固定与禁止"), "解除下面"),
        (_figures(2, 2, 0), ("无论怎么安排，其中至少 2 人没有席位",), "固定与禁止"),
        (_figures(0, 0, 0), ("9 人都有席位",), "无论怎么安排"),
        (_figures(0, 0, 0, n_guaranteed=0), ("没有设应保证的类别",), "无论怎么安排"),
    ],
)  # fmt: skip
def test_whatever_the_plan_is_said_of_what_is_proved_alone(
    app: Flask, figures: dict[str, Any], said: tuple[str, ...], unsaid: str
) -> None:
    with app.test_request_context():
        words = "".join(proof_words(figures, "fair"))

    assert all(one in words for one in said)
    assert unsaid not in words


def test_the_page_names_the_pins_that_unseat_somebody_and_all_that_were_not_priced(
    world: World, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        person = session.scalar(sa.select(Graduate).where(Graduate.public_id == world.person))
        posting = session.scalar(sa.select(Posting).where(Posting.public_id == world.posting))
        assert person
        assert posting
        pin = {"graduate_id": person.id, "posting_id": posting.id, "fair": None, "most": None}
        pins = [pin | {"kind": "pin"}] * 21 + [pin | {"kind": "forbid"}]
        proof = {"components": 0, "short": 0, "by_pins": 1, "pins": [21]}
        plan.figures = {**plan.figures, "pins": pins, "certificate": proof}
        session.execute(sa.delete(PlanCertificate))
        session.execute(sa.update(PlanUncovered).values(component=None))
        left_over = session.scalar(sa.select(Graduate.public_id).join(PlanUncovered).limit(1))
    client = signed_in_as(world.manager)

    page = client.get(f"/plans/{world.plan}").text
    listed = client.get(f"/plans/{world.plan}/seats?list=b").text
    why = client.get(f"/plans/{world.plan}/seats/{left_over}").text

    proof_panel = page.split('id="proof"')[1].split("</section>")[0]
    assert "任何方案" not in proof_panel
    assert "无论怎么安排" not in proof_panel
    assert "出纳（滨海会计师事务所），禁止" in proof_panel
    assert "这次求解时没有固定或禁止任何一对" not in page
    assert "公平方案和最多方案的代价没有算：这次有 22 条指定" in page
    assert "共 22 条，只列出前 20 条" in page
    assert "因固定与禁止没有席位" in listed
    assert "只因固定与禁止而没有席位" in why


def test_whoever_is_in_no_proof_does_not_read_that_seats_are_too_few(app: Flask) -> None:
    told = PersonReasons(1, None, (), 1, left_over=LeftOver(11, Ahead.LOT, 3))
    with app.test_request_context():
        words = [
            plan_reasons.seat_sentences(
                FullReasons(PlanRule.FAIR, told, {}, DriveParameters(), proof=proof)
            )
            for proof in (None, ProofSize(1, 32, 11))
        ]

    assert "席位少于应保证的人" not in "".join(words[0])
    assert "席位少于应保证的人" in "".join(words[1])
