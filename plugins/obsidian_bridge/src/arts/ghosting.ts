/** Ghost text: what the model would write next, offered behind the cursor. */

import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Desk } from "../desk";
import { askForGhost, ghost } from "../editor/ghost";
import { noteOf, viewOf } from "./put";
import { joint } from "./place";
import { isPrivate, publicText } from "../words/private";
import { isKept, textRequest } from "./request";

const GHOST = "ghost";
/** Tokens: about a sentence. */
const LENGTH = 28;

export function ghosting(desk: Desk): Extension {
  desk.takes(GHOST, (job) => {
    desk.jobs.cancel(job); // nobody waits for it any more
    desk.jobs.taken(job);
  });
  desk.command("suggest", "Suggest how it goes on", "ghost", (editor) => askForGhost(viewOf(editor)));
  const { settings } = desk;
  return ghost({
    on: () => settings.ghost.on,
    pause: () => settings.ghost.pause,
    accept: () => settings.ghost.accept,
    word: () => settings.ghost.word,
    ask: (view, position, signal) => suggest(desk, view, position, signal),
  });
}

async function* suggest(desk: Desk, view: EditorView, position: number, signal: AbortSignal): AsyncGenerator<string> {
  const note = noteOf(desk.app, view);
  if (!note || isKept(desk, note.file)) return;
  const whole = view.state.doc.toString();
  const before = publicText(whole, 0, position);
  if (before.trim() === "" || isPrivate(whole, position) || desk.jobs.line.welcome === null) return;
  const request = await textRequest(desk, "continue", before, {
    max_tokens: LENGTH,
    candidates: 1,
    end_at_sentence: false,
  });
  if (signal.aborted) return;
  const job = desk.jobs.submit(request, { kind: GHOST });
  signal.addEventListener("abort", () => desk.jobs.cancel(job));
  let sent = "";
  try {
    while (!signal.aborted) {
      const text = (job.texts[0] ?? "").trimStart();
      const whole = text && joint(before, text) + text;
      if (whole.length > sent.length) {
        yield whole.slice(sent.length);
        sent = whole;
      }
      if (job.over) return;
      await new Promise<void>((resolve) => {
        const end = job.watch(() => {
          end();
          resolve();
        });
      });
    }
  } finally {
    desk.jobs.cancel(job);
    desk.jobs.taken(job);
  }
}
