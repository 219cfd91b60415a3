"""/metrics: what Prometheus watches. Read from the database and Redis when asked, so that every process says the
same; counts and ages only, nothing of any one person."""

import hmac
from collections.abc import Iterator, Mapping

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis import RedisError
from rq import Queue

from bot.access import signed
from bot.queue import QUEUES
from bot.services import Services
from storage.queries import metrics as queries

pages = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/metrics")
@signed
def metrics() -> Response:
    """Only for whoever has STANDBY_METRICS_TOKEN; without that setting there is no such page."""
    services: Services = current_app.extensions["services"]
    expected = services.settings.metrics_token
    if expected is None:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
        abort(403)
    registry = CollectorRegistry()
    registry.register(Watch(services))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Watch(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        with self._services.store.unscoped() as session:
            found = queries.watched(session, self._services.clock())
        for name, value, help_ in (
            ("unread_messages", found.unread, "Texts that came in and are not read yet."),
            ("unread_oldest_seconds", found.unread_age, "How long the oldest of them waits."),
            ("outbox_due", found.queued, "Texts that may go out and have not."),
            ("outbox_oldest_seconds", found.queued_age, "How long the oldest of them waits."),
            ("outbox_unknown", found.unknown, "Sends whose answer never came, being looked up."),
            ("due_work_overdue", found.overdue, "Work that is due and not done."),
            ("due_work_oldest_seconds", found.overdue_age, "How long the oldest of it waits."),
            (
                "escalations_unseen",
                found.unseen_escalations,
                "Conversations that nobody has opened yet.",
            ),
            (
                "daily_cap_used_share",
                found.cap_used,
                "Of the segments the carrier takes in a day, the share sent, by the number nearest to its cap.",
            ),
        ):
            yield GaugeMetricFamily(f"standby_{name}", help_, value=value)
        yield _by("openings_last_day", "Openings of the last 24 hours, by state.", "state", found.openings)
        yield _by("offers_last_day", "Offers of the last 24 hours, by state.", "state", found.offers)
        yield _by("waiting", "Waitlist entries that wait, by priority.", "priority", found.waiting)
        yield _by("queued_jobs", "Jobs waiting in Redis, by queue.", "queue", self._jobs())

    def _jobs(self) -> dict[str, int]:
        """None while Redis is away: the sweep does the work meanwhile."""
        try:
            return {name: Queue(name, connection=self._services.redis).count for name in QUEUES}
        except RedisError:
            return {}


def _by(name: str, help_: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"standby_{name}", help_, labels=[label])
    for word, count in values.items():
        family.add_metric([word], count)
    return family
