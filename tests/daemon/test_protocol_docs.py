"""The generated pages say what the contract says."""

from pathlib import Path

from studiolo_daemon import protocol_docs

DOCS = Path(__file__).parents[2] / "docs"


def test_the_protocol_page_is_up_to_date():
    assert (DOCS / "protocol.md").read_text(encoding="utf-8") == protocol_docs.markdown(), "run scripts/protocol"


def test_the_schema_is_up_to_date():
    assert (DOCS / "protocol.schema.json").read_text(encoding="utf-8") == protocol_docs.schema(), "run scripts/protocol"


def test_every_link_of_the_page_leads_somewhere():
    import re

    page = protocol_docs.markdown()
    anchors = {
        re.sub(r"[^\w -]", "", line[4:].lower()).replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("### ")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
