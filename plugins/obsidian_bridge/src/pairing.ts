/** The pairing code of this vault on this device: among the app's secrets where it keeps any, and never in a file that is
 * synchronised with the notes. */

import type { App } from "obsidian";

const NAME = "studiolo-pairing";

/** The code; empty where none was entered. */
export function pairingCode(app: App): string {
  const kept: unknown = secrets(app)?.getSecret(NAME) ?? app.loadLocalStorage(NAME);
  return typeof kept === "string" ? kept : "";
}

export function keepPairingCode(app: App, code: string): void {
  const place = secrets(app);
  if (place) place.setSecret(NAME, code);
  else app.saveLocalStorage(NAME, code || null);
}

/** Obsidian has it from 1.11.4 on. */
function secrets(app: App): App["secretStorage"] | undefined {
  return (app as Partial<App>).secretStorage;
}
