"""Measuring what a run does before it ranks: a drive's rows from the database into a saved snapshot."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from matcher import clock
from matcher.cli.bench_clock import clocked
from matcher.cli.bench_rank_shapes import DatabaseOut
from matcher.cli.installation import find_drive, open_house
from matcher.db.engine import SessionFactory, reading
from matcher.models.drives import Drive
from matcher.ranking.columns import Gathered, gather
from matcher.ranking.compiler import product_compiler
from matcher.ranking.snapshot import Snapshot, pack
from matcher.ranking.storage import save_snapshot
from matcher.services.drives import get_parameters, lottery_key
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_snapshots import read_key


def measure_database(named: str, peak_mib: Callable[[], float]) -> DatabaseOut:
    """Build the snapshot of a drive beside the runs' own, which nobody sees and which is deleted again."""
    factory = open_house()
    drive = find_drive(factory, named)
    found, read = clocked(lambda: _gathered(factory, drive.id))
    snapshot, packed = clocked(lambda: _packed(factory, drive.id, found))
    with tempfile.TemporaryDirectory() as folder:
        content_hash, saved = clocked(lambda: save_snapshot(snapshot, Path(folder) / "one"))
    _, indexed = clocked(lambda: (snapshot.graduate_index, snapshot.posting_index))
    memory = peak_mib()
    spent = (read, packed, saved, indexed)
    factory.kw["bind"].dispose()
    return DatabaseOut(
        drive=drive.name,
        database=factory.kw["bind"].dialect.name,
        graduates=len(snapshot.graduates),
        postings=len(snapshot.postings),
        requirements=len(snapshot.codebook.requirements),
        majors=len(snapshot.codebook.leaves),
        seconds_reading=round(read.cpu, 3),
        seconds_packing=round(packed.cpu, 3),
        seconds_saving=round(saved.cpu, 3),
        seconds_index=round(indexed.cpu, 3),
        wall_seconds=round(sum(one.wall for one in spent), 3),
        peak_mib=memory,
        content_hash=content_hash,
    )


def _gathered(factory: SessionFactory, drive_id: int) -> Gathered:
    with reading(factory) as session:
        offers = posting_facts(session, drive_id, clock.today())
        return gather(graduate_facts(session, drive_id), offers)


def _packed(factory: SessionFactory, drive_id: int, found: Gathered) -> Snapshot:
    with reading(factory) as session:
        drive = session.get_one(Drive, drive_id)
        parameters, key = get_parameters(session, drive), lottery_key(session, drive)
    return pack(found, parameters, compile_leaves=product_compiler(read_key), lottery_key=key)
