"""Chat completions as OpenAI's own client asks for them."""

import json
import math
import os
import signal
import threading
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import openai
import pytest

from studiolo_client import discovery
from studiolo_contract.errors import StudioloError
from tests.daemon.conftest import Daemon
from tests.daemon.doors.descriptions import asked

HELLO = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital of France?"}]


def ask(client, **more):
    return client.chat.completions.create(
        **{"model": "starter-text", "messages": HELLO, "max_tokens": 8, "seed": 7, **more}
    )


def job_of(daemon, answer):
    return answer.id.removeprefix("chatcmpl-")


def test_an_answer_comes_whole_with_its_true_counts(client, daemon):
    answer = ask(client)
    choice = answer.choices[0]
    assert choice.message.role == "assistant"
    assert choice.message.content
    assert choice.finish_reason == "length"
    assert answer.model == "starter-text"
    assert answer.system_fingerprint.startswith("fp_")
    assert answer.usage.completion_tokens == 8
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 8
    with daemon.client("openai") as own:
        recipe = own.resume(job_of(daemon, answer)).wait(5).recipe
    assert recipe.final_prompt.startswith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is the")
    assert recipe.settled.seed == 7


def test_the_same_seed_gives_the_same_answer_and_a_stream_says_the_same(client):
    first = ask(client, temperature=1.0)
    again = ask(client, temperature=1.0)
    assert again.choices[0].message.content == first.choices[0].message.content
    pieces, usage = [], None
    for chunk in ask(client, temperature=1.0, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        pieces += [(choice.delta.content or "", choice.finish_reason) for choice in chunk.choices]
    assert "".join(text for text, _ in pieces) == first.choices[0].message.content
    assert [finish for _, finish in pieces if finish] == ["length"]
    assert usage == first.usage


def test_several_answers_stream_side_by_side(client):
    whole = ask(client, n=2)
    assert [choice.index for choice in whole.choices] == [0, 1]
    said = {0: "", 1: ""}
    for chunk in ask(client, n=2, stream=True):
        for choice in chunk.choices:
            said[choice.index] += choice.delta.content or ""
    assert list(said.values()) == [choice.message.content for choice in whole.choices]


def test_an_answer_ends_before_a_stop(client):
    free = ask(client, temperature=0).choices[0].message.content
    stop = free[len(free) // 2 :][:3]
    held = ask(client, temperature=0, stop=stop).choices[0]
    assert held.message.content == free[: free.index(stop)]
    assert held.finish_reason == "stop"


def test_an_answer_is_json_that_fits_its_schema(client):
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 12}, "large": {"type": "boolean"}},
        "required": ["city", "large"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "city", "schema": schema, "strict": True}}
    answer = ask(client, response_format=wanted, max_tokens=40).choices[0]
    found = json.loads(answer.message.content)
    assert set(found) == {"city", "large"}
    assert isinstance(found["large"], bool)
    free = ask(client, response_format={"type": "json_object"}, max_tokens=24).choices[0]
    assert isinstance(json.loads(free.message.content), dict)


def test_probabilities_come_with_every_token(client):
    answer = ask(client, logprobs=True, top_logprobs=3, temperature=0, max_tokens=5).choices[0]
    content = answer.logprobs.content
    assert len(content) == 5
    assert "".join(one.token for one in content) == answer.message.content
    for one in content:
        assert [other.logprob for other in one.top_logprobs] == sorted(
            (other.logprob for other in one.top_logprobs), reverse=True
        )
        assert len(one.top_logprobs) == 3
        assert sum(math.exp(other.logprob) for other in one.top_logprobs) <= 1.001
    assert bytes(content[0].bytes).decode() == content[0].token
    alone = ask(client, logprobs=True, temperature=0, max_tokens=2).choices[0]
    assert [one.top_logprobs for one in alone.logprobs.content] == [[], []]


