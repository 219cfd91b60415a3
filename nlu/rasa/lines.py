"""Read texts without a server: lines.py MODEL. A JSON string a line in, Rasa's answer a line out.

The first line out is `ready`. Runs in Rasa's own environment.
"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import load


async def main(model: str) -> None:
    agent = load.load(Path(model))
    _say("ready")
    for line in sys.stdin:
        answer = await agent.parse_message(json.loads(line))
        _say(json.dumps({"intent_ranking": answer["intent_ranking"]}))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
