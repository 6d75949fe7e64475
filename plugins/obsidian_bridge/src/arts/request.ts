/** A text request as the settings have it. Knows no editor. */

import type { Desk } from "../desk";
import type { TextRequest } from "../daemon/wire";

/** Characters of a passage that are sent at most; the model's window is smaller by far. */
const LONGEST = 60_000;

/** A request in this mode. `passage` has nothing private in it; of a very long one the beginning is left out. */
export async function textRequest(
  desk: Desk,
  mode: string,
  passage: string,
  wanted: Partial<TextRequest> = {},
): Promise<TextRequest> {
  const { settings } = desk;
  return {
    kind: "text",
    mode,
    text: passage.slice(-LONGEST),
    model: settings.models.text,
    style: settings.style,
    preset: settings.preset,
    sampling: settings.sampling,
    max_tokens: settings.maxTokens,
    bible: await desk.bible(),
    ...wanted,
  };
}
