"""Exports of files (档案导出): the table of an approved request is made here, outside any page."""

from matcher.db.engine import reading, transaction
from matcher.errors import NotFoundError
from matcher.kinds import JobQueue
from matcher.kinds.people_rights import ExportState
from matcher.models.people_rights import ExportRequest
from matcher.services.people_rights import export_tables
from matcher.services.people_rights.exports import MAKE_JOB
from workers.runner import JobContext, job


@job(MAKE_JOB, queue=JobQueue.BATCH)
def make_export(context: JobContext, export_id: int) -> dict[str, int]:
    """Make and store a table; a second run is harmless: one that was kept is not made again."""
    with reading(context.session_factory) as session:
        export = session.get(ExportRequest, export_id)
        if export is None:
            raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
        if export.state is not ExportState.APPROVED:
            return {"n_records": export.n_records}
        made = export_tables.make_table(session, export)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        return {"n_records": export_tables.keep_table(session, export_id, made).n_records}
