"""Booths at the demo's fairs (展位图): a hall is drawn and filled, a plan computed and mostly taken."""

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.fairs.booth_grid import GridWish
from matcher.kinds.booth_plans import HallMark, PlanScope
from matcher.services.booths import halls, planning
from matcher.services.booths.halls import HallInput
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_N_BOOTHS = 28
_COLUMNS, _ROWS = 11, 9


def furnish(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> None:
    """Draw a hall with booths for everybody and compute who stands where; a fair to come shows the plan to take."""
    by = people.organiser
    with transaction(factory) as session:
        facts = HallInput(name="一号厅", n_columns=_COLUMNS, n_rows=_ROWS)
        hall = halls.add_hall(session, by, fair.public_id, facts)
        for cell, mark in (
            ((0, _ROWS - 1), HallMark.EXIT),
            ((2, 3), HallMark.PILLAR),
            ((8, 3), HallMark.PILLAR),
            ((_COLUMNS // 2, 0), HallMark.STAGE),
        ):
            halls.draw_cells(
                session,
                by,
                fair.public_id,
                hall_public_id=hall.public_id,
                cells=[cell],
                kind=mark.value,
            )
        halls.fill_hall(
            session,
            by,
            fair.public_id,
            hall_public_id=hall.public_id,
            wish=GridWish(most=_N_BOOTHS, together=4),
        )
    with reading(factory) as session:
        given = planning.read(session, by, fair.public_id, PlanScope.ALL)
    if not given.comers:
        return
    plan, figures = planning.compute(given)
    with transaction(factory) as session:
        kept = planning.keep(session, by, given, plan, figures)
        if fair.stage is not Stage.COMING:
            planning.accept(session, by, fair.public_id, kept.public_id)
