/** Searches by parts of names, as palettes and suggestions have them. */

import type * as obsidian from "obsidian";

/** Every letter in its order, the closer together and the nearer to the beginning the better. */
export function prepareFuzzySearch(query: string): (text: string) => obsidian.SearchResult | null {
  const letters = [...query.toLowerCase().replace(/\s+/g, "")];
  return (text) => {
    const lower = text.toLowerCase();
    const whole = lower.indexOf(query.toLowerCase().trim());
    if (whole >= 0)
      return { score: -whole / 100, matches: letters.length ? [[whole, whole + query.trim().length]] : [] };
    const matches: obsidian.SearchMatches = [];
    let at = 0;
    for (const letter of letters) {
      const found = lower.indexOf(letter, at);
      if (found < 0) return null;
      const last = matches[matches.length - 1];
      if (last && last[1] === found) last[1] = found + letter.length;
      else matches.push([found, found + letter.length]);
      at = found + letter.length;
    }
    return { score: -1 - matches.length, matches };
  };
}

export function prepareSimpleSearch(query: string): (text: string) => obsidian.SearchResult | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => {
    const places = words.map((word) => text.toLowerCase().indexOf(word));
    if (places.some((place) => place < 0)) return null;
    const matches = places.map((place, index): obsidian.SearchMatchPart => [
      place,
      place + (words[index]?.length ?? 0),
    ]);
    return { score: -places.length, matches };
  };
}

export function sortSearchResults(results: obsidian.SearchResultContainer[]): void {
  results.sort((one, other) => other.match.score - one.match.score);
}

export function renderMatches(
  element: HTMLElement | DocumentFragment,
  text: string,
  matches: obsidian.SearchMatches | null,
  offset = 0,
): void {
  let at = 0;
  for (const [from, to] of matches ?? []) {
    const [start, end] = [from + offset, to + offset];
    if (start < at || start >= text.length) continue;
    element.appendText(text.slice(at, start));
    element.createSpan({ cls: "suggestion-highlight", text: text.slice(start, end) });
    at = end;
  }
  element.appendText(text.slice(at));
}

export function renderResults(
  element: HTMLElement,
  text: string,
  result: obsidian.SearchResult,
  offset?: number,
): void {
  renderMatches(element, text, result.matches, offset);
}
