/** The recipe that a picture of Studiolo's carries in itself. Knows PNG's chunks, and no pixels. */

import type { Recipe } from "../daemon/wire";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KEYWORD = "studiolo\0";

/** The recipe in these bytes; null where they are no PNG of Studiolo's. */
export function recipeIn(bytes: Uint8Array): Recipe | null {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const size = view.getUint32(at);
    const kind = text.decode(bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (kind === "iTXt" && text.decode(body.subarray(0, KEYWORD.length)) === KEYWORD) return read(body, text);
    at += size + 12; // with its length, kind and checksum
  }
  return null;
}

/** Behind the keyword: two bytes that say that nothing is compressed, a language, a translation, and the text. */
function read(body: Uint8Array, text: TextDecoder): Recipe | null {
  const language = body.indexOf(0, KEYWORD.length + 2);
  const translation = body.indexOf(0, language + 1);
  if (body[KEYWORD.length] !== 0 || language < 0 || translation < 0) return null;
  try {
    return JSON.parse(text.decode(body.subarray(translation + 1))) as Recipe;
  } catch {
    return null; // somebody else's text under the same name
  }
}
