"""What people see of a reading: each word painted as what it became."""

import pytest

from matcher.vocabulary.requirements import read_requirement


def test_only_the_bracket_behind_an_accepted_major_is_struck_out() -> None:
    requirement = read_requirement("会计学、财务管理等相关专业（不含审计学）")

    painted = {span.text: span.kind for span in requirement.spans}
    assert painted["（不含审计学）"] == "exclusion"
    assert not any("财务管理" in text for text, kind in painted.items() if kind == "exclusion")


def test_only_the_bracket_behind_a_discipline_is_a_restriction() -> None:
    requirement = read_requirement("研究生：工商管理学（1202，仅限会计学）")

    restricted = [span.text for span in requirement.spans if span.kind == "restriction"]
    assert restricted == ["（1202，仅限会计学）"]


@pytest.mark.parametrize(
    ("text", "lead"), [("专业类：法学类", "专业类："), ("经济学类中的会计学", "经济学类中的")]
)
def test_words_that_only_lead_to_a_name_are_not_shown_as_unread(text: str, lead: str) -> None:
    first = read_requirement(text, "本科").spans[0]
    assert (text[first.start : first.end], first.kind) == (lead, "separator")
