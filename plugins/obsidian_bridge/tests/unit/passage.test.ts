import { expect, it } from "vitest";
import { passageAt, plainWords } from "../../src/words/passage";

const NOTE = `---
type: lore
---
First paragraph
goes on.

## Harbour

Boats lie here.

### Pier

Long and wet.

## Town

\`\`\`
## no heading
\`\`\`
Last.
`;

function passage(words: string, length = 0): string | null {
  const at = NOTE.indexOf(words);
  const range = passageAt(NOTE, at, at + length);
  return range && NOTE.slice(range.from, range.to);
}

it.each([
  ["a paragraph, from its first line", "First", "First paragraph\ngoes on."],
  ["a paragraph, from its second line", "goes", "First paragraph\ngoes on."],
  ["an empty line belongs to what stands before it", "\n## Harbour", "First paragraph\ngoes on."],
  [
    "a heading means its section, with the sections in it",
    "Harbour",
    NOTE.slice(NOTE.indexOf("## Harbour"), NOTE.indexOf("\n\n## Town")),
  ],
  ["a smaller section", "Pier", "### Pier\n\nLong and wet."],
  ["what looks like a heading in code is none", "Town", NOTE.slice(NOTE.indexOf("## Town")).trimEnd()],
])("takes %s", (_, words, taken) => expect(passage(words)).toBe(taken));

it("takes what is selected, without the white space around it", () => {
  expect(passage("\n\n## Town", 9)).toBe("## Town");
});

it("finds nothing in frontmatter, and before the first word", () => {
  expect(passage("type")).toBeNull();
  expect(passageAt("\n\nWord", 0)).toBeNull();
  expect(passageAt("", 0)).toBeNull();
});

it("reads words without marks", () => {
  const note =
    "## **Mira** _Voss_\n\n> - [ ] of [[People/Mira|the captain]] and [a town](x.md) ![[a.png]] 2*3*4 snake_case ^id";
  expect(plainWords(note, 200)).toBe("Mira Voss of the captain and a town 2*3*4 snake_case");
});

it("cuts a long passage behind a sentence", () => {
  expect(plainWords("> [!abstract] [[Kits/it/scene|The keeper]]\n> ![[it.png]]\n\nIt rained.", 200)).toBe(
    "The keeper It rained.",
  );
  expect(plainWords("One is here. Two is there. Three.", 27)).toBe("One is here. Two is there.");
  expect(plainWords("港口很安静。船都走了。没有人。", 12)).toBe("港口很安静。船都走了。");
});
