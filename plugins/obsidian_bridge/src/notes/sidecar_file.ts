/** What stands in a sidecar, and how it is read. Pure. */

import type { Recipe } from "../daemon/wire";

/** Another way to say a passage, and what was asked for it. */
export interface Version {
  text: string;
  /** When, as ISO 8601. */
  made: string;
  mode: string;
  style: string;
  instruction: string;
  model: string;
}

/** A passage, known again by itself and by what stood on either side of it. */
export interface Passage {
  before: string;
  held: string;
  after: string;
  versions: Version[];
}

export interface Sidecar {
  format: 1;
  /** Of a note. */
  passages: Passage[];
  /** Of a picture or a sound. */
  recipe: Recipe | null;
}

export function emptySidecar(): Sidecar {
  return { format: 1, passages: [], recipe: null };
}

/** What a file says, with whatever a newer version has put there too; null where it is no sidecar. */
export function readSidecar(text: string): Sidecar | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // said by whoever wanted it
  }
  if (typeof value !== "object" || value === null) return null;
  const known = { ...emptySidecar(), ...value } as Sidecar;
  const whole = known.format === 1 && Array.isArray(known.passages) && known.passages.every(isPassage);
  return whole ? known : null;
}

function isPassage(value: unknown): value is Passage {
  const { before, held, after, versions } = (value ?? {}) as Partial<Record<keyof Passage, unknown>>;
  return (
    [before, held, after].every((text) => typeof text === "string") &&
    Array.isArray(versions) &&
    versions.every(isVersion)
  );
}

function isVersion(value: unknown): value is Version {
  return typeof (value as Version | null)?.text === "string";
}
