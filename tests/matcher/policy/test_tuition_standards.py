"""The answer on tuition aid: Yinchuan 2018 as the example, and not known never means no."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import Verdict
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage
from matcher.policy.tuition import StudentFacts, default_standard, judge, place_of

_YINCHUAN = default_standard("640104", 2018)


def _facts(**changes: object) -> StudentFacts:
    fields: dict[str, object] = {
        "stage": TuitionStage.NEW,
        "level": SchoolLevel.BACHELOR,
        "school_region": "640104",
        "batch": AdmissionBatch.SECOND,
        "is_regular_admission": True,
        "is_military": False,
    }
    return StudentFacts(**(fields | changes))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("stage", "region", "yuan"),
    [
        (TuitionStage.NEW, "640104", 4000),
        (TuitionStage.NEW, "110108", 5000),
        (TuitionStage.CONTINUING, "640500", 3000),
        (TuitionStage.CONTINUING, "610100", 4000),
    ],
)
def test_yinchuan_2018(stage: TuitionStage, region: str, yuan: int) -> None:
    answer = judge(_facts(stage=stage, school_region=region), _YINCHUAN)

    assert (answer.verdict, answer.amount_fen) == (Verdict.YES, yuan * 100)


def test_the_standard_of_2018_holds_in_its_city_and_its_year_only() -> None:
    assert _YINCHUAN is not None
    assert default_standard("640104", 2019) is None
    assert default_standard("610100", 2018) is None


@pytest.mark.parametrize("batch", [AdmissionBatch.THIRD, AdmissionBatch.COLLEGE])
def test_below_the_second_batch_is_no_and_says_so(batch: AdmissionBatch) -> None:
    answer = judge(_facts(batch=batch), _YINCHUAN)

    assert (answer.verdict, answer.against) == (Verdict.NO, ("batch_below",))


def test_what_the_standard_does_not_name_is_asked_and_not_refused() -> None:
    answer = judge(_facts(level=SchoolLevel.GRADUATE), _YINCHUAN)

    assert (answer.verdict, answer.missing) == (Verdict.MAYBE, ("amount",))


@given(
    known=st.sets(st.sampled_from(["batch", "is_regular_admission", "school_region"])),
    stage=st.sampled_from(TuitionStage),
)
def test_an_unknown_input_gives_what_is_missing_and_never_no(
    known: set[str], stage: TuitionStage
) -> None:
    unknown = {"batch", "is_regular_admission", "school_region"} - known
    answer = judge(_facts(stage=stage, **dict.fromkeys(unknown)), _YINCHUAN)

    assert set(answer.missing) == unknown
    assert answer.verdict is (Verdict.MAYBE if unknown else Verdict.YES)


def test_inside_is_by_the_prefix_of_the_home_region() -> None:
    homes, regions = ("64", "640000", "640100"), ("640104", "642200", "110108", "")
    found = {
        (home, region): place_of(region, home) for home, region in itertools.product(homes, regions)
    }

    assert found["64", "642200"] is SchoolPlace.INSIDE
    assert found["640100", "642200"] is SchoolPlace.OUTSIDE
    assert found["640000", "642200"] is SchoolPlace.INSIDE
    assert found["640100", "640104"] is SchoolPlace.INSIDE
    assert found["64", ""] is None
