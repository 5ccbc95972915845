"""The real web server is killed while scanners scan: nothing is lost, nobody comes in twice, on both databases."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matcher.db.engine import SessionFactory
from matcher.settings import Settings
from web.bench_door_house import House, WebServer, free_port
from web.bench_door_scanners import Answered, Scan, Scanner, keep_scanning
from web.bench_door_world import count_kept, make_fair, make_session, make_tickets

_TICKETS, _SCANNERS, _APPROVED = 600, 6, 550


@pytest.mark.slow
def test_a_server_killed_during_scanning_loses_nothing_and_lets_nobody_in_twice(
    session_factory: SessionFactory, settings: Settings, tmp_path: Path
) -> None:
    settings = free_port(settings)
    house = House(settings, session_factory, session_factory.kw["bind"].dialect.name)
    fair = make_fair(session_factory, _SCANNERS)
    held = make_session(session_factory, fair, "全天", _APPROVED)
    codes = make_tickets(session_factory, fair, held, _TICKETS)
    server = WebServer(house, tmp_path / "web.log")
    try:
        server.start()
        # In a thread of its own: a browser's event loop may still be going in the tests' own thread.
        with ThreadPoolExecutor(max_workers=1) as aside:
            scanning = _scan_while_killing(house, server, fair.tokens, codes)
            answers = aside.submit(asyncio.run, scanning).result()
    finally:
        server.kill()

    kept = count_kept(session_factory, held)
    let_in = [one.scan.code for one in answers if one.kind == "entered"]
    assert any(one.resent for one in answers), "the server was killed with no scan on its way"
    assert len(answers) == _TICKETS
    assert len(let_in) == len(set(let_in)) == _APPROVED
    assert {one.said["refusal"] for one in answers if one.kind != "entered"} == {"full"}
    assert (kept.n_entered, kept.n_inside, kept.scans) == (_APPROVED, _APPROVED, _TICKETS)
    assert kept.is_consistent


async def _scan_while_killing(
    house: House, server: WebServer, tokens: list[str], codes: list[str]
) -> list[Answered]:
    """Scan with all scanners, and twice kill the server in the middle and start it again."""
    answers: list[Answered] = []
    shared = iter([Scan(code) for code in codes])
    scanners = [Scanner(house.address, token) for token in tokens]
    scanning = asyncio.gather(*(keep_scanning(one, shared, answers) for one in scanners))
    for reached in (_TICKETS // 4, _TICKETS // 2):
        await _until(answers, reached)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    await scanning
    for scanner in scanners:
        await scanner.close()
    return answers


async def _until(answers: list[Answered], reached: int) -> None:
    ends = time.monotonic() + 120
    while len(answers) < reached and time.monotonic() < ends:
        await asyncio.sleep(0.005)
