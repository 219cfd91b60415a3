"""Cross-validation: validate.py CONFIG DATA_FOLDER FOLDS OUT_FILE. Runs in Rasa's own environment.

Every example is read once by a model that was trained on the others, in the same pipeline: a JSON line each, with
text, language, topic, read (the topic it was taken for) and share (how surely).
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import load
import quiet
from rasa.model_training import train_nlu
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedKFold

quiet.keep_quiet()

Example = tuple[str, Message]
"""Its language and the example."""

SEED = 0


async def main(config: str, data: str, folds: str, out: str) -> None:
    examples = sorted(
        _examples(Path(data)), key=lambda each: (each[1].get(INTENT), each[1].get(TEXT), each[0])
    )
    topics = [example.get(INTENT) for _, example in examples]
    parts = StratifiedKFold(int(folds), shuffle=True, random_state=SEED).split(topics, topics)
    with Path(out).open("w", encoding="utf-8") as lines:
        for trained, kept in parts:
            with tempfile.TemporaryDirectory() as work:
                agent = _trained(config, [examples[one][1] for one in trained], Path(work))
            for language, example in (examples[one] for one in kept):
                read = await agent.parse_message(example.get(TEXT))
                lines.write(_line(language, example, read["intent"]))


def _examples(data: Path) -> Iterable[Example]:
    """Spanish stands in a folder of its own."""
    for file in sorted(data.rglob("*.yml")):
        language = "en" if file.parent == data else file.parent.name
        for example in load_data(str(file)).intent_examples:
            yield language, example


def _trained(config: str, examples: list[Message], work: Path) -> load.NamedAgent:
    (work / "data.yml").write_text(TrainingData(examples).nlu_as_yaml(), encoding="utf-8")
    made = train_nlu(
        config=config, nlu_data=str(work / "data.yml"), output=str(work), fixed_model_name="fold"
    )
    return load.load(Path(made))


def _line(language: str, example: Message, read: dict[str, Any]) -> str:
    told = {
        "text": example.get(TEXT),
        "language": language,
        "topic": example.get(INTENT),
        "read": read["name"],
        "share": read["confidence"],
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
