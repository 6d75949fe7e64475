/** What went wrong, as a person reads it. */

import type { Problem } from "./wire";

export class StudioloError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.message} ${problem.mend}`);
    this.name = "StudioloError";
  }
}

/** An error of this plugin's own making, in the daemon's words. */
export function bad(message: string, mend: string, code: Problem["code"] = "bad_request"): StudioloError {
  return new StudioloError({ code, message, mend });
}

/** Whatever was thrown or told, as a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof StudioloError) return error.problem;
  if (typeof error === "object" && error !== null && "mend" in error) return error as Problem;
  const said = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `Something failed: ${said}.`, mend: "Try again, and report it if it stays." };
}
