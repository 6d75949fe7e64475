"""The commands as processes: results alone on standard output, one sentence when something is wrong, no traceback."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from studiolo_cli import main

BRIEF = "The lighthouse keeper heard music under the sea."
SHORT = ("--mode", "continue", "--max-tokens", "16", "--candidates", "1", "--seed", "7")
LONG = (
    "write",
    "It rained.",
    "--mode",
    "continue",
    "--max-tokens",
    "3000",
    "--candidates",
    "1",
    "--open-end",
    "--seed",
)
SEEDS = ("1", "2", "3", "4", "5", "6")
"""A model may end even a long text soon, sooner than a test can act: then it tries the next seed."""


def told(outcome, code, sentence, status):
    """Whether a command failed as a person should see it."""
    returned, output, errors = outcome
    assert (returned, output) == (status, ""), outcome
    assert errors.endswith(f"({code})\n"), errors
    assert sentence in errors
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) <= 2
    return True


def newest(studiolo):
    return json.loads(studiolo("jobs", "--json")[1])[0]


def wait_until(true, seconds=40.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)  # whoever asks is a command each time


def test_help_is_there_for_each_command_and_has_examples(studiolo):
    status, output, _ = studiolo("--help")
    assert status == 0
    for word in (
        "write",
        "paint",
        "texture",
        "score",
        "models",
        "jobs",
        "cancel",
        "status",
        "serve",
        "stop",
        "install",
        "continue",
        "rewrite",
        "illustrate",
        "pair",
        "STUDIOLO_HOME",
    ):
        assert word in output
    for command in ("write", "paint", "texture", "score", "continue", "rewrite", "illustrate", "install", "pair"):
        status, output, _ = studiolo(command, "--help")
        assert status == 0
        assert "Examples" in output
    assert studiolo("--version")[1].startswith("studiolo ")


def test_the_command_line_loads_nothing_heavy(studiolo):
    script = (
        "import sys, studiolo_cli.main;"
        "print(sorted({'torch', 'transformers', 'diffusers', 'huggingface_hub', 'numpy', 'fastapi', 'pydantic',"
        "'websockets', 'PIL', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-P", "-c", script], text=True).strip() == "[]"


def test_status_start_and_stop(studiolo, tmp_path):
    studiolo.home = tmp_path / "home"
    studiolo.home.mkdir()
    (studiolo.home / "settings.toml").write_text("port = 0\n")
    assert studiolo("status")[0] == 1
    assert json.loads(studiolo("status", "--json")[1])["running"] is False
    killed = {"url": "http://127.0.0.1:1", "token": "t", "pid": 1, "version": "0", "protocol": 1}
    (studiolo.home / "daemon.json").write_text(json.dumps(killed))
    assert studiolo("status")[0] == 1
    assert studiolo("jobs") == (0, "", "Starting the daemon …\nThere are no jobs.\n")
    status, output, errors = studiolo("status")
    assert (status, errors) == (0, "")
    assert "runs at http://127.0.0.1:" in output
    facts = json.loads(studiolo("status", "--json")[1])
    assert facts["running"] is True
    assert facts["home"] == str(studiolo.home)
    assert studiolo("serve")[0] == 3
    assert studiolo("stop")[0] == 0
    assert studiolo("stop") == (0, "", "No daemon runs.\n")


def test_prose_alone_comes_out_and_a_second_call_is_quick(studiolo):
    status, output, errors = studiolo("write", BRIEF, *SHORT)
    assert status == 0, errors
    assert output.strip()
    assert output.endswith("\n")
    assert "\x1b" not in output
    began = time.monotonic()
    assert studiolo("write", BRIEF, *SHORT)[1] == output
    assert time.monotonic() - began < 20  # two cores, shared with whatever else runs; alone it is 2
    status, record, errors = studiolo("write", BRIEF, *SHORT, "--json")
    assert (status, errors) == (0, "")
    record = json.loads(record)
    assert record["outputs"][0]["text"].rstrip("\n") + "\n" == output
    assert record["recipe"]["settled"]["seed"] == 7
    assert record["context"]["tokens"] > 0


def test_free_gives_memory_back_and_starts_no_daemon_for_that(studiolo, painter):
    studiolo("stop")
    assert studiolo("free") == (0, "", "No daemon runs, so nothing is loaded.\n")
    assert studiolo("status")[0] == 1
    assert studiolo("paint", "a lamp", "--model", painter, "--steps", 2, "-o", "lamp.png")[0] == 0
    assert json.loads(studiolo("status", "--json")[1])["lanes"]["image"]["worker"]
    assert studiolo("free")[0] == 0
    assert json.loads(studiolo("status", "--json")[1])["lanes"]["image"]["worker"] is None


def test_text_flows_through(studiolo):
    _, direct, _ = studiolo("write", BRIEF, *SHORT)
    assert studiolo("write", *SHORT, feed=BRIEF.encode()) == (0, direct, "")
    assert studiolo("write", "-", *SHORT, feed=b"\xef\xbb\xbf" + BRIEF.encode()) == (0, direct, "")
    status, output, errors = studiolo("write", BRIEF, *SHORT, "-o", "story.txt")
    assert (status, output, errors) == (0, "", "Wrote story.txt.\n")
    assert (studiolo.folder / "story.txt").read_text(encoding="utf-8") == direct


def test_variants_context_tokens_and_schema(studiolo):
    status, output, errors = studiolo("write", BRIEF, *SHORT, "--variants", "2", "--context")
    assert status == 0
    assert output.count("\n---\n") == 1
    assert "The prompt has" in errors
    status, output, errors = studiolo("write", BRIEF, *SHORT, "--alternatives", "2")
    assert status == 0
    assert errors.count("  |  ") > 5
    (studiolo.folder / "s.json").write_text(
        '{"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}'
    )
    status, output, errors = studiolo(
        "write", "How old is the keeper?", "--schema", "s.json", "--max-tokens", "60", "--seed", "1"
    )
    assert status == 0, errors
    assert isinstance(json.loads(output)["age"], int)


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to one process")
def test_ctrl_c_stops_the_job_and_keeps_what_came(studiolo):
    for seed in SEEDS:
        process = studiolo.begin(*LONG, seed, start_new_session=True)
        first = process.stdout.read(20)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        if process.returncode != 0:
            break
    assert process.returncode == 130, errors
    assert len(first) == 20
    assert (first + output).endswith(b"\n")
    assert errors == b"Stopped.\n"
    assert newest(studiolo)["state"] == "cancelled"


def test_a_reader_that_leaves_is_no_error_worth_words(studiolo):
    for seed in SEEDS:
        process = studiolo.begin(*LONG, seed)
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        if process.wait(60) != 0:
            break
    assert process.returncode != 0
    assert errors == b""
    wait_until(lambda: newest(studiolo)["state"] == "cancelled")


def test_cancel_from_another_terminal(studiolo, painter):
    process = studiolo.begin("paint", "rain", "--model", painter, "--steps", "200", "--width", "128", "--height", "128")
    wait_until(lambda: newest(studiolo)["state"] == "running")
    job = newest(studiolo)["job"]
    assert job in studiolo("jobs")[1]
    assert studiolo("cancel", job)[0] == 0
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (130, b"", b"Stopped.\n")
    assert studiolo("cancel", job)[0] == 0


def test_pictures_are_painted_into_files(studiolo, painter):
    small = ("--model", painter, "--steps", "3", "--width", "48", "--height", "32", "--seed", "5")
    status, output, errors = studiolo("paint", "a lamp", *small, "-o", "lamp.png", "--recipe", "lamp.json")
    assert (status, output) == (0, "lamp.png\n"), errors
    with Image.open(studiolo.folder / "lamp.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (48, 32))
    assert json.loads((studiolo.folder / "lamp.json").read_text())["settled"]["seed"] == 5
    (studiolo.folder / "here").symlink_to(painter)
    status, output, _ = studiolo("paint", "two lamps!", *small, "--batch", "2", "--model", "here")
    assert output.splitlines() == ["two-lamps-1-5.png", "two-lamps-2-6.png"]
    assert all((studiolo.folder / name).exists() for name in output.splitlines())
    mask = Image.new("L", (48, 32), 0)
    mask.paste(255, (24, 0, 48, 32))
    mask.save(studiolo.folder / "mask.png")
    again = ("--image", "lamp.png", "--mask", "mask.png", "--model", painter, "--steps", "3", "-o", "b.png", "--json")
    status, output, errors = studiolo("paint", "-", *again, feed=b"a lamp")
    assert (status, errors) == (0, "")
    assert json.loads(output)["files"] == ["b.png"]
    with Image.open(studiolo.folder / "lamp.png") as before, Image.open(studiolo.folder / "b.png") as after:
        left, all_of_it = (0, 0, 24, 32), (0, 0, 48, 32)
        pixels = [[p.convert("RGB").crop(box).tobytes() for p in (before, after)] for box in (left, all_of_it)]
    assert [one == other for one, other in pixels] == [True, False]


def test_models_are_listed_and_shown(studiolo):
    status, output, errors = studiolo("models", "list")
    assert (status, errors) == (0, "")
    lines = [line.split("\t") for line in output.splitlines()]
    assert next(line for line in lines if line[0] == "starter-text")[1:3] == ["text", "default"]
    listed = json.loads(studiolo("models", "list", "--json")[1])
    assert {"name", "licence", "commercial", "memory_gb", "installed", "source"} <= set(listed[0])
    shown = json.loads(studiolo("models", "show", "starter-text", "--json")[1])
    assert shown["installed"] is True
    assert len(shown["sha256"]) == 64
    assert "licence: Apache-2.0" in studiolo("models", "show", "starter-text")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence", "status"),
    [
        (("write", "a", "--mode", "sonata"), "bad_request", "sonata", 2),
        (("write", "a", "--variants", "99"), "bad_request", "variants", 2),
        (("write", "a", "--temperature", "-1"), "bad_request", "temperature", 2),
        (("write", "a", "--model", "nothing-at-all"), "unknown_model", "nothing-at-all", 1),
        (("write", "a", "--schema", "none.json"), "bad_request", "none.json can't be read", 2),
        (("write", "a", "-o", "no/such/story.txt"), "bad_request", "its folder does not exist", 2),
        (("paint", "a", "-o", "."), "bad_request", "it is a folder", 2),
        (("paint", "a", "--image", "none.png"), "bad_request", "none.png can't be read", 2),
        (("paint", "a", "--mask", "none.png"), "bad_request", "--image", 2),
        (("models", "show", "nothing-at-all"), "unknown_model", "nothing-at-all", 1),
        (("models", "pull", "nothing-at-all"), "unknown_model", "nothing-at-all", 1),
        (("models", "remove", "nothing-at-all"), "unknown_model", "nothing-at-all", 1),
        (("cancel", "nothing"), "unknown_job", "nothing", 1),
        (("install", "obsidian"), "bad_request", "Obsidian", 2),
        (("install", "obsidian", "--vault", "."), "bad_request", "is no vault", 2),
        (("install", "zim", "--zip", "zim.zip"), "bad_request", "Zim imports no zip", 2),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, arguments, code, sentence, status):
    assert told(studiolo(*arguments), code, sentence, status)


def test_bytes_that_are_no_text_and_no_picture(studiolo):
    (studiolo.folder / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (studiolo.folder / "s.json").write_bytes(b"\xff\xfe")
    assert told(studiolo("write", feed=b"caf\xe9"), "bad_request", "not UTF-8 text (byte 3)", 2)
    assert told(studiolo("write", feed=b""), "bad_request", "text", 2)
    assert told(studiolo("write", "a", "--schema", "s.json"), "bad_request", "not UTF-8", 2)
    assert told(studiolo("paint", "a", "--image", "p.png"), "bad_picture", "p.png", 2)


@pytest.mark.parametrize(
    "arguments", [("write", "--colour"), ("nothing",), ("install", "gimp"), ("write", "a", "--seed", "x")]
)
def test_misuse_is_status_2(studiolo, arguments):
    status, output, errors = studiolo(*arguments)
    assert (status, output) == (2, "")
    assert "Traceback" not in errors


def test_a_daemon_that_cannot_start_is_told(studiolo, tmp_path):
    studiolo.home = tmp_path / "broken"
    studiolo.home.mkdir()
    (studiolo.home / "settings.toml").write_text("prot = 1\n")
    status, output, errors = studiolo("jobs")
    assert (status, output) == (1, "")
    assert "'prot'" in errors
    assert errors.endswith("(no_daemon)\n")


def test_the_unexpected_is_a_sentence_too_unless_one_wants_to_see_it(monkeypatch, capsys):
    def breaks(**_):
        raise RuntimeError("the floor is wet")

    monkeypatch.setattr(main, "app", breaks)
    with pytest.raises(SystemExit) as caught:
        main.run()
    assert caught.value.code == 1
    errors = capsys.readouterr().err
    assert "the floor is wet" in errors
    assert errors.endswith("(internal)\n")
    assert len(errors.splitlines()) == 1
    monkeypatch.setenv("STUDIOLO_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main.run()
