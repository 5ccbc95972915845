"""Tables of majors made up for tests (试验数据), and importing them."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import open_table
from matcher.services import catalogues
from matcher.services.catalogue_imports import judge_table, take_in
from matcher.services.catalogue_outcomes import Outcome, Wishes
from matcher.services.permissions import SYSTEM

ADDITIONS = """试验数据：二〇三〇年增补,,,
专业代码,专业名称,专业类,曾用名
080990T,人工智能,计算机类,
080991,试验物联学,计算机类,物联网工程
080992,试验甲安全,计算机类,信息安全
080993,试验乙安全,计算机类,信息安全
080994,试验新学,计算机类,
"""
"""One major moved, one renamed, one split, one new."""

DIRECTORY = """层次,门类,专业类代码,专业类,专业代码,专业名称,原专业名称
本科,Z08工学,Z0801,试验计算机类,Z080101,软件工程,
本科,Z08工学,Z0801,试验计算机类,Z080102,试验学,试验旧学；试验旧二学
专科,Y08工学,Y0801,试验计算机类,Y080101,软件技术,
"""


def import_text(
    factory: SessionFactory, text: str | bytes, wishes: Wishes | None = None
) -> Outcome:
    """Import a table as the command line does."""
    data = text.encode() if isinstance(text, str) else text
    with reading(factory) as session:
        table, outcome = judge_table(
            session, SYSTEM, open_table(data, "test.csv"), wishes or Wishes()
        )
    with transaction(factory) as session:
        take_in(session, SYSTEM, table, outcome, file_name="test.csv")
    return outcome


def adopted(factory: SessionFactory) -> bool:
    """Adopt what is stored; return whether that changed anything."""
    with reading(factory) as session:
        return catalogues.adopt(session)


def counted(factory: SessionFactory, table: type[object]) -> int:
    """Return how many rows a table has."""
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
