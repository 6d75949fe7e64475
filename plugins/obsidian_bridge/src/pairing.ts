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

/** What Obsidian has from 1.11.4 on, and this plugin asks for no newer one than 1.8.7. */
interface Secrets {
  getSecret(id: string): string | null;
  setSecret(id: string, secret: string): void;
}

function secrets(app: App): Secrets | undefined {
  return (app as unknown as { secretStorage?: Secrets }).secretStorage;
}
