import { describe, expect, it } from "vitest";
import { joint, locate, locateEdited, placeOf } from "../../src/arts/place";

const NOTE = "The keeper lit the lamp.\n\nRain came in from the west, and the gulls fell silent.\n";

describe("a place", () => {
  const at = NOTE.indexOf("and the gulls");

  it("is found where it was", () => {
    const place = placeOf("a.md", NOTE, at);
    expect(locate(NOTE, place)).toEqual({ from: at, to: at });
    expect(locate(`New first line.\n${NOTE}`, place)).toEqual({ from: at + 16, to: at + 16 });
  });

  it("is found by one side when the other has changed", () => {
    const place = placeOf("a.md", NOTE, at);
    expect(locate(NOTE.slice(0, at) + "Another end.", place)).toEqual({ from: at, to: at });
    expect(locate("Another beginning, " + NOTE.slice(at), place)).toEqual({ from: 19, to: 19 });
  });

  it("is not guessed where it could be two", () => {
    const place = placeOf("a.md", "la la", 2);
    expect(locate("la la, la la", { ...place, before: "la", after: "" })).toBeNull();
    expect(locate("Something else altogether.", placeOf("a.md", NOTE, at))).toBeNull();
  });

  it("holds what the result takes the place of", () => {
    const place = placeOf("a.md", NOTE, at, at + 13);
    expect(locate(NOTE, place)).toEqual({ from: at, to: at + 13 });
    const edited = NOTE.replace("and the gulls", "and all the gulls there");
    expect(locate(edited, place)).toBeNull(); // whoever edited it may not lose that
    expect(locateEdited(edited, place)).toEqual({ from: at, to: at + "and all the gulls there".length });
  });

  it("is anywhere in an empty note", () => {
    expect(locate("", placeOf("a.md", "", 0))).toEqual({ from: 0, to: 0 });
  });
});

describe("a joint", () => {
  it.each([
    ["He said", "nothing", " "],
    ["He said ", "nothing", ""],
    ["He said", ", softly", ""],
    ["He said (", "softly", ""],
    ["灯台守は", "音楽を聞いた", ""],
    ["", "Once", ""],
  ])("between %j and %j is %j", (before, next, between) => expect(joint(before, next)).toBe(between));
});
