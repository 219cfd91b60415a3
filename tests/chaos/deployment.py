"""A deployment whose every part can be killed: Standby's processes, the carrier's double, and a PostgreSQL and a
Valkey of their own that are started again on the folders they left."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo import embedded
from bot.demo.carrier.client import Carrier
from bot.demo.checks import free_port
from bot.processes import Process
from bot.services import Services, build
from storage.migrations import upgrade
from tests.chaos.cluster import ROLES, Cluster, environment, running_cluster
from tests.chaos.house import LINE, House, build_house
from tests.system import NO_MODEL, settings_for


@dataclass(frozen=True)
class Deployment:
    cluster: Cluster
    carrier: Carrier
    services: Services
    house: House
    postgres: Process
    valkey: Process
    folder: Path

    def kill(self, what: str) -> None:
        """kill -9 a part; the two servers are started again at once. `redis emptied` takes only what is in it."""
        if what == "redis emptied":
            self.services.redis.flushall()
        elif what in ("postgres", "valkey"):
            process = self.postgres if what == "postgres" else self.valkey
            process.kill()
            process.start()
            process.wait_until_ready()
        else:
            self.cluster.kill(what)


@contextmanager
def running_deployment(
    folder: Path,
    patients: int,
    *,
    roles: Sequence[str] = ROLES,
    nlu_url: str = NO_MODEL,
    decided: Mapping[str, object] | None = None,
) -> Iterator[Deployment]:
    """With a house of so many patients, and a policy of which `decided` are fields."""
    public = f"http://127.0.0.1:{free_port()}"
    with (
        embedded.running_postgres(folder / "postgres") as postgres,
        embedded.running_valkey(folder / "valkey") as valkey,
        Carrier.start(f"{public}/webhooks/twilio/message", [LINE]) as carrier,
    ):
        database_url = embedded.postgres_url(folder / "postgres")
        redis_url = embedded.valkey_url(folder / "valkey")
        upgrade(database_url)
        settings = settings_for(
            database_url, redis_url, public_url=public, carrier_url=carrier.url, nlu_url=nlu_url
        )
        services = build(settings)
        house = build_house(services.store, patients, **(decided or {}))
        given = environment(database_url, redis_url, public_url=public, carrier_url=carrier.url)
        given["STANDBY_NLU_URL"] = nlu_url
        with running_cluster(given, folder / "logs", roles) as cluster:
            yield Deployment(cluster, carrier, services, house, postgres, valkey, folder)
        services.store.engine.dispose()
        services.redis.close()
