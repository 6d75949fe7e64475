"""Which file of a part stands for it, and what of a page is its text."""

from studiolo_contract.kit import PICTURE, PROSE, SOUND, KitFile, KitPart, prose
from studiolo_contract.media import blob_of

ENDINGS = {"wav": "audio/wav", "mid": "audio/midi", "png": "image/png", "md": "text/markdown"}


def part(kind, *names):
    files = tuple(KitFile(name=name, blob=blob_of(name.encode(), ENDINGS[name[-3:].strip(".")])) for name in names)
    return KitPart(name="scene-2/it", kind=kind, files=files)


def test_a_mix_stands_for_music_whatever_stems_and_scores_there_are():
    music = part("music", "scene-2/it/stem-flute.wav", "scene-2/it-score.png", "scene-2/it.wav", "scene-2/it.mid")
    assert music.main(SOUND).name == "scene-2/it.wav"
    assert music.main(PROSE) is None


def test_the_pictures_of_a_texture_go_by_the_names_of_its_maps():
    texture = part("texture", "scene-2/it/basecolor.png", "scene-2/it/normal.png")
    assert {name: file.name for name, file in texture.maps.items()} == {
        "basecolor": "scene-2/it/basecolor.png",
        "normal": "scene-2/it/normal.png",
    }
    assert texture.main(PICTURE).name == "scene-2/it/basecolor.png"


def test_prose_is_a_page_without_its_properties():
    assert (
        prose("---\ntitle: Night\n---\n\nShe waits.\n\n---\n\nNobody comes.\n") == "She waits.\n\n---\n\nNobody comes."
    )
    assert prose("She waits.\n\n---\n\nNobody comes.\n") == "She waits.\n\n---\n\nNobody comes."
    assert prose("---\nnever closed") == "---\nnever closed"
