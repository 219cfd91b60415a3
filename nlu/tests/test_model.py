"""The trained model and its server: made when something changed, and silent about what they read."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nlu.client import NluClient
from nlu.model import ensure_model, model_path
from nlu.server import PROJECT, command, is_ready, prepare, wait_until_ready
from nlu.tests.shared import common_folder, free_port, tiny_data


def test_the_model_is_another_when_its_data_changes(project: Path) -> None:
    before = model_path(project)
    with (project / "nlu" / "data" / "accept.yml").open("a") as data:
        data.write("    - one more\n")
    assert model_path(project) != before


def test_the_model_is_another_when_the_pipeline_changes(project: Path) -> None:
    before = model_path(project)
    (project / "config.yml").write_text("language: es\n")
    assert model_path(project) != before


def test_the_model_stays_while_nothing_changes(project: Path) -> None:
    assert model_path(project).name == model_path(PROJECT).name


def test_the_same_data_give_the_same_weights_to_the_last_digit(tmp_path: Path) -> None:
    root = tmp_path / "project"
    tiny_data(root / "nlu" / "data")
    (root / "nlu" / "rasa").symlink_to(PROJECT / "nlu" / "rasa")
    shutil.copy(PROJECT / "config.yml", root)
    trained = [weights(ensure_model(root, lambda _words: None, force=True)) for _ in range(2)]
    assert (len(trained[0]), trained[0] == trained[1]) == (2, True)


def weights(model: Path) -> dict[str, bytes]:
    """What the classifier keeps, by the name of its file."""
    with tarfile.open(model) as packed:
        files = [each for each in packed.getmembers() if "TopicClassifier" in each.name and each.isfile()]
        return {Path(each.name).name: packed.extractfile(each).read() for each in files}  # type: ignore[union-attr]


def test_no_folder_of_ours_can_be_taken_for_the_rasa_package() -> None:
    assert "-I" in command(port=1)


def test_nothing_is_ready_where_nobody_listens() -> None:
    assert not is_ready("http://127.0.0.1:9")


def test_the_server_is_ready_once_it_answers(nlu_url: str) -> None:
    assert is_ready(nlu_url)


@pytest.mark.usefixtures("nlu_url")
def test_a_server_comes_up_without_a_warning(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = common_folder(tmp_path_factory.getbasetemp()) / "nlu.log"
    assert "Warning" not in log.read_text()


def test_the_server_never_logs_a_message(model: NluClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    model.parse("my name is Zebedee Quillfeather")
    log = common_folder(tmp_path_factory.getbasetemp()) / "nlu.log"
    assert "Quillfeather" not in log.read_text()


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "my name is Zebedee Quillfeather"}',
        '{"text": "my name is Zebedee Quillfeather"',
        '{"text": {"Quillfeather": 1}}',
        '{"text": ["Quillfeather"]}',
        '{"Quillfeather": "hello"}',
        "Quillfeather",
    ],
)
def test_no_log_level_and_no_failure_brings_a_word_of_a_message_into_the_log(
    talkative: tuple[str, Path], body: str
) -> None:
    url, log = talkative
    httpx.post(f"{url}/model/parse?emulation_mode=Quillfeather", content=body, timeout=30)
    httpx.post(f"{url}/model/parse", content=body, timeout=30)
    assert "Quillfeather" not in log.read_text()


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server whose environment wants to hear everything, and what it writes."""
    prepare(lambda _words: None)
    log = tmp_path_factory.mktemp("talkative") / "log"
    loud = {
        name: "DEBUG" for name in ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES", "LOG_LEVEL_RASA", "LOG_LEVEL_KAFKA")
    }
    with log.open("wb") as out:
        port = free_port()
        server = subprocess.Popen(
            command(port=port),
            stdout=out,
            stderr=out,
            env={**os.environ, **loud, "SANIC_ACCESS_LOG": "true", "SANIC_DEBUG": "true"},
        )
    url = f"http://127.0.0.1:{port}"
    wait_until_ready(url, alive=lambda: server.poll() is None)
    yield url, log
    server.terminate()
    server.wait()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the model is made from."""
    rasa = tmp_path / "nlu" / "rasa"
    rasa.mkdir(parents=True)
    shutil.copytree(PROJECT / "nlu" / "data", tmp_path / "nlu" / "data")
    shutil.copy(PROJECT / "config.yml", tmp_path)
    for name in ("uv.lock", "train.py", "classifier.py"):
        shutil.copy(PROJECT / "nlu" / "rasa" / name, rasa)
    return tmp_path
