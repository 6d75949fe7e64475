"""A chat template that would fill the memory is stopped, and what comes after it has the memory that it needs."""

import sys

import pytest
from transformers import AutoTokenizer

from studiolo.text.modes import read_mode
from studiolo.text.prompt import build
from studiolo.text.template import MOST
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import TextRequest

AT_ONCE = "{{ messages[0]['role'] * 10**9 }}"
BY_AND_BY = """
{%- set ns = namespace(said=messages[0]['role'] * 10**7) -%}
{%- for _ in range(5) -%}{%- set ns.said = ns.said ~ ns.said -%}{%- endfor -%}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there can a process be held to an amount")
@pytest.mark.parametrize("template", [AT_ONCE, BY_AND_BY])
@pytest.mark.parametrize("mode", ["chat", "rewrite"])
def test_a_template_that_takes_all_memory_is_stopped(starter_home, template, mode):
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models/starter-text", local_files_only=True)
    usual, tokenizer.chat_template = tokenizer.chat_template, template
    request = TextRequest(mode=mode, text="Hello", instruction="be brief" if mode == "rewrite" else "")
    with pytest.raises(StudioloError, match="takes more than 256 MiB") as caught:
        build(request, read_mode(mode), None, tokenizer, 512, True)
    assert caught.value.problem.code == "bad_model"
    assert len(bytearray(2 * MOST)) == 2 * MOST
    tokenizer.chat_template = usual
    assert build(request, read_mode(mode), None, tokenizer, 512, True).text


def test_a_template_that_knows_no_such_turn_says_so_in_every_mode(starter_home):
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models/starter-text", local_files_only=True)
    tokenizer.chat_template = "{{ raise_exception('no system here') }}"
    request = TextRequest(mode="rewrite", text="Hello", instruction="be brief")
    with pytest.raises(StudioloError, match="refuses the conversation: no system here") as caught:
        build(request, read_mode("rewrite"), None, tokenizer, 512, True)
    assert caught.value.problem.code == "bad_request"
