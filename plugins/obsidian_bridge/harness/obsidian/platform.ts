/** Where this runs, and the small functions that belong nowhere else. */

import type * as obsidian from "obsidian";
import type { Surroundings } from "../outside";

export const apiVersion = "1.12.3";

const { desktop } = (window as unknown as { surroundings: Surroundings }).surroundings;

export const Platform: typeof obsidian.Platform = {
  isDesktop: desktop,
  isMobile: !desktop,
  isDesktopApp: desktop,
  isMobileApp: !desktop,
  isIosApp: false,
  isAndroidApp: !desktop,
  isPhone: false,
  isTablet: !desktop,
  isMacOS: false,
  isWin: false,
  isLinux: desktop,
  isSafari: false,
  resourcePathPrefix: `${location.origin}/harness/vault/`,
};

export function requireApiVersion(version: string): boolean {
  const parts = (text: string) => text.split(".").map(Number);
  const wanted = parts(version);
  const had = parts(apiVersion);
  const differs = wanted.findIndex((part, index) => part !== had[index]);
  return differs < 0 || (had[differs] ?? 0) > (wanted[differs] ?? 0);
}

export function debounce<T extends unknown[], V>(
  work: (...given: [...T]) => V,
  timeout = 0,
  resetTimer = false,
): obsidian.Debouncer<T, V> {
  let timer = 0;
  let last: [...T] | null = null;
  const run = (): V | void => {
    window.clearTimeout(timer);
    timer = 0;
    const given = last;
    last = null;
    if (given) return work(...given);
  };
  const debounced = (...given: [...T]) => {
    last = given;
    if (timer && resetTimer) window.clearTimeout(timer);
    if (!timer || resetTimer) timer = window.setTimeout(run, timeout);
    return debouncer;
  };
  const cancel = () => {
    window.clearTimeout(timer);
    timer = 0;
    last = null;
    return debouncer;
  };
  const debouncer = Object.assign(debounced, { cancel, run }) as obsidian.Debouncer<T, V>;
  return debouncer;
}
