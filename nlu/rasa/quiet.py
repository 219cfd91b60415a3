"""Runs before anything of Rasa is imported: one thread, no telemetry, and logs that never hold a message.

Rasa writes the text of each message into a debug event (`processor.message.parse`). No logger of this process
passes anything below a warning, structlog drops debug and info events before they are rendered, and what
is left loses every field that could hold text.
"""

import importlib
import logging
import os
import warnings
from typing import Any

import structlog

os.environ.update(
    {
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "SANIC_ACCESS_LOG": "false",
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
    }
)
importlib.import_module("sanic.app")  # has every deprecation told: loaded before they are silenced
warnings.filterwarnings("ignore")  # a pinned, ageing environment warns of little else than its age
logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
logging.disable(logging.INFO)

KEPT = {"event", "level", "exc_info"}


def drop_text(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep an event's name; every other field may be a patient's words."""
    return {key: value for key, value in event.items() if key in KEPT}


def keep_quiet() -> None:
    """Configure structlog; to be called again after Rasa is imported, since Rasa configures it too."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, drop_text, structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )


keep_quiet()
