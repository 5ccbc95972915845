"""What would help beside a plan, in the background (做什么能有用): read, work out, store."""

import time
from typing import Any

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services.plans import help_runs
from matcher.services.plans.help_solving import help_table, n_steps
from workers.runner import JobContext, job


@job(help_runs.HELP, queue=JobQueue.BATCH)
def make_help(context: JobContext, *, plan_id: int) -> dict[str, Any]:
    """Work out what would help; a second run works it out anew and puts it in place of the first."""
    factory = context.session_factory
    context.checkpoint(0, n_steps(0))
    started = time.perf_counter()
    with reading(factory) as session:
        plan, given = help_runs.help_plan(session, plan_id)
    found = help_runs.cover(plan, given)
    context.checkpoint(0)
    with reading(factory) as session:
        read = help_runs.read_input(session, found)
    total = n_steps(len(read.asked))
    lines = help_table(read, lambda done: context.checkpoint(done, total))
    lines["seconds"] = round(time.perf_counter() - started, 3)
    with transaction(factory) as session:
        context.require_lease(session)
        help_runs.store_help(session, plan_id, lines)
    context.progress(total)
    return {name: lines[name] for name in ("n_short", "n_solved", "seconds")}
