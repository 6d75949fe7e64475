"""`score`: soundtracks from the command line, written as a folder of sound, MIDI and a picture of the notes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from studiolo_cli import picture_job, terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import model_name, provide
from studiolo_cli.picture_files import slug
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, MidiOutput, Result, SoundOutput
from studiolo_contract.media import Midi, hash_of
from studiolo_contract.music import Meter, Mood, MusicalMode, MusicRequest

FORM, PLAYERS = "Key and time", "Players and files"


def score(
    brief: Annotated[
        str | None, typer.Argument(help="What the music is for, in words; - or nothing reads standard input.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder; named after the brief unless given."),
    ] = None,
    seconds: Annotated[float, typer.Option(help="Exactly this long.")] = 30.0,
    loop: Annotated[bool, typer.Option("--loop", help="The end runs into the beginning.")] = False,
    mood: Annotated[
        str,
        typer.Option(
            metavar="V,A,T", help="Valence, arousal and tension, each -1 to 1, in place of what the brief says."
        ),
    ] = "",
    tempo: Annotated[float | None, typer.Option(help="Beats a minute.", rich_help_panel=FORM)] = None,
    key: Annotated[str, typer.Option(help="'D', 'F# minor', 'Bb dorian' …", rich_help_panel=FORM)] = "",
    mode: Annotated[MusicalMode | None, typer.Option(rich_help_panel=FORM)] = None,
    meter: Annotated[Meter | None, typer.Option(rich_help_panel=FORM)] = None,
    motif: Annotated[
        str,
        typer.Option(
            metavar="NOTES|FILE",
            help="A melody that it must use: 'E4:1 G4:0.5 A4:1.5', or a MIDI file.",
            rich_help_panel=FORM,
        ),
    ] = "",
    ensemble: Annotated[
        str, typer.Option(help="chamber, orchestral, folk, synth, jazz trio …", rich_help_panel=PLAYERS)
    ] = "",
    instrument: Annotated[
        list[str] | None,
        typer.Option(
            help="In place of an ensemble; may be given again. The first has the melody.", rich_help_panel=PLAYERS
        ),
    ] = None,
    stems: Annotated[bool, typer.Option("--stems", help="A file for each part too.", rich_help_panel=PLAYERS)] = False,
    layers: Annotated[int, typer.Option(help="So many files of growing intensity too.", rich_help_panel=PLAYERS)] = 0,
    format: Annotated[
        Literal["wav", "flac"], typer.Option(help="Kind of sound file.", rich_help_panel=PLAYERS)
    ] = "wav",
    seed: Annotated[int | None, typer.Option(help="The same seed writes the same piece.")] = None,
    steps: picture_job.Steps = None,
    guidance: picture_job.Guidance = None,
    model: picture_job.ModelName = "",
    json: picture_job.Json = False,
) -> None:
    """Write a soundtrack: sound, MIDI, a picture of the score, and stems and layers where asked for.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo score "tense chase through a neon market, then relief" --seconds 42 --loop -o chase/
      studiolo score "a lullaby for a sad robot" --ensemble "music box" --stems
      studiolo score "the hero returns" --motif "E4:1 G4:0.5 A4:1.5" --key "A minor"
    """
    words = terminal.read_text(brief, "The brief")
    feeling = _mood(mood)
    if not words.strip() and feeling is None:
        raise StudioloError("bad_request", "The brief is empty.", "Say what the music is for.")
    if output is not None:
        terminal.check_folder(output)
    tune, data = _motif(motif)
    request = MusicRequest(
        prompt=words,
        mood=feeling,
        seconds=seconds,
        loop=loop,
        tempo=tempo,
        key=key,
        mode=mode,
        meter=meter,
        motif="" if tune else motif,
        motif_midi=tune,
        ensemble=ensemble,
        instruments=tuple(instrument or ()),
        stems=stems,
        layers=layers,
        format=format,
        seed=seed,
        steps=steps,
        guidance_scale=guidance,
        model=model_name(model),
        previews=False,
    )
    with terminal.Bar() as bar, connected() as client:
        provide(client, "music", request.model, bar)
        result = picture_job.carry_out(client, request, [data] if tune else [], bar, "Making")
        kinds = (SoundOutput, MidiOutput, ImageOutput)
        named = [(_file_name(made), made.blob) for made in result.outputs if isinstance(made, kinds)]
        files = picture_job.save_folder(client, named, result, output or _own_name(words, result))
    picture_job.tell(files, result, json)
    if not json:
        for reason in result.recipe.why:
            if reason.what != "player":  # those stand in the recipe
                terminal.note(f"{reason.what}: {reason.value} ({reason.because})")


def _mood(text: str) -> Mood | None:
    """Raises `StudioloError` where it is not three numbers."""
    if not text:
        return None
    try:
        valence, arousal, tension = (float(number) for number in text.split(","))
    except ValueError:
        raise StudioloError(
            "bad_request", f"'{text}' is no mood.", "Give valence, arousal and tension, each -1 to 1: --mood 0.5,-0.2,0"
        ) from None
    return Mood(valence=valence, arousal=arousal, tension=tension)


def _motif(text: str) -> tuple[Midi | None, bytes]:
    """The MIDI file of that name, if it is one. Raises `StudioloError`."""
    file = Path(text)
    if file.suffix.lower() not in (".mid", ".midi"):
        return None, b""
    data = terminal.read_file(file)
    return Midi(sha256=hash_of(data)), data


def _own_name(words: str, result: Result) -> Path:
    """A folder that no other piece lies in."""
    seed = next(output.seed for output in result.outputs if isinstance(output, SoundOutput))
    return picture_job.unused(Path(slug(words, "score")), seed)


def _file_name(output: SoundOutput | MidiOutput | ImageOutput) -> str:
    if isinstance(output, SoundOutput):
        stem = f"stem-{slug(output.name, 'part')}" if output.part == "stem" else output.name
        return f"{stem}.{output.blob.media_type.removeprefix('audio/')}"
    return "score.mid" if isinstance(output, MidiOutput) else "score.png"
