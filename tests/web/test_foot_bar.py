"""The foot bar of a phone begins with the home page, then the daily work of the role."""

import re

from matcher.kinds import Role
from tests.web.cohort_world import Enter, enter, office

WORLD = (enter, office)


def test_fairs_stand_in_the_foot_bar_of_who_organises_them(enter: Enter) -> None:
    bars = {
        role: enter(role).get("/home").text.rpartition('<nav class="footnav')[2]
        for role in (Role.FAIR_ORGANISER, Role.CASEWORKER)
    }

    entries = re.findall(r'href="([^"#]+)"', bars[Role.FAIR_ORGANISER])
    assert entries[:2] == ["/home", "/fairs"]
    assert "/fairs" not in re.findall(r'href="([^"#]+)"', bars[Role.CASEWORKER])
