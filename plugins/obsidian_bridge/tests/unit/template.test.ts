import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { STARTERS } from "../../src/notes/starter_templates";
import { contextAt, fill, readTemplate, request, type Context } from "../../src/notes/template";

const CONTEXT: Context = {
  selection: "",
  before: "An old paragraph.\n\nThe last paragraph.\n",
  title: "Harbour",
  today: new Date(2026, 2, 5),
};

function template(frontmatter: Record<string, unknown>, body: string) {
  return readTemplate("T/Noir.md", "Noir", frontmatter, `---\nmode: x\n---\n${body}`);
}

describe("a template note", () => {
  it("says what it wants of a request, and nothing else", () => {
    const frontmatter = {
      mode: "rewrite",
      style: "noir",
      place: "review",
      max_tokens: 200,
      variants: 3,
      sampling: { temperature: 0.5, banned_phrases: ["very"] },
      examples: [{ text: "a", answer: "b" }],
      tags: ["studiolo"],
    };
    const { template: read, problems } = template(frontmatter, "Short sentences. %%note to self%%");
    expect(problems).toEqual([]);
    expect(read).toEqual({
      path: "T/Noir.md",
      name: "Noir",
      body: "Short sentences.",
      place: "review",
      wanted: {
        mode: "rewrite",
        style: "noir",
        max_tokens: 200,
        variants: 3,
        sampling: { temperature: 0.5, banned_phrases: ["very"] },
        examples: [{ text: "a", answer: "b" }],
      },
    });
  });

  it("with a preset is not bent by the numbers of the settings", () => {
    expect(template({ preset: "precise" }, "x").template.wanted).toEqual({ preset: "precise", sampling: {} });
  });

  it("is told what is wrong with it, and what it may have", () => {
    const frontmatter = {
      temprature: 0.5,
      place: "above",
      variants: 9,
      max_tokens: "many",
      sampling: { temperature: 7, heat: 1 },
      examples: [{ text: "a", answer: "b", instruction: "c" }],
    };
    const { template: read, problems } = template(frontmatter, "x");
    expect(read.place).toBe("cursor");
    expect(read.wanted).toEqual({ sampling: {} });
    expect(problems).toEqual([
      "The template Noir has 'temprature', which no template knows. It may have: mode, style, model, preset, sampling, max_tokens, variants, place, examples.",
      "'place' of the template Noir must be one of cursor, replace, below, review, frontmatter.",
      "'sampling: temperature' of the template Noir must be a number from 0 to 5.",
      "'sampling: heat' of the template Noir must be left out: there is no such number.",
      "'max_tokens' of the template Noir must be a whole number from 1 to 8192.",
      "'variants' of the template Noir must be a whole number from 1 to 8.",
      "'examples' of the template Noir must be a list of at most 8, each with text and answer of at most 8000 characters.",
    ]);
  });
});

describe("what a template asks for", () => {
  it("fills in what it names, and leaves what it does not know", () => {
    const filled = fill("{{ title }} on {{date}}: {{selection}} {{moon}}", { ...CONTEXT, selection: " a boat " });
    expect(filled).toBe("Harbour on 2026-03-05: a boat {{moon}}");
  });

  it("works on the selection", () => {
    const { template: read } = template({ mode: "rewrite" }, "As noir.");
    expect(request(read, { ...CONTEXT, selection: "A boat." })).toEqual({
      mode: "rewrite",
      text: "A boat.",
      instruction: "As noir.",
    });
  });

  it("without a selection works on the last paragraph, or on all of it to go on from", () => {
    const ad = template({ mode: "ad" }, "Loudly.").template;
    expect(request(ad, CONTEXT)).toEqual({ mode: "ad", text: "The last paragraph.", instruction: "Loudly." });
    const more = template({ mode: "continue" }, "Slowly.").template;
    expect(request(more, CONTEXT).text).toBe(CONTEXT.before);
  });

  it("in an empty note is itself what is worked on", () => {
    const haiku = template({ mode: "poem" }, "A haiku about {{title}}.").template;
    expect(request(haiku, { ...CONTEXT, before: "" })).toEqual({
      mode: "poem",
      text: "A haiku about Harbour.",
      instruction: "",
    });
  });

  it("that says where the selection goes is what is worked on", () => {
    const ad = template({ mode: "ad" }, "A shop for {{selection}}").template;
    expect(request(ad, { ...CONTEXT, selection: "boats" })).toEqual({
      mode: "ad",
      text: "A shop for boats",
      instruction: "",
    });
    expect(() => request(ad, CONTEXT)).toThrow("Noir works on a selection. Select a passage");
  });

  it("to replace something needs something to replace", () => {
    expect(() => request(template({ place: "review" }, "x").template, CONTEXT)).toThrow("works on a selection");
  });

  it("says so where there is nothing at all", () => {
    expect(() => request(template({}, "").template, { ...CONTEXT, before: " " })).toThrow("nothing to work on");
  });
});

it("never has anything private in it", () => {
  const note = "---\nsecret: 1\n---\nBefore %%hidden%% it. She %%lies%% smiles.";
  const from = note.indexOf("She");
  expect(contextAt(note, from, note.length, "T", CONTEXT.today)).toMatchObject({
    before: "Before it. ",
    selection: "She smiles.",
  });
});

it.each(Object.entries(STARTERS))("the starter %s is without fault", (name, note) => {
  const frontmatter = /^---\n([^]*?)---\n/.exec(note)?.[1] ?? "";
  const { template: read, problems } = readTemplate(
    `${name}.md`,
    name,
    parse(frontmatter) as Record<string, unknown>,
    note,
  );
  expect(problems).toEqual([]);
  expect(read.body).not.toBe("");
  expect(request(read, { ...CONTEXT, selection: "The lamp in the harbour." }).text).toContain(
    name === "Character sheet" ? "lamp" : "",
  );
});
