"""Zim as a person has it: our tools in its menu, and what they do to the page that is open."""

OPENING = "The lighthouse keeper heard music under the sea. He put down his cup and listened."
HEADING = "====== Home ======\n\n"


def test_the_page_goes_on_with_what_was_typed_and_not_saved_yet(zim):
    zim.open("Home", f"{HEADING}{OPENING}\n")
    zim.press("key", "ctrl+End")
    zim.press("type", "Then the bell rang.")
    zim.choose("Continue")
    before = f"{HEADING}{OPENING}\nThen the bell rang."
    zim.wait(lambda: len(zim.text("Home")) > len(before) + 20, "more text")
    text = zim.text("Home")
    assert text.startswith(f"{before} ")
    assert "Content-Type" not in text
    zim.press("key", "ctrl+Home")
    zim.photograph("continued")
    zim.press("key", "ctrl+z")
    zim.press("key", "ctrl+s")
    zim.wait(lambda: zim.text("Home").rstrip() == before, "one step undone")
    zim.press("key", "ctrl+shift+z")
    zim.press("key", "ctrl+End")
    zim.press("type", " It was over.")
    zim.press("key", "ctrl+s")
    zim.wait(lambda: zim.text("Home").rstrip().endswith("It was over."), "what was typed after it")
    assert zim.text("Home").startswith(text.rstrip())


def test_what_is_selected_is_rewritten(zim):
    zim.open("Home", f"{HEADING}First line.\n\n{OPENING}\n\nLast line.\n")
    zim.press("key", "ctrl+Home")
    for _ in range(4):
        zim.press("key", "Down")
    zim.press("key", "Home")
    zim.press("key", "shift+Down")
    zim.press("key", "shift+Down")
    zim.press("key", "shift+Left")
    zim.photograph("selected")
    zim.choose("Rewrite")
    zim.wait(lambda: OPENING not in zim.text("Home"), "another text")
    text = zim.text("Home")
    assert text.startswith(f"{HEADING}First line.\n\n")
    assert text.endswith("\n\nLast line.\n")
    zim.press("key", "ctrl+Home")
    zim.photograph("rewritten")


def test_what_goes_wrong_is_told_and_the_page_stays(zim):
    zim.open("Home", f"{HEADING}The sea. The sea.\n")
    zim.press("key", "ctrl+End")
    zim.press("key", "Up")
    zim.press("key", "Home")
    for _ in range(8):
        zim.press("key", "shift+Right")
    zim.choose("Rewrite")
    zim.wait(lambda: zim.windows() > 1, "dialog")
    zim.photograph("told")
    assert zim.text("Home") == f"{HEADING}The sea. The sea.\n"


def test_removed_they_are_gone_and_other_tools_stay(zim):
    tools = zim.folder / "config/zim/customtools"
    (tools / "customtools.list").write_text("mine-usercreated\n" + (tools / "customtools.list").read_text())
    (tools / "mine-usercreated.desktop").write_text("[Desktop Entry]\n")
    zim.install("--remove")
    assert (tools / "customtools.list").read_text() == "mine-usercreated\n"
    assert [file.name for file in sorted(tools.iterdir())] == ["customtools.list", "mine-usercreated.desktop"]
