"""The studio page in a real browser: a kit from a brief, and everything that is to be seen, heard and done with it."""

import json
import re
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from tests.studio.conftest import PATIENCE, Studio

BRIEF = "An old lighthouse keeper hears music rising from the sea, the night before the storm."
PLACES = ("compose", "queue", "gallery", "models", "hosts", "doctor")


@pytest.fixture(scope="module")
def made(studio, tmp_path_factory):
    """The page with a kit that was made in it, as a person makes one while a project is open."""
    page = studio.page
    studio.ask("PUT", f"/v1/project?folder={quote(str(tmp_path_factory.mktemp('Gull Rock')))}&name=Gull+Rock")
    studio.go("queue")
    studio.go("compose", "#brief")
    page.wait_for_selector("text=Keep it in the project Gull Rock")
    page.fill("#brief", BRIEF)
    page.click("summary:has-text('Storyboard')")
    page.fill("#seconds", "4")
    page.fill("#seed", "7")
    page.click("text=Make the kit")
    page.wait_for_selector(".making .job", timeout=PATIENCE)
    page.wait_for_selector(".kit", timeout=PATIENCE)
    return studio


def names(page, selector):
    return [element.inner_text() for element in page.query_selector_all(selector)]


# ---- who gets in


def test_without_a_key_the_page_says_how_to_open_it_and_takes_a_code(fresh):
    page = fresh.page
    page.goto(fresh.daemon.running().url)
    page.wait_for_selector("h1")
    assert "./studiolo studio" in fresh.text()
    assert fresh.findings() == []
    page.fill("#code", "AAAA-AAAA-AAAA")
    page.click("form button")
    page.wait_for_selector(".problem")
    assert "older than a minute" in fresh.text(".problem")
    page.fill("#code", fresh.code().lower())
    page.click("form button")
    page.wait_for_selector("nav a")
    assert fresh.text("h1") == "Compose"


def test_the_code_leaves_the_address_and_the_token_stays_in_the_tab(fresh):
    fresh.open()
    page = fresh.page
    assert page.evaluate("location.href") == f"{fresh.daemon.running().url}/#/compose"
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    token = page.evaluate("sessionStorage['studiolo-token']")
    assert len(token) > 40
    assert token != fresh.daemon.running().token
    page.reload()
    page.wait_for_selector("nav a")
    other = page.context.new_page()
    other.goto(fresh.daemon.running().url)
    other.wait_for_selector(".lock")
    assert not fresh.said


def test_a_token_that_is_no_longer_good_locks_the_page(fresh):
    fresh.open()
    fresh.page.evaluate("sessionStorage['studiolo-token'] = 'x'.repeat(43)")
    fresh.page.reload()
    fresh.page.wait_for_selector(".lock")
    assert fresh.page.evaluate("sessionStorage.length") == 0


# ---- compose


def test_an_empty_brief_is_refused_at_its_field(fresh):
    fresh.open()
    fresh.page.wait_for_selector("#brief")
    fresh.page.click("text=Make the kit")
    fresh.page.wait_for_selector("#brief-problem .problem")
    assert "The brief is empty." in fresh.text("#brief-problem")
    assert fresh.page.evaluate("document.activeElement.id") == "brief"


def test_a_brief_becomes_a_kit_with_every_art_and_a_card_that_says_why(made):
    page = made.page
    assert names(page, ".part-head h2") == ["Scene", "Concept", "Texture", "Soundtrack"]
    assert len(made.text(".part.text .prose")) > 100
    made.until("document.querySelector('.part.image img').naturalWidth >= 256")
    assert page.input_value("#card-weather") == "storm coming"
    assert "before the storm" in made.text("#card-weather-from")
    assert len(page.query_selector_all(".strip li")) >= 3


def test_another_picture_is_made_alone_and_the_card_is_followed(made):
    page = made.page
    before = made.text(".part.text .prose")
    picture = page.get_attribute(".part.image img", "src")
    seeds = names(page, ".part-head > .about")
    page.click("button[aria-label='Another concept']")
    page.wait_for_selector(".busy:not([hidden])")
    page.wait_for_selector(".busy", state="hidden", timeout=PATIENCE)
    after = names(page, ".part-head > .about")
    assert [one == other for one, other in zip(seeds, after, strict=True)] == [True, False, True, True]
    assert made.text(".part.text .prose") == before
    page.wait_for_selector(".part.image img[src]")
    assert page.get_attribute(".part.image img", "src") != picture


def test_a_field_that_is_changed_is_said_to_be_the_persons(made):
    page = made.page
    page.fill("#card-title", "The Bell Below")
    page.press("#card-title", "Tab")
    assert made.text("#card-title-from").startswith("you said so")
    assert "with the changes" in made.text(".card-place > button")
    page.click(".card-place > button")
    page.wait_for_selector(".kit-title:has-text('The Bell Below')", timeout=PATIENCE)


