"""Small random models of the real classes, and a hub on the loopback interface that speaks the real hub's protocol."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest
import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, LlamaConfig, LlamaForCausalLM

from tests.studiolo.engines import upscalers

LARGE = 10_000
"""Bytes from which the hub names a file by sha256, as the real one does for files in large file storage."""


@pytest.fixture(scope="session")
def text_folder(tmp_path_factory):
    """A causal language model."""
    folder = tmp_path_factory.mktemp("llama")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def upscaler_file(tmp_path_factory):
    """An upscaler as one file."""
    return upscalers.save("compact", 2, tmp_path_factory.mktemp("upscaler") / "2x-mine.safetensors")


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory):
    """A Stable Diffusion pipeline, with plain weights and weights in fp16 beside them."""
    folder = tmp_path_factory.mktemp("diffusion")
    torch.manual_seed(0)
    words = tmp_path_factory.mktemp("words")
    (words / "vocab.json").write_text(json.dumps({"<|startoftext|>": 0, "<|endoftext|>": 1, "a</w>": 2, "a": 3}))
    (words / "merges.txt").write_text("#version: 0.2\n")
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderKL(block_out_channels=(8,), latent_channels=4, norm_num_groups=4),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, vocab_size=4
            )
        ),
        tokenizer=CLIPTokenizer.from_pretrained(words),
        unet=UNet2DConditionModel(
            block_out_channels=(8, 16),
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            layers_per_block=1,
            cross_attention_dim=16,
            attention_head_dim=4,
            norm_num_groups=4,
        ),
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    pipeline.to(dtype=torch.float16).save_pretrained(folder, variant="fp16")
    return folder


@dataclass
class Hub:
    """Repositories by commit. Large files are sent from another host, as the real hub does it."""

    url: str = ""
    repos: dict = field(default_factory=dict)
    broken_after: int = 0
    """Bytes after which a connection is cut."""
    gated: bool = False
    sent: int = 0
    tokens: list = field(default_factory=list)
    """Host and Authorization header of each request."""
    ranges: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def offer(self, repo, commit, folder, extra=()):
        """Adds a commit, which is then the newest. `extra`: more files, as path and bytes."""
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.repos.setdefault(repo, {})[commit] = {**files, **dict(extra)}


@pytest.fixture
def hub(monkeypatch):
    """The hub that `pull` asks during this test."""
    state = Hub()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": state}))
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", state.url)
    yield state
    server.shutdown()
    server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(path)
        self.hub.tokens.append((self.headers["Host"].partition(":")[0], self.headers.get("Authorization")))
        if path.startswith("/api/models/"):
            repo, _, commit = path.removeprefix("/api/models/").partition("/revision/")
            self._describe(repo, commit)
        else:
            repo, _, rest = path.removeprefix("/").partition("/resolve/")
            commit, _, name = rest.partition("/")
            self._give(self.hub.repos[repo][commit][name])

    def _give(self, data):
        if self.hub.gated:
            self._fail(403, "GatedRepo")
        elif len(data) >= LARGE and self.headers["Host"].startswith("127."):
            self.send_response(302)
            self.send_header("Location", self.hub.url.replace("127.0.0.1", "localhost") + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send_file(data)

    def _describe(self, repo, commit):
        commits = self.hub.repos.get(repo)
        if commits is None:
            return self._fail(404, "RepoNotFound")
        if commit and commit not in commits:
            return self._fail(404, "RevisionNotFound")
        commit = commit or list(commits)[-1]
        detailed = "blobs=true" in urlsplit(self.path).query.lower()
        siblings = [_sibling(name, data) if detailed else {"rfilename": name} for name, data in commits[commit].items()]
        answer = {"_id": "0", "id": repo, "modelId": repo, "sha": commit, "siblings": siblings}
        body = json.dumps(answer | {"private": False, "downloads": 0, "likes": 0, "tags": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, data):
        start = 0
        asked = self.headers.get("Range")
        if asked:
            self.hub.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.hub.sent += len(data) - start
        cut = self.hub.broken_after
        if cut and len(data) > cut:
            self.wfile.write(data[start : start + cut])
            self.close_connection = True
        else:
            self.wfile.write(data[start:])

    def _fail(self, status, code):
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Quiet."""


def _sibling(name, data):
    about = {"rfilename": name, "size": len(data)}
    about["blobId"] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    if len(data) >= LARGE:
        about["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return about
