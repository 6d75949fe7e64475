"""What a model reads when nothing is added to what was said: a conversation, or a text that it goes on with.

Knows a tokenizer; knows no style, no example and no form.
"""

from __future__ import annotations

from studiolo.text.plan import Tokenizer
from studiolo.text.template import filled
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import TextRequest


def rendered(request: TextRequest, tokenizer: Tokenizer) -> str:
    """Exactly what the model reads, special tokens included. Raises `StudioloError` (`bad_request`) where the model
    answers no conversations, or none like this one, and as `filled` does."""
    if request.mode == "complete":
        before = tokenizer.encode("", add_special_tokens=True)
        return tokenizer.decode(before, skip_special_tokens=False) + request.text
    if not tokenizer.chat_template:
        raise StudioloError(
            "bad_request", "This model answers no conversations: it only goes on with a text.", "Name one that does."
        )
    turns = [{"role": turn.speaker, "content": turn.text} for turn in request.turns]
    turns.append({"role": request.speaker, "content": request.text})
    return filled(tokenizer.apply_chat_template, turns)
