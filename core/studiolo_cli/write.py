"""`write`: prose from the command line to standard output, as it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studiolo_cli import terminal, text_job
from studiolo_cli.following import model_name
from studiolo_contract.text import Sampling, TextRequest

SAMPLERS = "Samplers (neutral, or the model's own, unless set)"


def write(
    text: Annotated[
        str | None, typer.Argument(help="The brief, or the passage to work on; - or nothing reads standard input.")
    ] = None,
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            "-m",
            help="continue, rewrite, expand, shorten, translate, story, poem, script, dialogue, character, place, "
            "beats, ad, names, brainstorm, shots, notes, scene; chat or complete, which add nothing to what is said.",
        ),
    ] = "story",
    style: text_job.Style = "",
    instruction: text_job.Instruction = "",
    model: text_job.ModelName = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the text to this file instead.")
    ] = None,
    max_tokens: text_job.MaxTokens = None,
    seed: text_job.Seed = None,
    variants: Annotated[int, typer.Option(help="How many texts, side by side.")] = 1,
    candidates: Annotated[int | None, typer.Option(help="Drafts of each stretch, of which the best is kept.")] = None,
    open_end: Annotated[bool, typer.Option("--open-end", help="The text may stop within a sentence.")] = False,
    stop: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="End before this text; repeatable.")] = None,
    schema: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A JSON Schema: the answer is JSON that fits it.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="Samplers by name; neutral for none.", rich_help_panel=SAMPLERS)
    ] = "model",
    temperature: Annotated[
        float | None,
        typer.Option("--temperature", "-t", help="0 picks the likeliest token; neutral 1.", rich_help_panel=SAMPLERS),
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(help="Likeliest tokens that together reach this; neutral 1.", rich_help_panel=SAMPLERS),
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(help="So many of the likeliest tokens; neutral 0.", rich_help_panel=SAMPLERS)
    ] = None,
    min_p: Annotated[
        float | None,
        typer.Option(help="Tokens at least so likely beside the likeliest; neutral 0.", rich_help_panel=SAMPLERS),
    ] = None,
    typical_p: Annotated[
        float | None, typer.Option(help="Locally typical sampling; neutral 1.", rich_help_panel=SAMPLERS)
    ] = None,
    repetition_penalty: Annotated[
        float | None, typer.Option(help="Against tokens already seen; neutral 1.", rich_help_panel=SAMPLERS)
    ] = None,
    repetition_range: Annotated[
        int | None, typer.Option(help="Latest tokens that the penalty sees; 0 for all.", rich_help_panel=SAMPLERS)
    ] = None,
    dry: Annotated[
        float | None,
        typer.Option(help="DRY's multiplier, against repeated phrases; neutral 0.", rich_help_panel=SAMPLERS),
    ] = None,
    xtc: Annotated[
        float | None,
        typer.Option(help="XTC's probability, for the less likely word; neutral 0.", rich_help_panel=SAMPLERS),
    ] = None,
    xtc_threshold: Annotated[
        float | None, typer.Option(help="XTC leaves out likely tokens above this; 0.1.", rich_help_panel=SAMPLERS)
    ] = None,
    ban: Annotated[
        list[str] | None,
        typer.Option(metavar="PHRASE", help="A phrase never to write; repeatable.", rich_help_panel=SAMPLERS),
    ] = None,
    alternatives: Annotated[int, typer.Option(help="Show so many likely tokens beside each one.")] = 0,
    context: text_job.ShowContext = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON: texts, recipe, context, tokens.")] = False,
) -> None:
    """Write a text.

    The prose alone goes to standard output, as it comes. Ctrl-C stops, and keeps what came.

    [bold]Examples[/bold]

      studiolo write "The lighthouse keeper heard music under the sea."
      cat draft.md | studiolo write --mode continue >> draft.md
      studiolo write --mode poem --style haiku --variants 3 "first snow"
      studiolo write --mode character --json "a retired smuggler" | jq .outputs
    """
    sampling = Sampling(
        temperature=temperature,
        top_p=top_p,
        top_k=top_k,
        min_p=min_p,
        typical_p=typical_p,
        repetition_penalty=repetition_penalty,
        repetition_range=repetition_range,
        dry_multiplier=dry,
        xtc_probability=xtc,
        xtc_threshold=xtc_threshold,
        banned_phrases=tuple(ban) if ban else None,
    )
    request = TextRequest(
        mode=mode,
        text=terminal.read_text(text, "The text"),
        instruction=instruction,
        style=style,
        model=model_name(model),
        preset=preset,
        sampling=sampling,
        max_tokens=max_tokens,
        variants=variants,
        candidates=candidates,
        seed=seed,
        stop=tuple(stop or ()),
        end_at_sentence=not open_end,
        json_schema="" if schema is None else terminal.read_text_file(schema),
        alternatives=alternatives,
    )
    if output is not None:
        terminal.check_writable(output)
    desk, result = text_job.run(request, live=output is None and not json and variants == 1)
    texts = desk.close(result)
    if json:
        terminal.say_json(desk.record(result))
    elif output is None and not desk.live:
        terminal.say(texts.rstrip("\n"))
    if output is not None:
        terminal.write_file(output, texts.encode())
        terminal.note(f"Wrote {output}.")
    if context and not json:
        desk.show_context()
    if alternatives and not json:
        desk.show_tokens()
    if result is None:
        raise typer.Exit(130)
