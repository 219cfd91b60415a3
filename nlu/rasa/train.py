"""Train the model: train.py CONFIG DATA_FOLDER OUT_FOLDER. Runs in Rasa's own environment."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import quiet
from rasa.model_training import train_nlu

quiet.keep_quiet()


def main(config: str, data: str, out: str) -> int:
    trained = train_nlu(config=config, nlu_data=data, output=out, fixed_model_name="standby")
    return 0 if trained else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
