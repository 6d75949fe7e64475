"""A kit is judged by the worker that writes, which keeps its writer."""

import numpy as np
import pytest

from studiolo.media.pictures import encode_png, measure
from studiolo_contract.compose import MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import MatchOutput, Progress
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.text import TextRequest

CARD = MoodCard(subjects=("a sailor",), place="the open sea", weather="storm", palette=("#20406a",))
BLUE = encode_png(np.full((32, 32, 3), (32, 64, 106), np.uint8), {})
WRITE = TextRequest(text="A storm.", max_tokens=4, seed=1, candidates=1)


def loads(job):
    return [h.event for h in job.log if isinstance(h.event, Progress) and h.event.stage == "load"]


def test_parts_are_judged_between_two_texts_and_nothing_is_loaded_twice(daemon):
    with daemon.client() as client:
        client.submit(WRITE).wait(120)
        client.put(BLUE)
        judging = client.submit(
            MatchRequest(brief="Lost in a storm at sea.", card=CARD, text="The sea roared.", picture=measure(BLUE))
        )
        result = judging.wait(120)
        (output,) = result.outputs
        assert isinstance(output, MatchOutput)
        assert [share.part for share in output.shares] == ["text", "picture"]
        assert 0 < output.score < 1
        assert result.recipe.model == "starter-judge"
        assert loads(judging)
        again = client.submit(TextRequest(text="A storm.", max_tokens=4, seed=2, candidates=1))
        again.wait(60)
        assert not loads(again)
        assert set(daemon.status()["lanes"]["text"]["model"].split(" + ")) == {"starter-text", "starter-judge"}


def test_nothing_to_judge_and_another_model_are_refused(daemon):
    with daemon.client() as client:
        for request in (MatchRequest(card=CARD), MatchRequest(card=CARD, text="Sea.", model="starter-text")):
            with pytest.raises(StudioloError) as caught:
                client.submit(request)
            assert caught.value.problem.code == "bad_request"
