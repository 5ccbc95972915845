"""Files made of sheets (统计表文件), outside any page: count, write, keep."""

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import NotFoundError, YangguangError
from matcher.kinds import JobQueue
from matcher.kinds.sheet_exports import SheetFileState
from matcher.models.sheet_templates import SheetFile
from matcher.services.sheet_exports import making
from matcher.services.sheet_exports.making import MadeFile
from matcher.services.sheet_exports.sheet_files import MAKE_JOB
from workers.runner import JobContext, job

_STEPS = 3
"""Count, write, keep."""


@job(MAKE_JOB, queue=JobQueue.BATCH)
def make_sheet_file(context: JobContext, sheet_file_id: int) -> dict[str, int]:
    """Make and store a file; a second run is harmless: one that was kept is not made again."""
    context.checkpoint(0, _STEPS)
    with reading(context.session_factory) as session:
        file = session.get(SheetFile, sheet_file_id)
        if file is None:
            raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
        if file.state is not SheetFileState.WAITING:
            return {"kept": 0}
        made = _made(context, session, file)
    context.checkpoint(2)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        if isinstance(made, YangguangError):
            making.fail_file(session, sheet_file_id, made.code)
            return {"kept": 0}
        making.keep_file(session, sheet_file_id, made)
    context.progress(_STEPS)
    return {"kept": 1}


def _made(context: JobContext, session: Session, file: SheetFile) -> MadeFile | YangguangError:
    """Return what was made, or why it cannot be: a role that ended, a template that is gone."""
    try:
        return making.make_file(session, file, counted=lambda: context.checkpoint(1))
    except YangguangError as error:
        return error
