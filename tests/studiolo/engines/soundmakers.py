"""Small random music models, built with the real classes and saved as a person would have them on disk.

Rates, hop lengths and schedulers are the real ones; only what is learned is small. Each is a few MB and makes some
seconds of noise in a moment. Knows nothing of Studiolo.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AceStepConditionEncoder,
    AceStepPipeline,
    AceStepTransformer1DModel,
    AutoencoderOobleck,
    AutoencoderSAME,
    CosineDPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    StableAudio3DiTModel,
    StableAudio3DurationEmbedder,
    StableAudio3Pipeline,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
)
from torch import nn
from transformers import (
    EncodecConfig,
    GemmaTokenizerFast,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForConditionalGeneration,
    Qwen3Config,
    Qwen3Model,
    T5GemmaConfig,
    T5GemmaEncoderModel,
)

from tests.studiolo.engines.pipelines import qwen_tokenizer, t5_text, t5_tokenizer


def oobleck(ratios: list[int], rate: int) -> AutoencoderOobleck:
    """Two channels, and as many samples for a latent as the product of `ratios`."""
    return AutoencoderOobleck(
        encoder_hidden_size=2,
        downsampling_ratios=ratios,
        channel_multiples=[1] * len(ratios),
        decoder_channels=2,
        decoder_input_channels=8,
        sampling_rate=rate,
    )


def ace_step(turbo: bool) -> AceStepPipeline:
    """25 latents a second at 48 kHz."""
    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "sliding_window": 16,
    }
    tokenizer = qwen_tokenizer()
    text = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
    )
    conditions = AceStepConditionEncoder(
        text_hidden_dim=16,
        timbre_hidden_dim=8,
        num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1,
        **sizes,
    )
    transformer = AceStepTransformer1DModel(
        num_hidden_layers=1, in_channels=24, audio_acoustic_hidden_dim=8, is_turbo=turbo, **sizes
    )
    return AceStepPipeline(
        oobleck([2, 4, 4, 6, 10], 48_000),
        Qwen3Model(text),
        tokenizer,
        transformer,
        conditions,
        FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    )


def stable_audio(latents: int) -> StableAudioPipeline:
    """Always makes so many latents of 2048 samples; the real one makes 1024, which is 47.6 s."""
    tokenizer = t5_tokenizer()
    tokenizer.model_max_length = 128
    transformer = StableAudioDiTModel(
        sample_size=latents,
        in_channels=8,
        out_channels=8,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        num_key_value_attention_heads=1,
        cross_attention_dim=16,
        time_proj_dim=8,
        global_states_input_dim=64,
        cross_attention_input_dim=32,
    )
    projection = StableAudioProjectionModel(text_encoder_dim=32, conditioning_dim=32, min_value=0, max_value=512)
    return StableAudioPipeline(
        oobleck([2, 4, 4, 8, 8], 44_100),
        t5_text(),
        projection,
        tokenizer,
        transformer,
        CosineDPMSolverMultistepScheduler(),
    )


def stable_audio_3() -> StableAudio3Pipeline:
    """As the small one: two minutes at most, eight steps with fresh noise after each."""
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyz.,'"]
    tokenizer = GemmaTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)}, merges=[])
    module = {
        "vocab_size": len(pieces),
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
    }
    text = T5GemmaConfig(encoder=module, decoder=module, is_encoder_decoder=False, vocab_size=len(pieces))
    transformer = StableAudio3DiTModel(
        io_channels=8,
        embed_dim=16,
        depth=1,
        num_heads=2,
        cond_token_dim=16,
        global_cond_dim=16,
        local_add_cond_dim=9,
        num_memory_tokens=2,
    )
    autoencoder = AutoencoderSAME(
        encoder_channels=4, encoder_c_mults=(4,), encoder_transformer_depths=(1,), latent_dim=8, dim_heads=8
    )
    return StableAudio3Pipeline(
        autoencoder,
        T5GemmaEncoderModel(text),
        tokenizer,
        StableAudio3DurationEmbedder(output_dim=16, fourier_dim=8, max_val=120.0),
        transformer,
        FlowMatchEulerDiscreteScheduler(stochastic_sampling=True),
    )


def musicgen(channels: int = 1) -> MusicgenForConditionalGeneration:
    """50 frames a second at 32 kHz, four codebooks of two thousand and forty-eight for each channel."""
    config = MusicgenConfig(
        text_encoder=t5_text().config,
        audio_encoder=EncodecConfig(
            target_bandwidths=[2.2],
            sampling_rate=32_000,
            hidden_size=8,
            num_filters=2,
            upsampling_ratios=[8, 5, 4, 4],
            use_causal_conv=False,
            num_lstm_layers=1,
            codebook_size=2048,
        ),
        decoder=MusicgenDecoderConfig(
            hidden_size=16,
            ffn_dim=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_codebooks=4 * channels,
            audio_channels=channels,
        ),
    )
    model = MusicgenForConditionalGeneration(config)
    model.generation_config.update(
        decoder_start_token_id=2048, pad_token_id=2048, bos_token_id=2048, do_sample=True, guidance_scale=3.0
    )
    return model


MAKERS: dict[str, Callable[[], Any]] = {
    "ace-step-turbo": lambda: ace_step(turbo=True),
    "ace-step-base": lambda: ace_step(turbo=False),
    "stable-audio-open": lambda: stable_audio(latents=1024),
    "stable-audio-short": lambda: stable_audio(latents=240),
    "stable-audio-3": stable_audio_3,
    "musicgen": musicgen,
    "musicgen-stereo": lambda: musicgen(channels=2),
}


def _stir(module: nn.Module) -> None:
    """Some layers and codebooks begin at zero, and would let nothing through before they have learned something."""
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.is_floating_point() and not tensor.any():
                tensor.normal_(0.0, 0.1)


def save(kind: str, folder: Path) -> Path:
    """Writes a small random model of this kind, the same on every call, and says where."""
    torch.manual_seed(0)
    target = folder / kind
    made = MAKERS[kind]()
    for part in [made] if isinstance(made, nn.Module) else made.components.values():
        if isinstance(part, nn.Module):
            _stir(part)
    made.save_pretrained(target)
    if kind.startswith("musicgen"):
        t5_tokenizer().save_pretrained(target)
    return target
