"""Small language models of random weights, made with the real classes of transformers, and a tokenizer for them."""

from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from studiolo.models.model import Defaults, Model

PAGE = (
    "The keeper of the light heard music under the sea. He put down his pipe, went to the window and listened. "
    'It was a slow tune: "Who is there?" he called. Nobody answered. {"name": "Ana", "age": 31} [1, 2, 3] été 音楽 🎻\n'
)
TEMPLATE = (
    "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


def tokenizer():
    """Byte-level BPE of a few hundred tokens, with a chat template."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    special = ["<|end|>", "<|start|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    core.train_from_iterator([PAGE] * 4, trainer)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<|end|>", pad_token="<|end|>")
    fast.chat_template = TEMPLATE
    return fast


def save(family: str, folder: Path) -> Model:
    """A model of the family in a folder of its own."""
    words = tokenizer()
    size = -(-len(words) // 32) * 32
    ends = words.eos_token_id
    llama = {
        "vocab_size": size,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 2048,
        "eos_token_id": ends,
        "pad_token_id": ends,
        "initializer_range": 0.15,
    }
    configs = {
        "llama": lambda: transformers.LlamaConfig(**llama),
        "mistral": lambda: transformers.MistralConfig(**llama, sliding_window=None),
        "qwen2": lambda: transformers.Qwen2Config(**llama, tie_word_embeddings=True),
        "qwen3": lambda: transformers.Qwen3Config(**llama),
        "gpt2": lambda: transformers.GPT2Config(
            vocab_size=size, n_positions=1024, n_embd=64, n_layer=2, n_head=4, eos_token_id=ends, initializer_range=0.15
        ),
    }
    torch.manual_seed(7)
    model = transformers.AutoModelForCausalLM.from_config(configs[family]())
    for name, weight in model.named_parameters():  # norms and biases that differ, or a mistake there would not show
        if weight.dim() == 1:
            torch.nn.init.normal_(weight, 1.0 if "norm" in name else 0.0, 0.2)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return Model(
        name=f"small-{family}",
        kind="text",
        engine="transformers-text",
        folder=folder,
        licence="",
        commercial=True,
        revision="",
        sha256="",
        defaults=Defaults(),
    )
