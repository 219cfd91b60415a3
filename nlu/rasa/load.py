"""Load the trained model into Rasa's agent, the same way for the server and for reading lines."""

import tempfile
from pathlib import Path

import quiet
from rasa.core.agent import Agent

quiet.keep_quiet()


def load(model: Path) -> Agent:
    """The agent, with the model in memory. Raises if the file cannot be read: nothing is served without it."""
    agent = Agent()
    with tempfile.TemporaryDirectory() as empty:
        # Rasa unpacks beside its temporary files and reads everything at once, so nothing has to stay.
        tempfile.tempdir, before = empty, tempfile.tempdir
        try:
            agent.load_model(str(model))
        finally:
            tempfile.tempdir = before
    return agent
