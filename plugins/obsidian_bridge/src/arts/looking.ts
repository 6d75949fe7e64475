/** What would be sent: the same request, only read and not answered. */

import type { Editor, TFile } from "obsidian";
import type { Desk } from "../desk";
import { StudioloError } from "../daemon/problem";
import type { Context } from "../daemon/wire";
import { sendable, textRequest } from "./request";

const LOOK = "look";

export interface Look {
  context: Context;
  /** Exactly what the model would read. */
  prompt: string;
}

export function looking(desk: Desk): void {
  desk.takes(LOOK, (job) => desk.jobs.taken(job)); // nobody waits for it any more
}

/** What going on from the cursor would send. Rejects with a `StudioloError`. */
export async function look(desk: Desk, editor: Editor, file: TFile): Promise<Look> {
  const before = sendable(desk, file, editor.getValue(), 0, editor.posToOffset(editor.getCursor("to")));
  const request = await textRequest(desk, "continue", before, { dry: true });
  const job = desk.jobs.submit(request, { kind: LOOK });
  try {
    await new Promise<void>((resolve) => job.onceOver(resolve));
  } finally {
    desk.jobs.taken(job);
  }
  if (!job.context || !job.result) throw new StudioloError(job.problem ?? GONE);
  return { context: job.context, prompt: job.result.recipe.final_prompt };
}

const GONE = { code: "internal", message: "The look was cancelled.", mend: "Look again." } as const;