def test_a_token_that_is_banned_does_not_come(client, starter_home):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models/starter-text", local_files_only=True)
    free = ask(client, temperature=0).choices[0].message.content
    first = tokenizer.encode(free, add_special_tokens=False)[0]
    held = ask(client, temperature=0, logit_bias={str(first): -100}).choices[0].message.content
    assert tokenizer.encode(held, add_special_tokens=False)[0] != first
    with pytest.raises(openai.BadRequestError, match="has no token 999999"):
        ask(client, logit_bias={"999999": 1})


def test_a_token_that_came_is_dearer_from_then_on(client):
    turns = [{"role": "user", "content": "Say only this word again and again: no no no no no no no"}]
    free, held = (
        ask(client, messages=turns, temperature=0, max_tokens=24, frequency_penalty=penalty) for penalty in (0, 2)
    )
    assert free.choices[0].message.content != held.choices[0].message.content


async def test_the_asynchronous_client_streams_too(daemon):
    running = daemon.running()
    async with openai.AsyncOpenAI(base_url=f"{running.url}/v1", api_key=running.token) as client:
        stream = await ask(client, stream=True)
        assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


@pytest.mark.parametrize(
    ("more", "param", "said"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "'tools' can't be heeded here"),
        ({"functions": [{"name": "f"}]}, "functions", "can't be heeded"),
        ({"audio": {"voice": "alloy", "format": "wav"}}, "audio", "can't be heeded"),
        ({"extra_body": {"top_a": 0.3}}, "top_a", "can't be heeded"),
        ({"n": 99}, "n", "less than or equal to 8"),
        ({"temperature": -1}, "temperature", "greater than or equal to 0"),
        ({"top_logprobs": 3}, "top_logprobs", "goes with 'logprobs'"),
        ({"logit_bias": {"hello": 3}}, "logit_bias", "numbers of tokens"),
        ({"messages": []}, "messages", "at least 1"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages", "The last message is empty"),
        ({"messages": [{"role": "tool", "content": "4", "tool_call_id": "a"}]}, "messages", "uses no tools"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://a/b.png"}}]}
                ]
            },
            "messages",
            "the model reads text",
        ),
        ({"response_format": {"type": "json_schema"}}, "response_format", "There is no schema"),
        ({"model": "starter-picture"}, None, "paints"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(client, more, param, said):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, **more)
    assert said in caught.value.message
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"


def test_a_schema_that_cannot_be_held_to_is_refused_before_a_stream_begins(client):
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "nonsense"}}}
    with pytest.raises(openai.BadRequestError, match="schema"):
        ask(client, response_format=wanted, stream=True)


def test_a_conversation_that_does_not_fit_has_the_code_that_programs_know(client):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, messages=[{"role": "user", "content": "word " * 4000}])
    assert caught.value.code == "context_length_exceeded"


def test_no_model_and_no_token_have_their_own_errors(client):
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client, model="gpt-5")
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError):
        ask(client.with_options(api_key="stale"))


def test_the_same_idempotency_key_is_the_same_job(client):
    first = ask(client, extra_headers={"Idempotency-Key": "once"}, seed=None)
    assert ask(client, extra_headers={"Idempotency-Key": "once"}, seed=None) == first
    with pytest.raises(openai.BadRequestError, match="another request"):
        ask(client, extra_headers={"Idempotency-Key": "once"}, seed=1)


def test_the_answer_names_its_job(client):
    raw = client.chat.completions.with_raw_response.create(model="", messages=HELLO, max_tokens=1)
    assert raw.parse().id == f"chatcmpl-{raw.headers['x-studiolo-job']}"
    raw = client.chat.completions.with_raw_response.create(model="", messages=HELLO, max_tokens=1, stream=True)
    assert raw.headers["x-studiolo-job"]
    for _ in raw.parse():
        pass


LONG = {
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Count."}],
    "logit_bias": {"2": -100, "0": -100},  # the end of the answer is not let come
}


