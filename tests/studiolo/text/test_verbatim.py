"""What is said is what the model reads: conversations and texts to go on with."""

import pytest
from transformers import AutoTokenizer

from studiolo.text.modes import read_mode
from studiolo.text.prompt import build
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import TextRequest, Turn


@pytest.fixture(scope="module")
def tokenizer(starter_home):
    return AutoTokenizer.from_pretrained(starter_home / "models/starter-text", local_files_only=True)


def built(request, tokenizer, window=512):
    return build(request, read_mode(request.mode), None, tokenizer, window, True)


def test_a_conversation_is_read_turn_by_turn(tokenizer):
    turns = (Turn(speaker="system", text="Be brief."), Turn(speaker="user", text="Hello {text}"))
    request = TextRequest(mode="chat", turns=(*turns, Turn(speaker="assistant", text="Yes?")), text=" Why? ")
    made = built(request, tokenizer)
    assert made.text == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello {text}<|im_end|>\n"
        "<|im_start|>assistant\nYes?<|im_end|>\n<|im_start|>user\n Why? <|im_end|>\n<|im_start|>assistant\n"
    )
    assert made.tokens == len(tokenizer.encode(made.text, add_special_tokens=False)) == made.parts[0].tokens
    assert (made.grammar, made.stops, made.opening) == ("", (), "")


def test_what_is_said_last_may_be_the_systems(tokenizer):
    made = built(TextRequest(mode="chat", text="In French.", speaker="system"), tokenizer)
    assert made.text.endswith("<|im_start|>system\nIn French.<|im_end|>\n<|im_start|>assistant\n")


def test_a_text_to_go_on_with_is_read_as_it_stands(tokenizer):
    assert built(TextRequest(mode="complete", text=" once\n"), tokenizer).text == " once\n"


def test_what_begins_every_text_of_a_tokenizer_begins_this_one(tokenizer, monkeypatch):
    encode = type(tokenizer).encode
    monkeypatch.setattr(
        type(tokenizer),
        "encode",
        lambda self, text, add_special_tokens=True: (
            [0] * add_special_tokens + encode(self, text, add_special_tokens=False)
        ),
    )
    assert built(TextRequest(mode="complete", text="once"), tokenizer).text == "<|endoftext|>once"


def test_the_answer_has_what_room_is_left(tokenizer):
    request = TextRequest(mode="chat", text="word " * 300, max_tokens=8000)
    made = built(request, tokenizer)
    assert made.max_tokens == 512 - made.tokens


def test_a_conversation_that_does_not_fit_is_refused_and_not_cut(tokenizer):
    with pytest.raises(StudioloError, match="reads and writes 512 together") as caught:
        built(TextRequest(mode="chat", text="word " * 600), tokenizer)
    assert caught.value.problem.code == "too_large"


def test_a_model_without_a_template_says_that_it_answers_no_conversations(tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer, "chat_template", None)
    with pytest.raises(StudioloError, match="only goes on with a text"):
        built(TextRequest(mode="chat", text="Hello"), tokenizer)


def test_a_template_that_refuses_a_conversation_says_why(tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer, "chat_template", "{{ raise_exception('no system here') }}")
    with pytest.raises(StudioloError, match="refuses the conversation: no system here") as caught:
        built(TextRequest(mode="chat", text="Hello"), tokenizer)
    assert caught.value.problem.code == "bad_request"
