"""Names of postings: two of one title at one employer are told apart wherever one text tells both."""

from matcher.services.plans.posting_names import titles_apart

_SAME = ("渤海数据", "数据分析专员")


def test_a_title_stands_alone_unless_it_repeats_at_the_employer() -> None:
    one = {1: (*_SAME, "沾化区"), 2: ("渤海数据", "会计", "沾化区"), 3: ("别家", "会计", "沾化区")}
    assert titles_apart(one) == {1: "数据分析专员", 2: "会计", 3: "会计"}


def test_where_it_repeats_the_place_tells_apart_and_in_one_place_the_number() -> None:
    assert titles_apart({1: (*_SAME, "沾化区"), 2: (*_SAME, "滨城区"), 3: (*_SAME, "")}) == {
        1: "数据分析专员（沾化区）",
        2: "数据分析专员（滨城区）",
        3: "数据分析专员（岗位 3）",
    }
    both = titles_apart({7: (*_SAME, "沾化区"), 9: (*_SAME, "沾化区")})
    assert both == {7: "数据分析专员（岗位 7）", 9: "数据分析专员（岗位 9）"}
