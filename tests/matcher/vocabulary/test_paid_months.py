"""How many days a month are paid is dated data that names its regulation."""

import datetime as dt

from matcher.vocabulary.paid_months import paid_month
from matcher.vocabulary.pay import read_pay


def test_the_rule_of_the_day_is_used_and_names_its_source() -> None:
    assert "2008" in paid_month(dt.date(2020, 7, 1)).source
    assert "2025" in paid_month(dt.date(2026, 7, 1)).source
    assert paid_month() == paid_month(dt.date(2026, 7, 1))


def test_a_day_before_every_rule_takes_the_first() -> None:
    assert paid_month(dt.date(1999, 1, 1)) == paid_month(dt.date(2008, 1, 3))


def test_a_day_rate_is_multiplied_by_the_days_paid_and_says_so() -> None:
    pay = read_pay("300元/天")

    assert pay is not None
    assert pay.low_yuan == round(300 * paid_month().days)
    assert f"{paid_month().days:g}天" in pay.note
