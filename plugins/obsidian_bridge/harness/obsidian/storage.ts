/** What Obsidian keeps on this device and in no vault. */

import type * as obsidian from "obsidian";

/** In the app the system's keychain keeps them; here a page has no better place than its own storage. */
export class SecretStorage implements Pick<obsidian.SecretStorage, "setSecret" | "getSecret" | "listSecrets"> {
  setSecret(id: string, secret: string): void {
    window.localStorage.setItem(`secret:${id}`, secret);
  }

  getSecret(id: string): string | null {
    return window.localStorage.getItem(`secret:${id}`);
  }

  listSecrets(): string[] {
    const keys = Array.from({ length: window.localStorage.length }, (_, index) => window.localStorage.key(index) ?? "");
    return keys.filter((key) => key.startsWith("secret:")).map((key) => key.slice("secret:".length));
  }
}
