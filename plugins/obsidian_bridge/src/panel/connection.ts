/** Whether there is a daemon, which models write and paint, and a button where there is none. */

import { Platform, setIcon } from "obsidian";
import { start } from "../daemon/discovery";
import type { Desk } from "../desk";
import { anew, button, type Section } from "./section";

export function connection(desk: Desk): Section {
  let starting = false;
  return {
    id: "connection",
    title: "Connection",
    draw(place) {
      const { welcome, problem } = desk.jobs.line;
      if (welcome) starting = false;
      anew(place, [welcome?.server, problem, starting], () => {
        const line = place.createDiv({ cls: "studiolo-line" });
        const on = welcome !== null;
        setIcon(line.createSpan({ cls: on ? "studiolo-on" : "studiolo-off" }), on ? "plug-zap" : "unplug");
        line.createSpan({ text: on ? "Connected" : starting ? "Starting…" : "Not connected" });
        if (on || starting) return;
        if (Platform.isDesktopApp) {
          button(line, "Start", () => {
            starting = true;
            this.draw(place);
            start()
              .then(() => desk.jobs.line.hurry())
              .catch((error: unknown) => {
                starting = false;
                desk.tell(error);
                this.draw(place);
              });
          });
        }
        if (problem) place.createEl("p", { text: `${problem.message} ${problem.mend}`, cls: "studiolo-muted" });
      });
    },
  };
}
