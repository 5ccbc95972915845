"""Tiers by the formulas of the sources, in whole numbers, for households of which everything is known.

Written apart from the product: no fractions, no tables; both sides are multiplied out.
"""

Facts = dict[str, int]


def yinchuan_2018(facts: Facts) -> str | None:
    """(income − tuition + aid) / people / 12 < 840."""
    total = facts["income"] - facts["tuition"] + facts["aid"]
    return "student_aid" if total < 84000 * 12 * facts["people"] else None


def _excluded(facts: Facts) -> bool:
    return any(facts[name] for name in ("two_dwellings", "business", "vehicle", "costly_school"))


def current(facts: Facts) -> str | None:
    """深度: (I − R)/12/n < D; 相对: < 2 D; 意外致困: an event, or more than 80 % of the year's income."""
    if _excluded(facts):
        return None
    left, line = facts["income"] - facts["rigid"], facts["minimum"] * 12 * facts["people"]
    if left < line:
        return "deep"
    if left < 2 * line:
        return "relative"
    loss = facts["accident_cost"] - facts["compensation"]
    if facts["event_harm"] or (facts["accident"] and 100 * loss > 80 * facts["income"]):
        return "accidental"
    return None


def qingdao(facts: Facts) -> str | None:
    """As `current`, with the fee of a school and what a migrant worker must show."""
    if facts["school_fee"] > 2 * facts["public_school_fee"]:
        return None
    shown = facts["long_term_city"] and facts["union_member"] and facts["labour_year"]
    return None if facts["migrant"] and not shown else current(facts)


def generation_2016(facts: Facts) -> str | None:
    """低保户, 低保边缘户, 意外致困户, 市级辅助."""
    if _excluded(facts):
        return None
    income, line = facts["income"], facts["minimum"] * 12 * facts["people"]
    if income < line and (facts["six_months"] or facts["short_after_relief"]):
        return "minimum_living"
    if 2 * income <= 3 * line and income - facts["rigid"] <= line:
        return "near_minimum"
    assets = 0 if income <= 3 * line else facts["investments"] + facts["savings"]
    if facts["accident"] and income + assets - facts["accident_cost"] <= line:
        return "accidental_2016"
    return "city_auxiliary" if income <= 2 * line else None


ORACLES = {
    "yinchuan_2018": yinchuan_2018,
    "current": current,
    "current_qingdao": qingdao,
    "generation_2016": generation_2016,
}
