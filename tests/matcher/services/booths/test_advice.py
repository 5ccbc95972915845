"""Rules of the hands a stand is advised to bring: as many as spare people a long wait, and have room."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from matcher.services.booths.office import Advice, advice_on, list_comers
from tests.factories.booths import FloorRows

_PLENTY = Advice(long_wait_minutes=1, booth_hands=1000)


def test_nobody_is_advised_to_bring_more_people_than_the_booths_of_the_day_hold(
    session: Session, floor: FloorRows
) -> None:
    crowded = replace(list_comers(session, floor.fair)[0], n_booths=2, n_interviewers=1)
    wanted = replace(crowded, advice=_PLENTY).hands_wanted

    few = replace(crowded, advice=Advice(long_wait_minutes=1, booth_hands=3))
    assert wanted > 5
    assert (few.hands_wanted, few.hands_advised) == (wanted, 5)
    assert replace(crowded, advice=_PLENTY).hands_advised == wanted


def test_what_counts_as_a_long_wait_is_data_of_the_day(session: Session, floor: FloorRows) -> None:
    comer = list_comers(session, floor.fair)[0]
    patient = replace(comer, advice=replace(comer.advice, long_wait_minutes=10_000))

    assert comer.advice == advice_on(dt.date(2026, 6, 1))
    assert comer.hands_wanted > 0
    assert patient.hands_wanted == patient.hands_advised == 0
    with pytest.raises(LookupError):
        advice_on(dt.date(2000, 1, 1))
