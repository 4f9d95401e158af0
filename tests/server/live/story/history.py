"""One random history: a hundred steps of commands, cuts, lags and time; then rest, and who knows what."""

import asyncio
from collections import Counter
from random import Random

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.server.live.story.happenings import Happenings
from tests.server.live.story.http import Http
from tests.server.live.story.model import Model
from tests.server.live.story.people import Person, found
from tests.server.live.story.reader import Reader

STEPS = 100
#: More rounds than this to come to rest are taken for a stream that never converges.
ROUNDS = 60


class Wakes:
    """Whether the hub hears of commits; while it does not, only its poll finds them."""

    lost = False


class History:
    """`seed` decides everything; `faults` is the chance that a frame of the log is spoilt on its way."""

    def __init__(
        self, seed: str, services: Services, http: Http, clock: ManualClock, wakes: Wakes, faults: float
    ) -> None:
        self.seed = seed
        self.draw = Random(seed)
        self.services, self.http, self.clock, self.wakes, self.faults = services, http, clock, wakes, faults
        self.models: list[Model] = []
        self.readers: list[Reader] = []
        self._happenings: list[Happenings] = []
        self._model_of: dict[int, Model] = {}

    def model_of(self, who: Person) -> Model:
        """What should be there in somebody's organization."""
        return self._model_of[who.key]

    def accepted(self) -> Counter[str]:
        """How often each kind of command was accepted."""
        return sum((each.accepted for each in self._happenings), Counter())

    async def play(self) -> None:
        """From the foundation to rest."""
        await self._begin()
        for _ in range(STEPS):
            await self._step()
        await self.rest()

    async def _begin(self) -> None:
        for people, many in zip(await found(self.services, self.http, self.seed), (7, 4), strict=True):
            model = self._model_of[people[0].key] = Model()
            self.models.append(model)
            now = self.services.clock.now
            self._happenings.append(Happenings(self.draw, self.http, people, model, now))
            for who in [*people, people[1]][:many] if many > 6 else people[:many]:
                reader = Reader(who, self.http, self.services, self.draw)
                reader.faults = self.faults
                self.readers.append(reader)
                await reader.start()
                reader.between = self._happenings[-1].harmless

    async def _step(self) -> None:
        draw = self.draw
        self.wakes.lost = draw.random() < 0.1
        await self._happenings[draw.random() < 0.2].one()
        self.wakes.lost = False
        if draw.random() < 0.7:
            await self.services.hub.settle()
        if draw.random() < 0.06:
            await self.time_passes()
        for reader in draw.sample(self.readers, 3):
            await self._disturb(reader)

    async def _disturb(self, reader: Reader) -> None:
        draw = self.draw
        if not reader.connected:
            if draw.random() < 0.4:
                await reader.open()
            return
        chance = draw.random()
        if chance < 0.12:
            await reader.cut()
        elif chance < 0.4:
            known = [each.id for each in reader.replica.conversations()]
            if known and reader.who.token is not None:
                await (reader.open_thread if chance < 0.28 else reader.ask_late)(draw.choice(known))
        elif chance < 0.46:
            reader.answers_arrive()
        else:
            await reader.read(None if chance < 0.7 else draw.randrange(1, 4))

    async def time_passes(self) -> None:
        """A minute: what was held goes out, the snoozed wake, idle readers are told where the log stands."""
        self.clock.advance(61)
        await self.services.jobs.tick()
        await self.services.notifying.tick()
        for model in self.models:
            model.time_passed()
        self.services.hub.tick()
        for reader in self.readers:  # who is alive answers a ping, however far behind it is
            reader.pong()

    async def rest(self) -> None:
        """Everybody comes back and reads until there is nothing more."""
        for happenings in self._happenings:
            await happenings.enable_all()
        await self.time_passes()
        for reader in self.readers:
            reader.answers_arrive()
            reader.heal()
        for round_ in range(ROUNDS):
            self.clock.advance(31)
            await self.services.hub.settle()
            self.services.hub.tick()
            await turns()
            read = [await self._catch_up(reader) for reader in self.readers]
            if round_ > 1 and not any(read):
                return
        restless = [reader.who.email for reader in self.readers if not reader.at_rest]
        raise AssertionError(f"{self.seed}: no rest after {ROUNDS} rounds for {restless}")

    async def _catch_up(self, reader: Reader) -> int:
        """Read everything; answers how much was news, or 1 if there is more to come."""
        await reader.open()
        before = reader.cursor
        await reader.read()
        return int(reader.cursor != before or not reader.at_rest)


async def turns() -> None:
    """Let whoever feeds a connection from the log go on."""
    for _ in range(10):
        await asyncio.sleep(0)
