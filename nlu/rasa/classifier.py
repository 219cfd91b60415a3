"""What a text is about: logistic regression over its words and pieces of words, as one component of Rasa's graph.

Rasa's own parts (a tokenizer, two CountVectorsFeaturizers, LogisticRegressionClassifier) read no better and take
eight times as long: they copy all weights for every text, and load through a library that needs six seconds.
Here the rows of the features that are found in a text are added up, and nothing more.
"""

import json
import re
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

NUMBER = re.compile(r"\b\d+\b")
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
PUNCTUATION = re.compile(r"[.,!?¡¿;:()\"“”…/*-]+")
A_WORD = r"(?u)\b\w+\b"
FEWEST_TOPICS = 3
"""Of two, scikit-learn keeps the weights in another shape."""

WEIGHTS, FEATURES = "weights.npz", "features.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Ranks the topics of a text. Its options are those of `get_default_config`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`words` and `pieces`: from and to how many words, and letters of a word. `strength`: how little the
        weights are held back (C). `max_iter`: how long the training may look for the best of them."""
        return {"words": [1, 2], "pieces": [3, 4], "strength": 1.0, "max_iter": 500}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._words = _analyzer("word", config["words"], token_pattern=A_WORD)
        self._pieces = _analyzer("char_wb", config["pieces"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        """An untrained component. The names of the arguments here and below are Rasa's: it passes them by name."""
        del execution_context
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **more: Any,
    ) -> "TopicClassifier":
        """The trained component. Raises where it cannot be read: nothing may be served without it."""
        del execution_context, more
        loaded = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            names = json.loads((folder / FEATURES).read_text(encoding="utf-8"))
            kept = np.load(folder / WEIGHTS)
            loaded._hold(names, kept["weights"], kept["bias"], kept["topics"])
        return loaded

    def _hold(self, features: list[str], weights: Any, bias: Any, topics: Any) -> None:
        """`weights` has a row for each feature and a column for each topic."""
        self._row = {feature: row for row, feature in enumerate(features)}
        self._weights, self._bias, self._topics = weights, bias, topics.tolist()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples. The same examples give the same weights to the last digit, in whatever order
        their files were found."""
        told = sorted((each.get(INTENT), each.get(TEXT)) for each in training_data.intent_examples)
        topics, texts = zip(*told, strict=True)
        if len(set(topics)) < FEWEST_TOPICS:
            raise ValueError(f"there are fewer than {FEWEST_TOPICS} topics")
        counting = CountVectorizer(analyzer=self._features, dtype=np.float64)
        counts = counting.fit_transform(texts)
        fitted = LogisticRegression(
            C=self._config["strength"], max_iter=self._config["max_iter"], class_weight="balanced"
        ).fit(counts, topics)
        with self._storage.write_to(self._resource) as folder:
            names = counting.get_feature_names_out().tolist()
            (folder / FEATURES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
            weights = np.ascontiguousarray(fitted.coef_.T)
            np.savez(folder / WEIGHTS, weights=weights, bias=fitted.intercept_, topics=fitted.classes_)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the topics of each text, likeliest first."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        rows = [self._row[feature] for feature in self._features(text) if feature in self._row]
        scores = self._weights[rows].sum(axis=0) + self._bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [
            {"name": self._topics[one], "confidence": float(shares[one])}
            for one in np.argsort(-shares, kind="stable")
        ]

    def _features(self, text: str) -> list[str]:
        """The words, marked as such, and the pieces of words, each once. One number is as good as another, and
        "don't." is "dont": our examples are written as people text, with little punctuation."""
        text = NUMBER.sub("0", PUNCTUATION.sub(" ", APOSTROPHE.sub("", text)))
        return list(dict.fromkeys([*(f"={words}" for words in self._words(text)), *self._pieces(text)]))


def _analyzer(kind: str, lengths: list[int], **more: Any) -> Any:
    """What cuts a text up: in lower case, and without accents, which many people do not type."""
    cutter = CountVectorizer(
        analyzer=kind, ngram_range=tuple(lengths), lowercase=True, strip_accents="unicode", **more
    )
    return cutter.build_analyzer()
