"""`yangguang bench door --day`: a whole day of a large fair through HTTP, with the server killed in the middle.

Hour by hour people come in by tickets or are written down at the door, some leave and come back, some tickets are held
out twice, some are forged, some scans are sent again, and more people come than were approved. Meanwhile the booths
scan who is inside. What everybody was told is kept here and compared with the database at the end.

The day is as long as the requests take: the server lives by its own clock, so both sessions are open all the time.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from pydantic import BaseModel

from web.bench_door_booths import BoothPhone, MadeBooth, count_contacts, make_booths
from web.bench_door_house import House, WebServer, open_house, serving
from web.bench_door_percentiles import percentile
from web.bench_door_scanners import Answered, Scan, Scanner, keep_scanning
from web.bench_door_world import MadeFair, count_kept, make_fair, make_session, make_tickets

HOURS = 8
_SCANNERS, _PHONES = 12, 8
"""How many scanners and booths send at the same moment; all booths take turns."""

_WALK_INS = 0.01
_TOO_MANY = 0.02
"""Share of people more than were approved: they must be refused."""

_LEAVES, _RETURNS, _TWICE, _SENT_AGAIN = 0.15, 0.8, 0.03, 0.02
_FORGED = 200
_KILLED_IN_HOUR = 4
_FIRST_SHARE = 14 / 26
_FOUND = 303

Say = Callable[[str], None]


class DayOut(BaseModel):
    """What the verb says of a day as JSON."""

    dialect: str
    booths: int
    entrants: int
    """People who came in, each counted once, by ticket or written down at the door."""
    walked_in: int
    door_requests: int
    door_p95_ms: float
    answers: dict[str, int]
    """What scans came to, by kind or reason; a scan sent again counts once."""
    sent_again: int
    kills: int
    """How often the server was killed (kill -9) and started again during the day."""
    contacts: int
    booth_requests: int
    booth_p95_ms: float
    requests_per_second: float
    wrong: list[str]
    """What the database says otherwise than everybody was told; empty: nothing lost, nobody twice."""
    seconds: float


def measure_day(
    booths: int, entrants: int, database: str | None, say: Say, *, seed: int = 9
) -> DayOut:
    """Live through a fair of so many booths and entrants on a house of its own."""
    started = time.perf_counter()
    with open_house(database) as house:
        say(f"{house.dialect}：正在准备 {booths} 个展位、{entrants:,} 人……")
        day = _Day(house, booths, entrants, random.Random(seed))  # noqa: S311 - no secret
        with serving(house, behind_proxy=True) as server:
            told = asyncio.run(day.live(server, say))
        out = day.out(told)
    return out.model_copy(update={"seconds": round(time.perf_counter() - started, 1)})


@dataclass
class _Told:
    """What everybody was told, and how long it took."""

    scans: list[Answered] = field(default_factory=list)
    again: list[Answered] = field(default_factory=list)
    walked: list[Answered] = field(default_factory=list)
    met: set[tuple[int, str]] = field(default_factory=set)
    booth_seconds: list[float] = field(default_factory=list)
    booth_wrong: Counter[int] = field(default_factory=Counter)
    kills: int = 0
    wall: float = 0.0


class _Day:
    """The fair, who comes when, and what must be true in the evening."""

    def __init__(self, house: House, booths: int, entrants: int, rng: random.Random) -> None:
        self._house, self._rng = house, rng
        self._fair: MadeFair = make_fair(house.factory, _SCANNERS)
        first = round(entrants * _FIRST_SHARE)
        self._n_walk_ins = round(entrants * _WALK_INS)
        self._approved = {
            make_session(house.factory, self._fair, "上午场", first): first,
            make_session(house.factory, self._fair, "下午场", entrants - first): entrants - first,
        }
        self._codes: list[str] = []
        for held, approved in self._approved.items():
            count = round(approved * (1 + _TOO_MANY))
            self._codes += make_tickets(house.factory, self._fair, held, count)
        rng.shuffle(self._codes)
        self._booths: list[MadeBooth] = make_booths(house.factory, self._fair, booths)
        self._inside: set[str] = set()
        self._outside: list[str] = []

    async def live(self, server: WebServer, say: Say) -> _Told:
        """Live through the hours; the server is killed in one of them."""
        told = _Told()
        phones = [BoothPhone(self._house.address, booth) for booth in self._booths]
        for phone in phones:
            await phone.open()
        began = time.perf_counter()
        for hour in range(HOURS):
            killing = self._kill(server, told) if hour == _KILLED_IN_HOUR else None
            await self._hour(hour, phones, told, killing)
            say(f"第 {hour + 1} 小时：已入场 {self._entered(told):,} 人，接触 {len(told.met):,} 次")
        told.wall = time.perf_counter() - began
        for phone in phones:
            await phone.close()
        return told

    async def _hour(
        self,
        hour: int,
        phones: list[BoothPhone],
        told: _Told,
        killing: Coroutine[None, None, None] | None,
    ) -> None:
        visited = sorted(self._inside)
        leaving = [code for code in visited if self._rng.random() < _LEAVES]
        coming = self._codes[hour::HOURS]
        back = [code for code in self._outside if self._rng.random() < _RETURNS]
        scans = [Scan(code) for code in (*coming, *back)] + [Scan(c, "out") for c in leaving]
        scans += [Scan(code) for code in visited if self._rng.random() < _TWICE]
        scans += [Scan(self._forged()) for _ in range(_FORGED // HOURS)]
        self._rng.shuffle(scans)
        walk_ins = self._n_walk_ins if hour == 0 else 0
        before = len(told.scans)
        await asyncio.gather(
            self._door(scans, walk_ins, told),
            self._hall(phones, visited, told),
            *([killing] if killing else []),
        )
        self._note(told.scans[before:])

    async def _door(self, scans: list[Scan], walk_ins: int, told: _Told) -> None:
        """Let every scanner send its part, then send some of the scans again; first the people without tickets."""
        scanners = [Scanner(self._house.address, token) for token in self._fair.tokens]
        for number in range(walk_ins):
            scanner = scanners[number % len(scanners)]
            told.walked.append(await scanner.walk_in(f"来访者{number}", f"walk-in-{number:06d}"))
        shared = iter(scans)
        await asyncio.gather(*(keep_scanning(one, shared, told.scans) for one in scanners))
        again = iter([one for one in scans if self._rng.random() < _SENT_AGAIN])
        await asyncio.gather(*(keep_scanning(one, again, told.again) for one in scanners))
        for scanner in scanners:
            await scanner.close()

    async def _hall(self, phones: list[BoothPhone], visited: list[str], told: _Told) -> None:
        """Let booths scan those who came in before this hour, each of them at one booth."""
        share = HOURS / (HOURS - 1) / 3
        meetings: list[list[str]] = [[] for _ in phones]
        for code in visited:
            if self._rng.random() < share:
                self._rng.choice(meetings).append(code)
        turns = iter(enumerate(meetings))

        async def one() -> None:
            for at, codes in turns:
                for code in codes:
                    said = await phones[at].scan(code)
                    told.booth_seconds.append(said.seconds)
                    if said.status == _FOUND:
                        told.met.add((at, code))
                    else:
                        told.booth_wrong[said.status] += 1

        await asyncio.gather(*(one() for _ in range(min(_PHONES, len(phones)))))

    async def _kill(self, server: WebServer, told: _Told) -> None:
        """Kill the server a moment into the hour and start it again; everybody sends again what was not answered."""
        await asyncio.sleep(1)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        told.kills += 1

    def _forged(self) -> str:
        letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        return "F" + "".join(self._rng.choices(letters, k=25)) + "0"

    def _note(self, answers: list[Answered]) -> None:
        """Follow who is inside, by what the door said."""
        for one in answers:
            code = one.scan.code
            if one.kind in ("entered", "returned"):
                self._inside.add(code)
                if code in self._outside:
                    self._outside.remove(code)
            elif one.kind == "left":
                self._inside.discard(code)
                self._outside.append(code)

    def _entered(self, told: _Told) -> int:
        return sum(one.kind == "entered" for one in (*told.scans, *told.walked))

    def out(self, told: _Told) -> DayOut:
        """Return the figures, and what the database says otherwise."""
        times = sorted(1000 * one.seconds for one in (*told.scans, *told.again, *told.walked))
        booth = sorted(1000 * seconds for seconds in told.booth_seconds)
        answers = Counter(str(one.said.get("refusal") or one.kind) for one in told.scans)
        contacts = count_contacts(self._house.factory, self._fair.fair_id)
        return DayOut(
            dialect=self._house.dialect,
            booths=len(self._booths),
            entrants=self._entered(told),
            walked_in=sum(one.kind == "entered" for one in told.walked),
            door_requests=len(times),
            door_p95_ms=percentile(times, 95),
            answers=dict(sorted(answers.items())),
            sent_again=len(told.again) + sum(one.resent for one in (*told.scans, *told.walked)),
            kills=told.kills,
            contacts=contacts.contacts,
            booth_requests=len(booth),
            booth_p95_ms=percentile(booth, 95),
            requests_per_second=round((len(times) + len(booth)) / told.wall, 1),
            wrong=self._wrong(told, contacts.contacts),
            seconds=0,
        )

    def _wrong(self, told: _Told, contacts: int) -> list[str]:
        """Return what is not as everybody was told."""
        kept = [count_kept(self._house.factory, held) for held in self._approved]
        entered = [one.scan.code for one in told.scans if one.kind == "entered"]
        inside = len(self._inside) + sum(one.kind == "entered" for one in told.walked)
        checks = {
            "counters, tickets and log differ": all(one.is_consistent for one in kept),
            "more or fewer than approved": [one.n_entered for one in kept]
            == list(self._approved.values()),
            "entered otherwise than told": sum(one.n_entered for one in kept)
            == self._entered(told),
            "a ticket let in twice": len(entered) == len(set(entered)),
            "inside otherwise than told": sum(one.n_inside for one in kept) == inside,
            "a scan sent again was counted": all(one.said.get("again") for one in told.again),
            "contacts otherwise than told": contacts == len(told.met),
            "a booth was refused": not told.booth_wrong,
            "an answer was an error": all(
                one.status == 200 for one in (*told.scans, *told.again, *told.walked)
            ),
        }
        return [what for what, holds in checks.items() if not holds]
