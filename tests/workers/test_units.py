"""The programs of `yangguang up`: what their arguments mean to Celery."""

from typing import Any

from celery.bin.worker import worker as celery_worker
from celery.worker import WorkController

from matcher.settings import load_settings
from workers import app as workers_app
from workers.units import units_of


def options_of(name: str) -> dict[str, Any]:
    """Options of a worker as Celery's command line reads them."""
    unit = next(unit for unit in units_of(load_settings()) if unit.name == name)
    arguments = unit.argv[unit.argv.index("worker") + 1 :]
    context = celery_worker.make_context("worker", arguments, resilient_parsing=True)
    return {key: context.params[key] for key in ("max_tasks_per_child", "max_memory_per_child")}


def limits_of(name: str) -> tuple[int, int]:
    """After how many jobs, and above how many KiB (0: never), a child of a worker is replaced."""
    made = WorkController.__new__(WorkController)  # its settings alone: no pool is started
    made.app = workers_app.app
    made.setup_defaults(**options_of(name))
    found = vars(made)
    return found["max_tasks_per_child"], found["max_memory_per_child"]


def test_the_live_child_keeps_its_state_whatever_it_maps() -> None:
    jobs, kib = limits_of("worker-live")

    assert jobs >= 1_000_000_000
    assert kib == 0


def test_children_that_rank_and_import_are_replaced() -> None:
    conf = workers_app.app.conf

    assert limits_of("worker-batch") == (
        conf.worker_max_tasks_per_child,
        conf.worker_max_memory_per_child,
    )
    assert limits_of("worker-batch")[1] > 0
