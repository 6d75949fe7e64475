/** Picture files as every program can read them. Knows no note. */

import { bad } from "../daemon/problem";

/** Extensions of what the app shows as a picture of pixels. */
export const PICTURES: readonly string[] = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "avif"];
/** Pixels a side of one that is drawn anew. */
const LARGEST = 2048;

export interface Png {
  bytes: Uint8Array;
  width: number;
  height: number;
}

/** A PNG as it is, anything else drawn as one, upright. Rejects with a `StudioloError` where that can't be done. */
export async function asPng(bytes: Uint8Array, name: string): Promise<Png> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)])).catch(() => {
    throw bad(`${name} is no picture that can be read.`, "Embed another one.", "bad_picture");
  });
  if (name.toLowerCase().endsWith(".png")) return { bytes, width: bitmap.width, height: bitmap.height };
  const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width ?? 1, height ?? 1);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const png = await canvas.convertToBlob({ type: "image/png" });
  return { bytes: new Uint8Array(await png.arrayBuffer()), width: canvas.width, height: canvas.height };
}
