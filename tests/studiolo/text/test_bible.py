"""What calls an entry, in what order entries get room, and the laws that hold for any bible."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studiolo.text.bible import FURTHER_BACK, called, fit, line, with_likeness
from studiolo_contract.bible import Bible, Entry

MIRA = Entry(name="Mira", type="character", text="A smuggler.", aliases=("the Fox",), keys=("harbour", "/petrels?/i"))
HALE = Entry(name="Captain Hale", type="character", text="He hunts Mira.")
NIGHT = Entry(name="Long Night", text="No fire may be lit.", keys=("winter",), order=5)


def bible(*entries: Entry, **more) -> Bible:
    return Bible(entries=entries, **more)


def why(found) -> dict[str, str]:
    return {call.entry.name: call.why for call in found.calls}


def missed(found) -> dict[str, str]:
    return {miss.entry.name: miss.why for miss in found.misses}


def words(text: str) -> int:
    return len(text.split())


def test_name_alias_key_and_regular_expression_call_and_say_so() -> None:
    for text, reason in (
        ("Mira left.", "name 'Mira' in the text"),
        ("It began.\n\nThe Fox left.", "alias 'the Fox' in the last paragraph"),
        ("The harbour.\n\nIt began.", "key 'harbour' 1 paragraph before the last"),
        ("Two Petrels.", "key '/petrels?/i' in the text"),
    ):
        assert why(called(bible(MIRA, HALE), text)) == {"Mira": reason}
    assert why(called(bible(HALE), "It began.", "with Captain Hale")) == {
        "Captain Hale": "name 'Captain Hale' in the instruction"
    }
    assert called(bible(MIRA, HALE), "Nobody came.").calls == ()


def test_only_the_last_paragraphs_count_and_it_is_said_what_was_too_long_ago() -> None:
    text = "Mira.\n\n" + "\n\n".join(["Nothing."] * 6)
    found = called(bible(MIRA), text)
    assert found.calls == ()
    assert missed(found) == {
        "Mira": "name 'Mira' 6 paragraphs before the last; left out: only the last 6 paragraphs count"
    }
    assert why(called(bible(MIRA, depth=7), text)) == {"Mira": "name 'Mira' 6 paragraphs before the last"}
    assert why(called(bible(replace(MIRA, sticky=1)), text)) == {
        "Mira": "name 'Mira' 6 paragraphs before the last, sticky"
    }
    assert why(called(bible(MIRA), text, passage=True)) == {"Mira": "name 'Mira' in the passage"}
    assert missed(called(bible(MIRA), "Mira.\n\n" + "\n\n".join(["No."] * (6 + FURTHER_BACK)))) == {}


def test_secondary_keys_decide() -> None:
    text = "Mira waits in the storm."
    for logic, keys, fires in (
        ("any", ("night", "storm"), True),
        ("any", ("night", "fog"), False),
        ("all", ("waits", "storm"), True),
        ("all", ("night", "storm"), False),
        ("none", ("night",), True),
        ("none", ("night", "storm"), False),
        ("not_all", ("night", "storm"), True),
        ("not_all", ("waits", "/st.rm/"), False),
        ("all", (), True),
        ("not_all", (), True),
        ("none", (), True),
    ):
        found = called(bible(replace(MIRA, secondary=keys, secondary_logic=logic)), text)
        assert bool(found.calls) is fires, (logic, keys)
        assert bool(found.misses) is not fires
    found = called(bible(replace(MIRA, secondary=("night",))), text)
    assert missed(found) == {"Mira": "name 'Mira' in the text; left out: secondary key 'night' is missing"}


def test_entries_call_others_where_they_may() -> None:
    hunter = replace(HALE, recursion=True)
    assert why(called(bible(MIRA, hunter), "Captain Hale.")) == {
        "Captain Hale": "name 'Captain Hale' in the text",
        "Mira": "called by Captain Hale",
    }
    assert "Mira" not in why(called(bible(MIRA, HALE), "Captain Hale."))
    chain = [Entry(name=f"n{at}", text=f"knows n{at + 1}", recursion=True) for at in range(9)]
    assert list(why(called(bible(*chain), "n0"))) == ["n0", "n1", "n2", "n3"]
    ring = [Entry(name="a1", text="b1", recursion=True), Entry(name="b1", text="a1", recursion=True)]
    assert set(why(called(bible(*ring), "a1"))) == {"a1", "b1"}


def test_a_secondary_key_in_the_calling_entry_counts() -> None:
    found = called(bible(replace(MIRA, secondary=("hunts",)), replace(HALE, recursion=True)), "Captain Hale.")
    assert "Mira" in why(found)
    assert missed(found) == {}


def test_constant_entries_are_always_called_and_order_goes_first() -> None:
    always = Entry(name="World", text="Two moons.", constant=True)
    found = called(bible(HALE, always, NIGHT), "Captain Hale in winter.")
    assert list(why(found)) == ["Long Night", "World", "Captain Hale"]
    assert why(found)["World"] == "constant"


def test_speakers_go_in_whatever_else_is_called() -> None:
    low = replace(MIRA, order=-5, secondary=("nowhere",))
    found = called(bible(NIGHT, low, HALE), "In winter the Fox meets Captain Hale.", talk=True)
    assert found.speakers == ("the Fox", "Captain Hale")
    assert list(why(found)) == ["Captain Hale", "Mira", "Long Night"]
    assert why(found)["Mira"] == "speaks here"
    named = called(bible(MIRA, HALE), "They quarrel.", "between Mira and Captain Hale", talk=True)
    assert set(why(named)) == {"Mira", "Captain Hale"}
    one = called(bible(MIRA), "Mira asks a baker for bread.", talk=True)
    assert set(one.speakers) == {"Mira", "Baker"}
    assert called(bible(MIRA), "They part.", talk=True).speakers == ()


def test_speakers_with_names_of_other_scripts() -> None:
    two = [Entry(name="美咲", type="character", text="船乗り。"), Entry(name="健太", type="character", text="漁師。")]
    assert called(bible(*two), "健太は美咲に会う。", talk=True).speakers == ("健太", "美咲")


def test_meaning_finds_what_no_key_called() -> None:
    known = bible(MIRA, HALE, NIGHT, Entry(name="Salt", text="x"), meaning=2, least_likeness=0.4)
    found = with_likeness(known, called(known, "Mira left."), [0.9, 0.5, 0.41, 0.45])
    assert why(found) == {
        "Mira": "name 'Mira' in the text",
        "Captain Hale": "by meaning, 0.50",
        "Salt": "by meaning, 0.45",
    }
    assert missed(found) == {}
    near = with_likeness(known, called(known, "Nobody."), [0.1, 0.39, 0.1, 0.3])
    assert why(near) == {}
    assert missed(near) == {"Captain Hale": "by meaning, 0.39; left out: below 0.40"}


def test_meaning_does_not_call_what_secondary_keys_are_against() -> None:
    known = bible(replace(MIRA, secondary=("night",)), meaning=2)
    assert with_likeness(known, called(known, "Mira left."), [0.9]).calls == ()


def test_a_long_entry_is_cut_to_its_first_sentences_and_what_does_not_fit_is_told() -> None:
    long = Entry(name="Rose", text="She sings. She dances every night. She never sleeps.")
    (sent,), dropped = fit(called(bible(long), "Rose").calls, 9, words)
    assert (sent.text, sent.tokens, sent.cut) == ("She sings. She dances every night.", 7, 3)
    assert not dropped
    short = replace(long, budget=8)
    assert fit(called(bible(short), "Rose").calls, 99, words)[0][0].text == "She sings. She dances every night."
    (told,) = fit(called(bible(long), "Rose").calls, 2, words)[1]
    assert "2 of 2 are left" in told.why
    assert told.cut == 10
    chinese = Entry(name="美咲", text="她是船长。她不怕海。")
    assert fit(called(bible(chinese), "美咲").calls, 10, len)[0][0].text == "她是船长。"


def test_a_line_says_who_it_is_and_does_not_say_it_twice() -> None:
    assert line(HALE, "He is\nold.") == "Captain Hale: He is old."
    assert line(HALE, "Captain Hale is old.") == "Captain Hale is old."
    assert line(MIRA, "A smuggler.") == "Mira (also called the Fox): A smuggler."


WORDS = st.lists(st.sampled_from(["ash", "bay", "cap", "dew", "elm", "fir"]), min_size=1, max_size=6)
ENTRIES = st.builds(
    Entry,
    name=WORDS.map(lambda some: some[0]),
    text=st.lists(WORDS.map(lambda some: " ".join(some) + "."), min_size=1, max_size=5).map(" ".join),
    keys=st.lists(st.sampled_from(["gum", "hay", "ivy", "/g.m/", "/(/"]), max_size=2).map(tuple),
    secondary=st.lists(st.sampled_from(["jet", "ivy"]), max_size=2).map(tuple),
    secondary_logic=st.sampled_from(["any", "all", "none", "not_all"]),
    constant=st.booleans(),
    order=st.integers(-2, 2),
    sticky=st.integers(0, 3),
    budget=st.one_of(st.none(), st.integers(8, 20)),
    recursion=st.booleans(),
)
BIBLES = st.builds(
    Bible, entries=st.lists(ENTRIES, max_size=8).map(tuple), depth=st.integers(1, 4), budget=st.integers(0, 60)
)
TEXTS = st.lists(st.sampled_from(["ash bay", "gum", "hay jet", "ivy", "nothing", "elm fir"]), max_size=8).map(
    "\n\n".join
)


@given(BIBLES, TEXTS)
def test_the_budget_is_never_passed_and_no_entry_goes_in_twice(known: Bible, text: str) -> None:
    found = called(known, text)
    sent, dropped = fit(found.calls, known.budget, words)
    assert sum(words(line(one.entry, one.text)) for one in sent) <= known.budget
    assert all(one.tokens <= (one.entry.budget or known.budget) for one in sent)
    assert len(sent) + len(dropped) == len(found.calls)
    assert len({call.index for call in found.calls}) == len(found.calls)
    assert not {call.index for call in found.calls} & {miss.index for miss in found.misses}


@given(BIBLES, TEXTS)
def test_order_decides_who_has_room(known: Bible, text: str) -> None:
    found = called(known, text)
    orders = [call.entry.order for call in found.calls]
    assert orders == sorted(orders, reverse=True)
    sent, _ = fit(found.calls, known.budget, words)
    left = known.budget
    for call in found.calls:
        given_to = next((one for one in sent if one.entry is call.entry), None)
        first = call.entry.text.split(".")[0] + "."
        most = min(left, call.entry.budget or left)
        # whoever comes later gets room only that this one could not use
        assert (given_to is not None) == (words(line(call.entry, first)) <= most)
        left -= given_to.tokens if given_to else 0


@given(BIBLES, TEXTS)
def test_the_same_gives_the_same(known: Bible, text: str) -> None:
    assert called(known, text) == called(known, text)


@given(BIBLES, TEXTS)
def test_what_is_constant_is_called_and_what_is_neither_named_nor_called_is_not(known: Bible, text: str) -> None:
    names = {call.index for call in called(known, text).calls}
    for index, entry in enumerate(known.entries):
        assert not entry.constant or index in names
    lonely = replace(known, entries=tuple(replace(entry, constant=False) for entry in known.entries))
    assert called(lonely, "nothing at all").calls == ()


@given(BIBLES, TEXTS)
def test_a_longer_memory_never_calls_fewer_where_no_secondary_key_speaks(known: Bible, text: str) -> None:
    plain = replace(known, entries=tuple(replace(entry, secondary=()) for entry in known.entries))
    deeper = replace(plain, depth=plain.depth + 1)
    assert {call.index for call in called(plain, text).calls} <= {call.index for call in called(deeper, text).calls}
