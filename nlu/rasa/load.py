"""Load the trained model into Rasa's agent, the same way for the server and for reading lines."""

import tempfile
from pathlib import Path
from typing import Any

import quiet
from rasa.core.agent import Agent

quiet.keep_quiet()


class NamedAgent(Agent):
    """Rasa's agent, which says with each answer which model it is from."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    async def parse_message(self, *arguments: Any, **more: Any) -> dict[str, Any]:
        return {**await super().parse_message(*arguments, **more), "model": self._name}


def load(model: Path) -> NamedAgent:
    """The agent, with the model in memory. Raises if the file cannot be read: nothing is served without it."""
    agent = NamedAgent(model.name.removesuffix(".tar.gz"))
    with tempfile.TemporaryDirectory() as empty:
        # Rasa unpacks beside its temporary files and reads everything at once, so nothing has to stay.
        tempfile.tempdir, before = empty, tempfile.tempdir
        try:
            agent.load_model(str(model))
        finally:
            tempfile.tempdir = before
    return agent
