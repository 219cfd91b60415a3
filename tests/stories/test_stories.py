"""Every story in this folder, played through HTTP, queue, language model, database and the carrier's double."""

import pytest
from sqlalchemy import select

from storage.tables import Message
from tests.stories import after
from tests.stories.cast import set_stage
from tests.stories.logs import Log, bodies, told
from tests.stories.play import Play
from tests.stories.script import Story, all_stories
from tests.system import System


@pytest.mark.parametrize("story", all_stories(), ids=lambda story: story.name)
def test_the_story_goes_as_it_is_written(story: Story, system: System, log: Log) -> None:
    log.new_text()
    cast = set_stage(system, story)
    play = Play(system, cast)
    play.run()
    differences = system.services.store.run(cast.clinic_id, lambda tx: after.differences(tx, cast))
    if differences:
        raise play.failed("Afterwards\n" + "\n".join(f"  {each}" for each in differences))
    with system.services.store.unscoped() as session:
        texts = session.scalars(select(Message.body)).all()
    written = log.new_text()
    assert written, "nothing was logged: this test would see nothing"
    assert told(written, [*cast.private(), *bodies(texts)]) == []
