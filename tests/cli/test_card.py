"""`card` as a process, through a real daemon."""

import json


def test_a_card_is_read_written_and_changed(studiolo):
    brief = "An old lighthouse keeper hears music rising from the sea, the night before the storm."
    status, output, errors = studiolo("card", brief, "-o", "mood.json", "--seed", "3", "--json")
    assert status == 0, errors
    card = json.loads((studiolo.folder / "mood.json").read_text())
    assert json.loads(output)["card"] == card
    assert (card["time"], card["weather"]) == ("night", "storm coming")
    assert "Wrote mood.json." in errors

    status, output, errors = studiolo("card", "--from", "mood.json", "--set", "place=a desert", "--set", "time=noon")
    assert status == 0, errors
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in output.splitlines()}
    assert rows["place"] == ["a desert", "you", "changed by hand"]
    assert rows["materials"][:2] == ["sand, sandstone, cracked earth", "rule"]
    assert rows["weather"][:2] == ["storm coming", "brief"]
    assert rows["title"][0] == card["title"]


def test_what_is_wrong_is_said_before_anything_begins(studiolo):
    (studiolo.folder / "note.json").write_text("[1]")
    for arguments, says in (
        (("",), "The brief is empty."),
        (("!?",), "no word to read a mood card from"),
        (("rain", "--set", "mood=sad"), "sets no field of the card"),
        (("rain", "--set", "palette=reddish"), "is no colour. Did you mean red?"),
        (("--from", "note.json"), "note.json is no mood card"),
        (("--from", "gone.json"), "gone.json can't be read"),
        (("rain", "-o", "no/where.json"), "can't be written"),
    ):
        status, output, errors = studiolo("card", *arguments)
        assert (status, output) == (2, ""), arguments
        assert says in errors
        assert len(errors.splitlines()) == 1, errors
