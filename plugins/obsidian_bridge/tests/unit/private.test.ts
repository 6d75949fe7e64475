import { describe, expect, it } from "vitest";
import { isPrivate, publicText } from "../../src/words/private";
import { inCode } from "../../src/words/spans";

describe("what may be sent of a note", () => {
  it.each([
    ["nothing to hide", "A harbour.\n", "A harbour.\n"],
    ["frontmatter", "---\ntype: lore\n---\nText", "Text"],
    ["frontmatter with nothing in it", "---\n---\nText", "Text"],
    ["a ruled line is no frontmatter", "One\n\n---\n\nTwo\n---\n", "One\n\n---\n\nTwo\n---\n"],
    ["frontmatter with line ends of Windows", "---\r\na: 1\r\n---\r\nText", "Text"],
    ["a comment between words", "She %%lies%% smiles.", "She smiles."],
    ["a comment at the end", "She smiles. %%She lies.%%", "She smiles. "],
    ["a comment on lines of its own", "One\n%%\nsecret\n%%\nTwo", "One\nTwo"],
    ["a comment of HTML", "One <!-- secret --> two", "One two"],
    ["a comment that is never closed", "One %%secret\n\nmore secret", "One "],
    ["a comment of HTML that is never closed", "One <!-- secret\n\nmore", "One "],
    ["two comments", "%%a%%One%%b%% two", "One two"],
    ["in a code span they mean nothing", "`50%% of` it %%secret%% all", "`50%% of` it all"],
    ["in a span of two backticks", "``a ` %%b`` c %%d%%", "``a ` %%b`` c "],
    ["in a fence they mean nothing", "```\n%%a%%\n```\n%%b%%", "```\n%%a%%\n```\n"],
    ["in a fence of waves in a quote", "> ~~~~\n> %%a%%\n> ~~~~\n%%b%%c", "> ~~~~\n> %%a%%\n> ~~~~\nc"],
    ["a fence that is never closed is none", "```\n%%a%%b", "```\nb"],
    ["nor does it hide a comment on its own line", "```%%a%%b", "```b"],
    ["a lone backtick is none", "It's ` odd %%secret%% here", "It's ` odd here"],
    ["a backtick behind a backslash is none", "\\`a %%secret%% b`", "\\`a b`"],
    ["a comment that holds a fence", "%%\n```\nx\n%%\ny\n```", "y\n```"],
    ["another script", "美良%%是凶手%%走进港口。", "美良走进港口。"],
  ])("%s", (_, note, open) => expect(publicText(note)).toBe(open));

  it("knows a comment that a part begins in", () => {
    const note = "One %%two three%% four";
    expect(publicText(note, note.indexOf("three"))).toBe(" four");
    expect(publicText(note, 0, note.indexOf("three"))).toBe("One ");
    expect(publicText(note, note.indexOf("two"), note.indexOf("three"))).toBe("");
  });

  it("does not take a ruled line in the middle of a note for frontmatter", () => {
    const note = "One\n---\ntwo\n---\nthree";
    expect(publicText(note, 4)).toBe("---\ntwo\n---\nthree");
  });

  it("knows whether a place is private", () => {
    const note = "---\na: 1\n---\nOne %%two%% three %%four";
    const at = (words: string) => isPrivate(note, note.indexOf(words) + 1);
    expect([at("a: 1"), at("One"), at("two"), at("three"), at("four")]).toEqual([true, false, true, false, true]);
    expect(isPrivate(note, note.length)).toBe(true);
  });

  it("reads a long note in little time", () => {
    const note = "Some `code` and %%a comment%% and words that go on.\n\n".repeat(6000);
    const before = performance.now();
    const open = publicText(note);
    expect(performance.now() - before).toBeLessThan(500);
    expect(open).not.toContain("comment");
  });
});

it("knows code by its backticks", () => {
  const note = "A `code /` and /\n```\n/\n```\n/";
  const slashes = [...note.matchAll(/\//g)].map(({ index }) => inCode(note, index + 1));
  expect(slashes).toEqual([true, false, true, false]);
});
