"""Measuring what a run does before it ranks: a drive's rows from the database into a saved snapshot, cut into chunks.

The text model is learned anew and nothing is remembered of texts, as in a drive's first run. Left out is storing
the chunks, which would be a run.
"""

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
from matcher.ranking.concepts import installed_concepts
from matcher.ranking.index_storage import save_index
from matcher.ranking.snapshot import Snapshot, pack
from matcher.ranking.storage import save_snapshot
from matcher.ranking.warm import warm
from matcher.services.drives import get_parameters, lottery_key
from matcher.services.ranking_cutting import cut_run
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_snapshots import read_key
from matcher.settings import load_settings


def measure_database(named: str, peak_mib: Callable[[], float]) -> DatabaseOut:
    """Build the snapshot of a drive beside the runs' own, which nobody sees and which is deleted again."""
    warm()  # a worker does so when it starts
    factory = open_house()
    drive = find_drive(factory, named)
    found, read = clocked(lambda: _gathered(factory, drive.id))
    snapshot, packed = clocked(lambda: _packed(factory, drive.id, found))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "one"
        content_hash, saved = clocked(lambda: save_snapshot(snapshot, folder))
        _, indexed = clocked(lambda: save_index(snapshot, folder))
    chunks, cut = clocked(lambda: cut_run(snapshot))
    memory = peak_mib()
    spent = (read, packed, saved, indexed, cut)
    factory.kw["bind"].dispose()
    return DatabaseOut(
        drive=drive.name,
        database=factory.kw["bind"].dialect.name,
        graduates=len(snapshot.graduates),
        postings=len(snapshot.postings),
        requirements=len(snapshot.codebook.requirements),
        majors=len(snapshot.codebook.leaves),
        chunks=len(chunks),
        seconds_reading=round(read.cpu, 3),
        seconds_packing=round(packed.cpu, 3),
        seconds_saving=round(saved.cpu, 3),
        seconds_index=round(indexed.cpu, 3),
        seconds_cutting=round(cut.cpu, 3),
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
    return pack(
        found,
        parameters,
        compile_leaves=product_compiler(read_key),
        lottery_key=key,
        concepts=installed_concepts() if load_settings().concepts else None,
    )
