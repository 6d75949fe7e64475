"""Files as a hostile hand would make them, and whole ones to begin from, all of them made here.

`hostile(kind)` must each be refused with a sentence; `seeds(kind)` are whole. Whatever the fuzzer has found is among them.
Knows no test and none of Studiolo's decoders.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from functools import cache

import mido
import numpy as np
import soundfile
from PIL import Image

KINDS = ("picture", "sound", "midi", "safetensors", "gguf", "message")
Files = dict[str, bytes]


@cache
def seeds(kind: str) -> Files:
    """Whole files of this kind, by name."""
    return _SEEDS[kind]()


@cache
def hostile(kind: str) -> Files:
    """Files of which none may be taken, by name; the largest have 40 MB."""
    broken = {
        f"{name}, {harm}": data
        for name, whole in seeds(kind).items()
        for harm, data in _harmed(whole).items()
        # what is left of these may be whole in itself
        if kind != "message" and not (harm == "cut in half" and name.startswith(("moving", "wav")))
    }
    return {"nothing": b"", "noise": bytes(range(256)) * 4, **broken, **_HOSTILE[kind]()}


def _harmed(whole: bytes) -> Files:
    return {
        "cut in half": whole[: len(whole) // 2],
        "cut after its name": whole[:12],
        "of another name": b"%PDF" + whole[4:],
        "behind a zip": b"PK\x03\x04" + bytes(26) + whole,
    }


# ---- pictures


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, interlaced: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks)


def segment(marker: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp(*chunks: bytes) -> bytes:
    return riff(b"RIFF", b"WEBP" + b"".join(chunks))


def canvas(width: int, height: int, flags: int = 2) -> bytes:
    return riff(
        b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )


def picture(kind: str, side: int = 24, **options: object) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def _pictures() -> Files:
    exif = Image.Exif()
    exif[0x0112] = 6
    small = [Image.new("RGBA", (8, 8), colour) for colour in ("red", "blue", "green")]
    moving, film = io.BytesIO(), io.BytesIO()
    small[0].save(moving, "PNG", save_all=True, append_images=small[1:])
    small[0].save(film, "WEBP", save_all=True, append_images=small[1:])
    return {
        "png": picture("PNG"),
        "png in colours of a palette": _palette(),
        "png of sixteen bits": png(
            2, 1, chunk(b"IDAT", zlib.compress(b"\0" + bytes(12))), chunk(b"IEND", b""), depth=16
        ),
        "moving png": moving.getvalue(),
        "jpeg": picture("JPEG"),
        "jpeg, progressive and turned": picture("JPEG", progressive=True, exif=exif, icc_profile=bytes(200)),
        "webp": picture("WEBP", exif=exif),
        "webp without loss": picture("WEBP", lossless=True),
        "moving webp": film.getvalue(),
    }


def _palette() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).quantize(16).save(file, "PNG", transparency=0)
    return file.getvalue()


def _other(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


def _hostile_pictures() -> Files:
    flat = zlib.compress(bytes(2**20), 9)
    words = zlib.compress(bytes(200 * 2**20), 9)
    end = chunk(b"IEND", b"")
    grey = io.BytesIO()
    Image.new("L", (2_000, 2_000), 90).save(grey, "JPEG", progressive=True)
    jpeg = grey.getvalue()
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return {
        "bomb of pixels": png(30_000, 30_000, chunk(b"IDAT", flat), end),
        "largest numbers": png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", flat), end),
        "no pixels": png(0, 0, chunk(b"IDAT", flat), end),
        "one long row": png(16_385, 1, chunk(b"IDAT", flat), end),
        "bomb of words": png(1, 1, chunk(b"zTXt", b"a\0\0" + words), chunk(b"IDAT", zlib.compress(bytes(4))), end),
        "bomb of a profile": png(1, 1, chunk(b"iCCP", b"a\0\0" + words), chunk(b"IDAT", zlib.compress(b"")), end),
        "many small bombs of words": png(1, 1, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**20), 9))] * 80, end),
        "millions of chunks": png(4, 4, chunk(b"gAMA", bytes(4)) * 2_000_000),
        "chunk longer than the file": png(4, 4, struct.pack(">I", 2**31 - 1) + b"IDAT" + bytes(100)),
        "chunk of negative length": png(4, 4, struct.pack(">i", -1) + b"IDAT" + bytes(100)),
        "wrong checksum": picture("PNG")[:40] + b"\xff\x00" + picture("PNG")[42:],
        "depth of three": png(4, 4, chunk(b"IDAT", flat), end, depth=3),
        "millions of frames": png(4, 4, chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), chunk(b"fcTL", bytes(26))),
        "interlaced without end": png(8_000, 8_000, chunk(b"IDAT", flat[:200]), end, interlaced=1),
        "millions of segments": b"\xff\xd8" + segment(0xFE) * 5_000_000,
        "millions of fillers": b"\xff\xd8" + b"\xff" * 20_000_000,
        "millions of escapes": b"\xff\xd8" + b"\xff\x00" * 10_000_000,
        "thousands of scans": jpeg[:-2] + scan * 20_000 + b"\xff\xd9",
        "jpeg without a picture": b"\xff\xd8"
        + segment(0xE1, b"Exif\0\0" + b"II*\0" + bytes([8, 0, 0, 0]) + b"\xff" * 900),
        "jpeg of the largest size": b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 65_535, 65_535, 3) + bytes(9)),
        "webp of the largest size": webp(canvas(16_383, 16_383), riff(b"ANIM", bytes(6)), riff(b"ANMF", bytes(24))),
        "webp of no size": webp(riff(b"VP8L", b"\x2f" + bytes(4))),
        "webp of millions of chunks": webp(canvas(8, 8, 4), riff(b"EXIF", b"") * 2_000_000),
        "webp longer than it is": b"RIFF" + struct.pack("<I", 2**32 - 1) + b"WEBPVP8 " + struct.pack("<I", 2**32 - 1),
        **{
            f"a {kind.lower()}": _other(kind)
            for kind in ("GIF", "TIFF", "BMP", "ICO", "EPS", "PDF", "PPM", "TGA", "DDS")
        },
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(w.txt) (w) file closefile\nshowpage\n",
        "photoshop": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 8, 8, 8, 3) + bytes(400),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1/'/></svg>",
        "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    }


# ---- sound


def sound(kind: str, samples: int = 400, rate: int = 22_050, channels: int = 2, subtype: str | None = None) -> bytes:
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, (samples, channels)).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, noise, rate, format=kind, subtype=subtype)
    return file.getvalue()


def wave(form: int, channels: int, rate: int, bits: int, data: bytes, size: int | None = None) -> bytes:
    fmt = struct.pack(
        "<HHIIHH", form, channels, rate, rate * channels * bits // 8 % 2**32, channels * bits // 8 % 2**16, bits
    )
    samples = b"data" + struct.pack("<I", len(data) if size is None else size) + data
    return riff(b"RIFF", b"WAVE" + riff(b"fmt ", fmt) + samples)


def _sounds() -> Files:
    return {
        "wav": sound("WAV"),
        "wav of floats": sound("WAV", subtype="FLOAT", channels=1),
        "wav of four bits": sound("WAV", subtype="IMA_ADPCM", channels=1),
        "flac": sound("FLAC"),
    }


def _hostile_sounds() -> Files:
    flac = bytearray(sound("FLAC", 4))
    flac[21:26] = bytes([flac[21] & 0xF0 | 0x0F]) + b"\xff" * 4  # 2^36 - 1 samples
    return {
        "a hundred hours": bytes(flac),
        "no samples": wave(1, 2, 44_100, 16, b""),
        "no channels": wave(1, 0, 44_100, 16, bytes(400)),
        "thousands of channels": wave(1, 65_535, 44_100, 16, bytes(65_535 * 2)),
        "no rate": wave(1, 2, 0, 16, bytes(400)),
        "largest rate": wave(1, 2, 2**32 - 1, 16, bytes(400)),
        "no bits": wave(1, 2, 44_100, 0, bytes(400)),
        "unknown numbers": wave(0x7777, 2, 44_100, 16, bytes(400)),
        "not a number": wave(3, 1, 44_100, 32, struct.pack("<f", float("nan")) * 100),
        "infinite": wave(3, 1, 44_100, 32, struct.pack("<f", float("inf")) * 100),
        "seven hours of silence": wave(1, 1, 8_000, 8, bytes(30 * 10**6)),
        "millions of chunks": riff(b"RIFF", b"WAVE" + riff(b"junk", b"") * 1_000_000),
        **{f"an {kind.lower()}": sound(kind) for kind in ("AIFF", "AU", "OGG", "CAF", "W64", "VOC")},
        "a playlist": b"#EXTM3U\nhttp://127.0.0.1/a.wav\n",
    }


# ---- MIDI


def track(events: bytes, size: int | None = None) -> bytes:
    return b"MTrk" + struct.pack(">I", len(events) if size is None else size) + events


def midi(*tracks: bytes, kind: int = 1, count: int | None = None, ticks: int = 480) -> bytes:
    return b"MThd" + struct.pack(">IHHh", 6, kind, len(tracks) if count is None else count, ticks) + b"".join(tracks)


END = b"\x00\xff\x2f\x00"
TONE = b"\x00\x90\x40\x40\x83\x60\x80\x40\x00"


def _midis() -> Files:
    file = mido.MidiFile(ticks_per_beat=96)
    line = mido.MidiTrack()
    file.tracks.append(line)
    line.append(mido.MetaMessage("set_tempo", tempo=400_000))
    line.append(mido.MetaMessage("key_signature", key="F#m"))
    for pitch in (60, 64, 67, 72):
        line += [mido.Message("note_on", note=pitch, time=10), mido.Message("note_off", note=pitch, time=96)]
    data = io.BytesIO()
    file.save(file=data)
    return {"melody": data.getvalue(), "tones": midi(track(TONE * 4 + END), kind=0)}


def _hostile_midis() -> Files:
    return {
        "no track": midi(),
        "tracks that are not there": midi(track(TONE + END), count=65_535),
        "a hundred thousand events": midi(track(TONE * 50_000 + END)),
        "a hundred thousand by running status": midi(track(b"\x00\x90\x40\x40" + b"\x00\x40\x40" * 80_000 + END)),
        "a running status of nothing": midi(track(b"\x00\x40\x40" * 9 + END)),
        "a track longer than the file": midi(track(TONE + END, size=2**32 - 1)),
        "a number without end": midi(track(b"\xff" * 200_000)),
        "words without end": midi(track(b"\x00\xff\x01\xff\xff\xff\x7f" + bytes(100))),
        "exclusive without end": midi(track(b"\x00\xf0\xff\xff\xff\x7f" + bytes(100))),
        "no time": midi(track(TONE + END), ticks=0),
        "time of film": midi(track(TONE + END), ticks=-(25 << 8)),
        "patterns": midi(track(TONE + END), kind=2),
        "an unknown kind": midi(track(TONE + END), kind=9),
        "only drums": midi(track(TONE.replace(b"\x90", b"\x99").replace(b"\x80\x40", b"\x89\x40") + END)),
        "a key that there is not": midi(track(b"\x00\xff\x59\x02\x63\x63" + TONE + END)),
        "a tempo of no bytes": midi(track(b"\x00\xff\x51\x00" + TONE + END)),
        "a melody of years": midi(track(TONE + b"\xff\xff\xff\x7f\x90\x50\x40" + TONE + END)),
        "megabytes": midi(track(TONE * 200_000 + END)),
        "a riff": riff(b"RIFF", b"RMID" + riff(b"data", midi(track(TONE + END)))),
    }


# ---- safetensors


def tensors(header: object, data: bytes = b"", size: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def tensor(*shape: object, begin: object = 0, end: object = 4, dtype: object = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def _safetensors() -> Files:
    return {
        "one": tensors({"a": tensor(2, 3, end=24)}, bytes(24)),
        "several": tensors(
            {
                "__metadata__": {"format": "pt"},
                "a": tensor(1, dtype="BF16", end=2),
                "b": tensor(3, 1, 1, 1, begin=2, end=5, dtype="U8"),
                "c": tensor(0, begin=5, end=5),
                "d": tensor(begin=5, end=13, dtype="I64"),
            },
            bytes(13),
        ),
    }


def _hostile_safetensors() -> Files:
    one = tensor(1)
    return {
        "a header of 2^63 bytes": tensors({"a": one}, bytes(4), size=2**63),
        "a header longer than the file": tensors({"a": one}, bytes(4), size=200),
        "a header of nothing": tensors(b"", bytes(4)),
        "no json": tensors(b"{" * 50, bytes(4)),
        "a list": tensors([one], bytes(4)),
        "a header of 20 MB": tensors(b'{"a":"' + b"x" * 20_000_000 + b'"}'),
        "deep": tensors(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        "deep, of objects": tensors(b'{"a":' * 200_000 + b"1" + b"}" * 200_000),
        "a million lists": tensors(b'{"a":[' + b"[]," * 1_000_000 + b"[]]}"),
        "a million names": tensors(b"{" + b",".join(b'"%d":0' % number for number in range(500_000)) + b"}"),
        "a number without end": tensors(b'{"a":' + b"9" * 100_000 + b"}"),
        "twice the same": tensors(b'{"a":%s,"a":%s}' % ((json.dumps(one).encode(),) * 2), bytes(4)),
        "overlapping": tensors({"a": one, "b": tensor(1, begin=2, end=6)}, bytes(6)),
        "the same bytes": tensors({"a": one, "b": one}, bytes(4)),
        "with a gap": tensors({"a": tensor(1, begin=4, end=8)}, bytes(8)),
        "beyond the end": tensors({"a": tensor(100, end=400)}, bytes(4)),
        "less than the file": tensors({"a": one}, bytes(400)),
        "backwards": tensors({"a": tensor(1, begin=4, end=0)}, bytes(4)),
        "a shape that runs over": tensors({"a": tensor(2**33, 2**33, end=0)}),
        "a shape that runs over to four": tensors({"a": tensor(2**32 + 1, 2**32 - 1, end=4)}, bytes(4)),
        "a negative shape": tensors({"a": tensor(-1, -1)}, bytes(4)),
        "a shape of fractions": tensors({"a": tensor(1.0)}, bytes(4)),
        "a shape of truths": tensors({"a": tensor(True)}, bytes(4)),
        "a shape of thousands of sides": tensors({"a": tensor(*[1] * 5_000)}, bytes(4)),
        "another size": tensors({"a": tensor(2)}, bytes(4)),
        "an unknown format": tensors({"a": tensor(1, dtype="F128")}, bytes(4)),
        "a format that is none": tensors({"a": tensor(1, dtype=["F32"])}, bytes(4)),
        "offsets that are none": tensors({"a": tensor(1, begin=None, end="4")}, bytes(4)),
        "three offsets": tensors({"a": {**one, "data_offsets": [0, 4, 4]}}, bytes(4)),
        "more than a tensor": tensors({"a": {**one, "code": "import os"}}, bytes(4)),
        "metadata that are a list": tensors({"__metadata__": [1], "a": one}, bytes(4)),
        "metadata that are numbers": tensors({"__metadata__": {"a": 1}, "a": one}, bytes(4)),
        "not unicode": tensors(b'{"\xff\xfe":{}}'),
        "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
        "torch's zip": b"PK\x03\x04" + bytes(60),
    }


# ---- GGUF


def text(words: bytes, size: int | None = None) -> bytes:
    return struct.pack("<Q", len(words) if size is None else size) + words


def field(name: bytes, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def info(name: bytes, *shape: int, kind: int = 0, offset: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def gguf(
    fields: list[bytes], infos: list[bytes], data: int = 0, version: int = 3, counts: tuple[int, int] | None = None
) -> bytes:
    told = counts or (len(infos), len(fields))
    head = b"GGUF" + struct.pack("<IQQ", version, *told) + b"".join(fields + infos)
    return head + bytes(-len(head) % 32 + data)


def _ggufs() -> Files:
    words = struct.pack("<IQ", 8, 2) + text(b"a") + text(b"b")
    fields = [field(b"general.architecture", 8, text(b"llama")), field(b"tokenizer.ggml.tokens", 9, words)]
    fields.append(field(b"general.alignment", 4, struct.pack("<I", 32)))
    return {
        "small": gguf(fields, [info(b"a", 4), info(b"b", 32, 2, kind=8, offset=32)], 32 + 68),
    }


def _hostile_ggufs() -> Files:
    many = struct.pack("<IQ", 0, 2**62)
    deep = struct.pack("<IQ", 9, 1) * 2_000 + struct.pack("<IQ", 0, 1) + b"\0"
    align = [field(b"general.alignment", 4, struct.pack("<I", by)) for by in (0, 3)]
    one = info(b"a", 4)
    return {
        "version of tomorrow": gguf([], [one], 16, version=9),
        "of another byte order": gguf([], [one], 16, version=3 << 24),
        "2^63 tensors": gguf([], [one], 16, counts=(2**63, 0)),
        "2^63 fields": gguf([], [one], 16, counts=(1, 2**63)),
        "tensors that are not there": gguf([], [one], 16, counts=(9_000, 0)),
        "a name of 2^62 bytes": gguf([text(b"a", 2**62)], [one], 16),
        "a name of a megabyte": gguf([field(b"a" * 2**20, 0, b"\0")], [one], 16),
        "words of 2^64 bytes": gguf([field(b"a", 8, text(b"b", 2**64 - 1))], [one], 16),
        "a list of 2^62": gguf([field(b"a", 9, many)], [one], 16),
        "a list of millions of words": gguf(
            [field(b"a", 9, struct.pack("<IQ", 8, 2**21) + bytes(8 * 2**21))], [one], 16
        ),
        "lists within lists": gguf([field(b"a", 9, deep)], [one], 16),
        "a value of an unknown kind": gguf([field(b"a", 77, b"\0")], [one], 16),
        "twice the same field": gguf([field(b"a", 0, b"\0")] * 2, [one], 16),
        "twice the same tensor": gguf([], [one, one], 64),
        "alignment of nothing": gguf([align[0]], [one], 16),
        "alignment of three": gguf([align[1]], [one], 16),
        "alignment that is words": gguf([field(b"general.alignment", 8, text(b"32"))], [one], 16),
        "a tensor beyond the end": gguf([], [info(b"a", 4, offset=2**40)], 16),
        "a tensor of 2^63": gguf([], [info(b"a", 2**63, 2)], 16),
        "a shape that runs over": gguf([], [info(b"a", 2**32, 2**32)], 16),
        "a tensor larger than the file": gguf([], [info(b"a", 2**30, 2**30)], 16),
        "tensors over each other": gguf([], [info(b"a", 64), info(b"b", 64, offset=32)], 600),
        "a tensor between the places": gguf([], [info(b"a", 4, offset=7)], 64),
        "half a block": gguf([], [info(b"a", 31, kind=8)], 64),
        "a number format that there is not": gguf([], [info(b"a", 4, kind=4)], 64),
        "a thousand dimensions": gguf([], [info(b"a", *[1] * 1_000)], 64),
    }


# ---- messages


def frame(header: bytes, payload: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I", len(header) if size is None else size) + header + payload


def _messages() -> Files:
    hello = {"type": "hello", "protocol": 1, "client": "me", "token": "t"}
    music = {"kind": "music", "prompt": "rain", "sections": [{"prompt": "calm", "seconds": 4.0}]}
    asked = {"type": "submit", "ref": 1, "key": "k", "request": {"kind": "text", "text": "a", "mode": "continue"}}
    plain = [hello, asked, {**asked, "request": music}, {"type": "have", "ref": 2, "hashes": ["0" * 64]}]
    return {f"{one['type']} {number}": frame(json.dumps(one).encode()) for number, one in enumerate(plain)}


def _hostile_messages() -> Files:
    submit = b'{"type":"submit","ref":1,"key":"k","request":%s}'
    return {
        "a header longer than the frame": frame(b"{}", size=2**32 - 1),
        "twenty million lists": frame(b"[" + b"[]," * 20_000_000 + b"[]]"),
        "half a length": b"\0\0",
        "deep": frame(b"[" * 1_000_000),
        "deep within": frame(submit % (b'{"a":' * 200_000)),
        "a million lists": frame(b"[" + b"[]," * 1_000_000 + b"[]]"),
        "a number without end": frame(b'{"type":' + b"9" * 100_000 + b"}"),
        "not a number": frame(b'{"type":"have","ref":NaN,"hashes":[]}'),
        "infinite": frame(b'{"type":"have","ref":1e999,"hashes":[]}'),
        "half a character": frame(b'{"type":"hello","protocol":1,"client":"\\ud800","token":"t"}'),
        "not unicode": frame(b'{"type":"\xff\xfe"}'),
        "of no type": frame(b'{"ref":1}'),
        "of a type that is a list": frame(b'{"type":["hello"],"ref":1}'),
        "of a type that python knows": frame(b'{"type":"__class__","ref":1}'),
        "a request that is a list": frame(submit % b"[]"),
        "a request of no kind": frame(submit % b"{}"),
        "a request of more than there is": frame(submit % b'{"kind":"text","text":"a","__class__":"x"}'),
        "a name without end": frame(
            json.dumps({"type": "hello", "protocol": 1, "client": "a" * 10**6, "token": "t"}).encode()
        ),
    }


_SEEDS: dict[str, Callable[[], Files]] = {
    "picture": _pictures,
    "sound": _sounds,
    "midi": _midis,
    "safetensors": _safetensors,
    "gguf": _ggufs,
    "message": _messages,
}
_HOSTILE: dict[str, Callable[[], Files]] = {
    "picture": _hostile_pictures,
    "sound": _hostile_sounds,
    "midi": _hostile_midis,
    "safetensors": _hostile_safetensors,
    "gguf": _hostile_ggufs,
    "message": _hostile_messages,
}
