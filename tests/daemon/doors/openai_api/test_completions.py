"""Completions as OpenAI's own client asks for them."""

import openai
import pytest

OPENING = "The lighthouse keeper heard music under"


def ask(client, **more):
    return client.completions.create(**{"model": "starter-text", "prompt": OPENING, "max_tokens": 6, "seed": 7, **more})


def test_a_text_goes_on_as_it_stands(client, daemon):
    answer = ask(client)
    assert answer.choices[0].text.startswith(" ")
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 6
    assert answer.usage.prompt_tokens == len(OPENING.split())
    with daemon.client("openai") as own:
        assert own.resume(answer.id.removeprefix("cmpl-")).wait(5).recipe.final_prompt == OPENING


def test_a_stream_says_the_same_and_echoes(client):
    whole = ask(client, echo=True, n=2)
    said, usage = {0: "", 1: ""}, None
    for chunk in ask(client, echo=True, n=2, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            said[choice.index] += choice.text
    assert list(said.values()) == [choice.text for choice in whole.choices]
    assert all(text.startswith(OPENING) for text in said.values())
    assert usage == whole.usage


def test_several_prompts_are_several_jobs(client):
    prompts = [OPENING, "Once upon a time"]
    raw = client.completions.with_raw_response.create(model="", prompt=prompts, max_tokens=4, seed=7)
    whole = raw.parse()
    assert len(raw.headers["x-studiolo-job"].split()) == 2
    assert [choice.index for choice in whole.choices] == [0, 1]
    alone = ask(client, prompt=prompts[1], max_tokens=4)
    assert whole.choices[1].text == alone.choices[0].text
    said = {0: "", 1: ""}
    for chunk in ask(client, prompt=prompts, max_tokens=4, stream=True):
        said[chunk.choices[0].index] += chunk.choices[0].text
    assert list(said.values()) == [choice.text for choice in whole.choices]


def test_probabilities_come_with_every_token(client):
    whole = ask(client, logprobs=2).choices[0]
    assert "".join(whole.logprobs.tokens) == whole.text
    assert whole.logprobs.text_offset[:2] == [0, len(whole.logprobs.tokens[0])]
    assert all(len(top) == 2 for top in whole.logprobs.top_logprobs)
    offsets = []
    for chunk in ask(client, logprobs=2, stream=True):
        if chunk.choices[0].logprobs:
            offsets += chunk.choices[0].logprobs.text_offset
    assert offsets == whole.logprobs.text_offset


@pytest.mark.parametrize(
    ("more", "param", "said"),
    [
        ({"suffix": "the sea."}, "suffix", "can't be heeded"),
        ({"best_of": 3}, "best_of", "can't be heeded"),
        ({"prompt": ""}, "prompt", "The prompt is empty"),
        ({"prompt": [1, 2, 3]}, "prompt", "only text is read"),
        ({"prompt": []}, "prompt", "'prompt' does not fit"),
        ({"prompt": [[1, 2, 3]]}, "prompt", "only text is read"),
        ({"echo": True, "logprobs": 1}, "echo", "not known"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(client, more, param, said):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, **more)
    assert said in caught.value.message
    assert caught.value.param == param
