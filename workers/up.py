"""`yangguang up`: everything on one machine, in the foreground, until Ctrl-C.

It takes the data folder's lock (two servers on one socket would take it from one another in
silence), makes or updates the installation, starts broker, workers, beat, dispatcher and web, and prints
`READY http://…` on standard output once the web answers. Other programs, `yangguang demo` for one, start it
as a command and wait for that line or for /healthz. SIGINT and SIGTERM stop all and end with 0.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import Callable, Iterator

import click

from matcher.errors import ConfigurationError
from matcher.services.installation import prepare_installation
from matcher.settings import Settings
from workers import broker
from workers.logs import set_up_logging
from workers.supervision import Supervisor
from workers.units import CELERY_APP, WEB_APP, address_of, units_of

_LOCK_FILE = "up.lock"


def run_up(
    settings: Settings,
    *,
    on_ready: Callable[[str], None] | None = None,
    web_app: str = WEB_APP,
    celery_app: str = CELERY_APP,
) -> int:
    """Run everything until a signal; return 0 after an orderly stop.

    Parameters
    ----------
    on_ready : called once with the address when the web answers
    web_app, celery_app : what gunicorn and celery load, for tests

    Raises
    ------
    ConfigurationError
        Already running on this data folder, the port is taken, or the installation cannot be opened.
    """
    settings.prepare()
    with _only_one(settings):
        _refuse_taken_port(settings)
        broker.clear_left_behind(settings)
        prepare_installation(settings).kw["bind"].dispose()
        logs = settings.data / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        return asyncio.run(_supervise(settings, on_ready, web_app, celery_app))


async def _supervise(
    settings: Settings,
    on_ready: Callable[[str], None] | None,
    web_app: str,
    celery_app: str,
) -> int:
    units = units_of(settings, web_app=web_app, celery_app=celery_app)
    supervisor = Supervisor(
        units, logs=settings.data / "logs", environment=environment_of(settings)
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stop)
    try:
        await supervisor.start()
        if not supervisor.stopping:
            if on_ready is not None:
                on_ready(address_of(settings))
            await supervisor.wait()
    except TimeoutError as error:
        raise ConfigurationError(
            "start_timed_out",
            f"服务没有在规定时间内就绪，请查看 {settings.data / 'logs'} 中的日志。",
        ) from error
    finally:
        await supervisor.close()
    return 0


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment of the programs: the same settings, one numeric thread each."""
    environment = dict(os.environ)
    environment |= {
        "YANGGUANG_DATA": str(settings.data),
        "YANGGUANG_KEYS": str(settings.keys),
        "YANGGUANG_HOST": settings.host,
        "YANGGUANG_PORT": str(settings.port),
        "DATABASE_URL": settings.database_url,
        # Two children of four BLAS threads each would fight over two cores.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    if settings.redis_url is not None:
        environment["REDIS_URL"] = settings.redis_url
    return environment


@contextlib.contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock; the kernel gives it back however this ends."""
    with (settings.data / _LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                "already_running", f"数据目录 {settings.data} 上已有一个 yangguang up 在运行。"
            ) from error
        yield


def _refuse_taken_port(settings: Settings) -> None:
    """Raise ConfigurationError if another program listens on the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # As gunicorn binds: connections of an earlier run that linger do not count.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise ConfigurationError(
                "port_taken",
                f"{settings.host}:{settings.port} 不能使用（{error.strerror}），"
                "请用 --port 换一个端口。",
                port=settings.port,
            ) from error


def up(settings: Settings) -> int:
    """Run with the lines people and programs read: logs on standard error, READY on standard output."""
    set_up_logging()
    return run_up(settings, on_ready=_say_ready)


def _say_ready(address: str) -> None:
    click.echo(f"READY {address}")
    click.echo(f"阳光就业已启动，请在浏览器打开 {address} ，按 Ctrl-C 停止。", err=True)
