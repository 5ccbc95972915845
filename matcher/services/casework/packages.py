"""How far the promised service packages (服务包) are, for any number of cases at once: two queries."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.policy.packages import CountedAct, PackageItem, count_items, find_package
from matcher.services.casework.service_acts import standing_acts


def progress(
    session: Session, case_ids: Sequence[int] | sa.Select[int]
) -> dict[int, list[PackageItem]]:
    """Return the items of each case's package, an empty list where none is promised.

    For callers that chose the cases in sight; ids may be given as a select.
    """
    today = clock.today()
    cases = session.execute(
        sa.select(GraduateCase.id, GraduateCase.package, GraduateCase.package_from_on)
        .where(GraduateCase.id.in_(case_ids))
        .order_by(GraduateCase.id)
    ).all()
    acts: dict[int, list[CountedAct]] = defaultdict(list)
    promised = sa.select(GraduateCase.id).where(
        GraduateCase.id.in_(case_ids), GraduateCase.package.is_not(None)
    )
    rows = session.execute(
        sa.select(
            ServiceAct.case_id, ServiceAct.kind, ServiceAct.outcome, ServiceAct.happened_on
        ).where(ServiceAct.case_id.in_(promised), standing_acts())
    )
    for case_id, kind, outcome, happened_on in rows:
        acts[case_id].append(CountedAct(kind, outcome, happened_on))
    items: dict[int, list[PackageItem]] = {}
    for case in cases:
        package = find_package(case.package) if case.package else None
        items[case.id] = (
            count_items(package, case.package_from_on, acts[case.id], today)
            if package is not None and case.package_from_on is not None
            else []
        )
    return items