def wait_until(true, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def state(daemon, job):
    with daemon.client("openai") as own:
        return next(info.state for info in own.jobs() if info.job == job)


def test_a_caller_that_hangs_up_has_its_job_cancelled(client, daemon):
    stream = ask(client, stream=True, **LONG)
    chunks = iter(stream)
    job = job_of(daemon, next(chunks))
    next(chunks)
    stream.close()
    wait_until(lambda: state(daemon, job) == "cancelled")
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=1.0), **LONG)
    with daemon.client("openai") as own:
        wait_until(lambda: not any(info.state in ("queued", "running") for info in own.jobs()))
        assert own.jobs()[0].state == "cancelled"


def test_a_field_whose_name_is_no_unicode_is_refused_like_any(client, daemon):
    running = daemon.running()
    headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json"}
    body = b'{"messages": [{"role": "user", "content": "a"}], "\\ud800": 1}'
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(f"{running.url}/v1/chat/completions", body, headers), timeout=10)
    assert caught.value.code == 400
    assert "does not fit" in json.load(caught.value)["error"]["message"]


def test_with_a_key_the_job_goes_on_and_is_found_again(client, daemon):
    more = LONG | {"max_tokens": 200, "extra_headers": {"Idempotency-Key": "again"}}
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=0.3), **more)
    answer = ask(client, **more)
    assert answer.usage.completion_tokens == 200
    with daemon.client("openai") as own:
        assert own.jobs()[0].job == job_of(daemon, answer)


def test_a_stream_whose_worker_dies_says_so_rather_than_begin_again(client, daemon):
    chunks = iter(ask(client, stream=True, **LONG))
    job = job_of(daemon, next(chunks))
    next(chunks)
    os.kill(daemon.status()["lanes"]["text"]["worker"], signal.SIGKILL)
    with pytest.raises(openai.APIError, match="ended in the middle of the answer"):
        for _ in chunks:
            pass
    wait_until(lambda: state(daemon, job) == "cancelled")


def test_a_job_that_another_cancels_is_told_as_such(client, daemon):
    stream = ask(client, stream=True, **LONG)
    chunks = iter(stream)
    job = job_of(daemon, next(chunks))
    with daemon.client("openai") as own:
        own.cancel(job)
    with pytest.raises(openai.APIError, match="The job was cancelled"):
        for _ in chunks:
            pass


def test_what_comes_is_as_it_is_described(daemon):
    told = asked(daemon, "/v1/chat/completions", {"messages": HELLO, "max_tokens": 2, "n": 2, "logprobs": True})
    assert len(told["choices"]) == 2
    told = asked(daemon, "/v1/completions", {"prompt": ["a", "b"], "max_tokens": 2, "logprobs": 1})
    assert len(told["choices"]) == 2


def test_a_paired_programs_jobs_are_its_own(client, daemon):
    status, answer = discovery.call(daemon.running(), "PUT", "/v1/paired/notebook")
    assert status == 200
    job = job_of(daemon, ask(client.with_options(api_key=answer["token"])))
    with daemon.client("openai") as owner:
        assert {info.client for info in owner.jobs(everyone=True) if info.job == job} == {"notebook/openai"}
        with pytest.raises(StudioloError, match="another client's"):
            owner.cancel(job)


def test_who_asks_too_much_is_told_when_to_come_again(starter_home, tmp_path):
    (tmp_path / "models").symlink_to(starter_home / "models", target_is_directory=True)
    (tmp_path / "settings.toml").write_text("jobs_per_client = 1\nspare = false\n")
    daemon = Daemon(tmp_path).start()
    try:
        running = daemon.running()
        with openai.OpenAI(base_url=f"{running.url}/v1", api_key=running.token, max_retries=0) as client:

            def hold():
                with suppress(openai.APIError):
                    ask(client, **LONG)

            threading.Thread(target=hold, daemon=True).start()
            with daemon.client("openai") as own:
                wait_until(own.jobs)
            with pytest.raises(openai.RateLimitError) as caught:
                ask(client)
            assert caught.value.code == "rate_limit_exceeded"
            assert float(caught.value.response.headers["retry-after"]) > 0
    finally:
        daemon.stop()
