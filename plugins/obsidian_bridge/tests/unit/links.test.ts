import { expect, it } from "vitest";
import { embedAt, labelled } from "../../src/words/links";

it.each([
  ["![[castle.png]]", "castle.png", ""],
  ["![[a b/castle.png|300]]", "a b/castle.png", "300"],
  ["![[castle.png#part|300]]", "castle.png", "300"],
  ["![old castle](a%20b/castle.png)", "a b/castle.png", "old castle"],
  ["![](<a b/castle.png>)", "a b/castle.png", ""],
  ['![](castle.png "title")', "castle.png", ""],
  ["![100%](50%.png)", "50%.png", "100%"],
])("reads %s", (link, path, label) => {
  const line = `See ${link} here`;
  expect(embedAt(line, 6)).toEqual({ from: 4, to: 4 + link.length, path, label });
});

it("takes the link at the cursor, and none beside it", () => {
  const line = "![[a.png]] and ![[b.png]]";
  expect(embedAt(line, 0)?.path).toBe("a.png");
  expect(embedAt(line, 12)).toBeNull();
  expect(embedAt(line, line.length)?.path).toBe("b.png");
  expect(embedAt("[[note]] [text](a.png)", 3)).toBeNull();
});

it("keeps a width or words", () => {
  expect(labelled("![[b.png]]", "300")).toBe("![[b.png|300]]");
  expect(labelled("![[b.png|b]]", "300")).toBe("![[b.png|300]]");
  expect(labelled("![](b.png)", "the $& castle")).toBe("![the $& castle](b.png)");
  expect(labelled("![[b.png]]", "")).toBe("![[b.png]]");
});