def test_the_files_of_a_kit_can_be_taken_along(made, tmp_path):
    with made.page.expect_download() as download:
        made.page.click("text=Take all files along")
    download.value.save_as(tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as packed:
        assert packed.testzip() is None
        found = {name.partition("/")[2] for name in packed.namelist()}
    assert {"scene.md", "concept.png", "texture/basecolor.png", "soundtrack.wav", "mood.json", "index.html"} <= found


def test_the_ball_is_drawn_and_turned_with_the_keyboard(made):
    page = made.page

    def after(key):
        # a WebGL canvas can be read in the task in which it was drawn
        return page.evaluate(
            """key => {
                const canvas = document.querySelector(".sphere canvas");
                const shift = key.startsWith("Shift+");
                canvas.dispatchEvent(new KeyboardEvent("keydown", {key: key.replace("Shift+", ""), shiftKey: shift}));
                const copy = Object.assign(document.createElement("canvas"), {width: 32, height: 32});
                const pen = copy.getContext("2d");
                pen.drawImage(canvas, 0, 0, 32, 32);
                return [...pen.getImageData(0, 0, 32, 32).data];
            }""",
            key,
        )

    page.locator(".sphere canvas").scroll_into_view_if_needed()
    made.until("document.querySelector('.sphere canvas').width > 300")
    page.wait_for_timeout(500)
    first, turned, lit = after("ArrowRight"), after("ArrowRight"), after("Shift+ArrowLeft")
    middle, corner = 4 * (16 * 32 + 16), 0
    assert first[middle + 3] == 255  # the ball
    assert first[corner + 3] == 0  # and nothing beside it
    assert first != turned != lit
    assert page.get_attribute(".sphere canvas", "aria-label").startswith("Texture on a ball")


def test_the_music_is_played_looped_and_sought(made):
    page = made.page
    page.wait_for_selector(".play:enabled")
    assert made.text(".time") == "0:00 / 0:04"
    page.click(".play")
    made.until("Number(document.querySelector('.track input').value) > 0.2")
    assert page.get_attribute(".play", "aria-label") == "Pause Soundtrack"
    page.click(".play")
    page.focus(".track input")
    page.press(".track input", "ArrowRight")
    assert 2 < float(page.input_value(".track input")) <= 4
    page.check(".player label:has-text('Loop') input")
    page.click(".play")
    made.until("Number(document.querySelector('.track input').value) < 1.5")  # round again
    assert page.get_attribute(".play", "aria-label") == "Pause Soundtrack"
    page.click(".play")


def test_stems_are_muted_and_heard_alone(made):
    page = made.page
    with made.daemon.client("krita") as client:
        job = client.submit(MusicRequest(prompt="a calm folk tune", seconds=4, stems=True, loop=True, seed=3))
        job.wait(PATIENCE / 1000)
    made.go(f"result/{job.id}", ".stems li")
    page.evaluate(
        """() => {
            window.gains = [];
            const set = AudioParam.prototype.setTargetAtTime;
            AudioParam.prototype.setTargetAtTime = function (value, ...rest) {
                window.gains.push(value);
                return set.call(this, value, ...rest);
            };
        }"""
    )
    stems = len(names(page, ".stem-name"))
    assert stems > 2

    def heard():
        return page.evaluate("gains.splice(0)")

    page.click("li:nth-child(1) button[aria-label^='Mute']")
    assert heard() == [0, *[1] * (stems - 1)]
    page.click("li:nth-child(2) button[aria-label^='Solo']")
    assert heard() == [0, 1, *[0] * (stems - 2)]
    assert page.get_attribute("li:nth-child(2) button[aria-label^='Solo']", "aria-pressed") == "true"
    page.click("li:nth-child(2) button[aria-label^='Solo']")
    page.click("li:nth-child(1) button[aria-label^='Mute']")
    assert heard()[-stems:] == [1] * stems
    page.click(".play")
    made.until("Number(document.querySelector('.track input').value) > 0.2")
    page.click(".play")


# ---- queue, gallery

JOBS = ".tile:not(.shelf *)"
"""What came of jobs; on the shelf stand the kits of the project that is open."""


def test_the_gallery_has_everything_and_opens_it_with_its_reasons(made):
    page = made.page
    made.go("gallery", ".tile")
    assert {"Kit", "Picture", "Texture", "Music", "Text"} <= {
        text.split(" · ")[0] for text in names(page, ".tile .about")
    }
    page.check(".choice input[value='texture']", force=True)
    made.until(f"document.querySelectorAll('{JOBS}').length === 1")
    page.click(JOBS)
    page.wait_for_selector(".why")
    assert "seamless texture of" in made.text(".why")
    assert "starter-picture" in made.text(".why .facts")
    page.click("summary:has-text('The recipe')")
    recipe = json.loads(made.text(".recipe pre"))
    assert recipe["settled"]["kind"] == "texture"
    assert recipe["settled"]["seed"] is not None


def test_a_kit_in_the_gallery_can_be_changed_again(made):
    page = made.page
    made.go("gallery", JOBS)
    page.check(".choice input[value='compose']", force=True)
    page.wait_for_selector(f"{JOBS}:has-text('Kit ·')")
    page.click(JOBS)
    page.click("text=Change it")
    page.wait_for_selector(".card")
    assert page.input_value("#brief") == BRIEF


def test_the_projects_kits_are_shown_as_they_lie_there(made):
    page = made.page
    made.go("gallery", JOBS)
    page.check(".choice input[value='']", force=True)
    page.wait_for_selector(".shelf .tile", timeout=PATIENCE)
    assert made.text(".shelf h2") == "In the project Gull Rock"
    name = unquote(page.get_attribute(".shelf .tile", "href").rpartition("/")[2])  # of two, since one has a new title
    folder = Path(made.ask("GET", "/v1/project")["folder"]) / "Kits" / name
    scene = folder / "scene.md"
    scene.write_text(scene.read_text() + "\nA line of mine.\n")
    page.click(".shelf .tile")
    page.wait_for_selector(".part.text .prose:has-text('A line of mine.')")
    made.until("document.querySelector('.part.image img').naturalWidth >= 256")


def test_what_another_program_asked_for_is_seen_and_cancelled(made):
    page = made.page
    with made.daemon.client("krita") as client:
        first = client.submit(TextRequest(text="<b onclick=alert(1)>One</b> long story", max_tokens=3000, seed=1))
        made.go("queue", ".job")
        page.wait_for_selector(".job.running:has-text('long story')", timeout=PATIENCE)
        assert "<b onclick=alert(1)>One</b> long story" in made.text(".job-title")
        assert "Krita" in made.text(".job")
        assert made.text(".count") == "1"
        page.click("button[aria-label^='Cancel']")
        page.wait_for_selector(".nothing", timeout=PATIENCE)
        page.wait_for_selector(".past li:has-text('cancelled')")
        with pytest.raises(Exception, match="cancel"):
            first.wait(timeout=60)


def test_a_program_that_is_connected_is_shown(made):
    with made.daemon.client("blender"):
        made.go("hosts", ".programs.here")
        made.page.wait_for_selector(".programs.here :has-text('Blender')")


def test_models_say_licence_size_and_whether_they_may_be_sold(made):
    made.go("models", ".model")
    starter = made.text(".model:has-text('starter-text')")
    for said in ("default", "Apache-2.0", "allowed", "0.6 GB", "271 MB"):
        assert said in starter
    assert made.page.is_visible("button[aria-label='Pull smollm2-1.7b']")
    assert not made.page.is_visible("button[aria-label='Pull starter-text']")


def test_the_doctor_looks_and_says_what_is_fine(made):
    made.go("doctor", "button")
    made.page.click("main button")
    made.page.wait_for_selector(".findings", timeout=PATIENCE, state="attached")
    assert re.search(r"\d+ fine", made.text())


# ---- everybody


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(browser, made, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    studio = Studio(made.daemon, context.new_page()).open()
    page = studio.page
    studio.go("gallery", ".tile")
    results = {
        face.get_attribute("class"): face.evaluate("one => one.closest('a').hash.slice(2)")
        for face in page.query_selector_all(".face")
    }
    for place in (*PLACES, *results.values()):
        studio.go(place)
        studio.until("!document.querySelector('main').innerText.includes('Looking …')")
        page.wait_for_timeout(300)
        for fold in page.query_selector_all("main summary"):
            fold.click()
        assert studio.findings() == [], place
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
    context.close()


def test_it_can_be_used_without_a_mouse(made):
    page = made.page
    made.go("queue")
    page.reload()
    page.wait_for_selector("nav a")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Gallery"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Gallery')")
    assert page.evaluate("document.activeElement.id") == "view"  # a screen reader goes on there
    assert page.title() == "Gallery · Studiolo"


def test_light_and_dark_are_the_systems_until_the_person_chooses(made):
    page = made.page
    page.emulate_media(color_scheme="dark")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(paper)
    page.click("#theme")
    light = page.evaluate(paper)
    assert light != dark
    page.reload()
    page.wait_for_selector("nav a")
    assert page.evaluate(paper) == light
    page.click("#theme")
    assert page.evaluate(paper) == dark


def test_nothing_failed_in_the_browser(made):
    assert made.said == []


def test_a_daemon_that_goes_is_told_in_one_line(made):
    made.go("gallery", ".tile")
    made.daemon.stop()
    made.page.wait_for_selector("#line:has-text('does not answer')")
