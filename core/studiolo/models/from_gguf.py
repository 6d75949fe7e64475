"""Turns a GGUF file of a Llama-shaped model into a folder that transformers loads. Knows no store and no network.

Run as a program in a process of its own, `python -m studiolo.models.from_gguf FILE FOLDER`, so that its memory is
given back at once. Says how far it is as lines `done of total` on stdout. Needs numpy, not torch. The same file always
gives the same bytes.

Weights are kept as float16. Measured on the starter, that moves a weight by at most 0.006 of its block's step in Q4_1
and 0.061 in Q8_0, so whoever quantises again with the same blocks finds the same codes; the written tokens' log
probabilities differ by a divergence of 4e-6 (bfloat16: 8e-5).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize
from numpy.typing import NDArray
from safetensors.numpy import save_file

from studiolo.models import gguf_header

_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_OUTER_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_CONTROL = 3
"""Token type of GGUF for a token that is never plain text."""


def convert(file: Path, folder: Path) -> None:
    """Writes config, weights, tokenizer and chat template into `folder`. Raises ValueError for files that are broken or
    of another kind of model."""
    gguf_header.check(file)
    reader = GGUFReader(file)
    about = {name: field.contents() for name, field in reader.fields.items()}
    kind = (about.get("general.architecture"), about.get("tokenizer.ggml.pre"))
    if kind != ("llama", "smollm"):
        raise ValueError(f"{file.name} is a model of another kind: {kind[0]}, {kind[1]}")
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights(reader, about)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    _write(folder / "config.json", _config(about, tied="lm_head.weight" not in weights))
    _write(folder / "generation_config.json", _generation(about))
    tokenizer = json.dumps(_tokenizer(about), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8", newline="\n")
    _write(folder / "tokenizer_config.json", _tokenizer_config(about))
    (folder / "chat_template.jinja").write_text(about["tokenizer.chat_template"], encoding="utf-8", newline="\n")


def _weights(reader: GGUFReader, about: dict[str, Any]) -> dict[str, NDArray[np.float16]]:
    heads = {"attn_q": about["llama.attention.head_count"], "attn_k": about["llama.attention.head_count_kv"]}
    weights = {}
    for number, tensor in enumerate(reader.tensors, start=1):
        values = dequantize(tensor.data, tensor.tensor_type)
        part = tensor.name.split(".")[2] if tensor.name.startswith("blk.") else ""
        if part in heads:
            values = _unpermute(values, heads[part])
        weights[_name(tensor.name)] = np.ascontiguousarray(values, dtype=np.float16)
        if number % 10 == 0 or number == len(reader.tensors):
            print(number, "of", len(reader.tensors), flush=True)  # noqa: T201
    return weights


def _unpermute(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """GGUF keeps the two halves of a rotary head interleaved, transformers one after the other."""
    return rows.reshape(heads, -1, 2, rows.shape[-1]).swapaxes(1, 2).reshape(rows.shape)


def _name(name: str) -> str:
    if name in _OUTER_NAMES:
        return _OUTER_NAMES[name]
    _, layer, part, ending = name.split(".")
    return f"model.layers.{layer}.{_LAYER_NAMES[part]}.{ending}"


def _config(about: dict[str, Any], tied: bool) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "dtype": "float16",
        "vocab_size": len(about["tokenizer.ggml.tokens"]),
        "hidden_size": about["llama.embedding_length"],
        "intermediate_size": about["llama.feed_forward_length"],
        "num_hidden_layers": about["llama.block_count"],
        "num_attention_heads": about["llama.attention.head_count"],
        "num_key_value_heads": about["llama.attention.head_count_kv"],
        "head_dim": about["llama.rope.dimension_count"],
        "max_position_embeddings": about["llama.context_length"],
        "rms_norm_eps": float(f"{about['llama.attention.layer_norm_rms_epsilon']:.6g}"),
        "rope_parameters": {"rope_type": "default", "rope_theta": about["llama.rope.freq_base"]},
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": tied,
        **_special_ids(about),
    }


def _special_ids(about: dict[str, Any]) -> dict[str, int]:
    return {f"{use}_token_id": about[f"tokenizer.ggml.{key}_token_id"] for use, key in _SPECIAL.items() if use != "unk"}


_SPECIAL = {"bos": "bos", "eos": "eos", "pad": "padding", "unk": "unknown"}


def _generation(about: dict[str, Any]) -> dict[str, Any]:
    # Plain continuation ends with the pretraining's <|endoftext|>, a chat turn with <|im_end|>: both are ends.
    ends = sorted({about["tokenizer.ggml.eos_token_id"], about["tokenizer.ggml.tokens"].index("<|endoftext|>")})
    return {**_special_ids(about), "eos_token_id": ends, "do_sample": False}


def _tokenizer(about: dict[str, Any]) -> dict[str, Any]:
    """Byte-level BPE that takes digits one by one, as the `smollm` pre-tokenizer does, in the `tokenizers` format.

    Written out here, so that another version of that library cannot change the bytes.
    """
    tokens: list[str] = about["tokenizer.ggml.tokens"]
    types: list[int] = about["tokenizer.ggml.token_type"]
    bytes_as_letters = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": token, **plain}
            for number, (token, kind) in enumerate(zip(tokens, types, strict=True))
            if kind == _CONTROL
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, bytes_as_letters],
        },
        "post_processor": None,
        "decoder": {**bytes_as_letters, "add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in about["tokenizer.ggml.merges"]],
        },
    }


def _tokenizer_config(about: dict[str, Any]) -> dict[str, Any]:
    tokens = about["tokenizer.ggml.tokens"]
    names = {f"{use}_token": tokens[about[f"tokenizer.ggml.{key}_token_id"]] for use, key in _SPECIAL.items()}
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": about["llama.context_length"],
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        **names,
    }


def _write(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except (ValueError, KeyError, OSError) as problem:
        sys.exit(str(problem))
