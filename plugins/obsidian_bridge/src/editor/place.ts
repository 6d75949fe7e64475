/** A stretch of the document, followed through the edits around it. */

import type { ChangeDesc } from "@codemirror/state";

export interface Place {
  from: number;
  to: number;
}

/** Where a place is after `changes`; null when something in it was changed. What is typed at its edges is outside. */
export function follow({ from, to }: Place, changes: ChangeDesc): Place | null {
  let within = false;
  changes.iterChangedRanges((start, end) => (within ||= start < to && end > from));
  if (within) return null;
  const begin = changes.mapPos(from, 1);
  return { from: begin, to: from === to ? begin : changes.mapPos(to, -1) };
}
