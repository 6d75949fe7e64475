import { expect, it } from "vitest";
import { emptySidecar, readSidecar } from "../../src/notes/sidecar_file";

it("reads what it wrote", () => {
  const passage = { before: "a", held: "b", after: "c", versions: [] };
  const sidecar = { ...emptySidecar(), passages: [passage] };
  expect(readSidecar(JSON.stringify(sidecar))).toEqual(sidecar);
});

it("keeps what it does not know", () => {
  expect(readSidecar('{"format": 1, "stars": 5}')).toMatchObject({ passages: [], stars: 5 });
});

it.each([
  "",
  "{",
  "[]x",
  "null",
  "3",
  '{"format": 2}',
  '{"passages": [{}]}',
  '{"passages": [{"before": "", "held": "", "after": "", "versions": [1]}]}',
])("says that %s is none", (text) => expect(readSidecar(text)).toBeNull());
