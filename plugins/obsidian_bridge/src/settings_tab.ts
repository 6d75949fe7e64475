/** Everything that a person may set, in the app's settings. Knows the settings, and what the daemon says of itself. */

import { Platform, PluginSettingTab, Setting, type Plugin } from "obsidian";
import { paired, start } from "./daemon/discovery";
import type { ModelInfo } from "./daemon/wire";
import type { Desk } from "./desk";
import { keepPairingCode, pairingCode } from "./pairing";
import { SAMPLERS } from "./sampling";
import { Rows } from "./settings_rows";

export class SettingsTab extends PluginSettingTab {
  private end: (() => void) | null = null;

  constructor(
    private readonly owner: Plugin,
    private readonly desk: Desk,
    private readonly closed: () => void,
  ) {
    super(desk.app, owner);
  }

  override display(): void {
    this.end?.();
    const { containerEl, desk } = this;
    containerEl.empty();
    // what the daemon says of itself is drawn anew when it comes or goes; nobody's typing is lost
    const [connection, models] = [this.rows(), this.rows()];
    const known = () => desk.jobs.line.welcome ?? desk.jobs.line.problem?.message;
    let drawn: unknown;
    const draw = () => {
      if (drawn === known()) return;
      drawn = known();
      connection.place.empty();
      this.connection(connection);
      models.place.empty();
      this.models(models);
    };
    draw();
    this.end = desk.jobs.watch(draw);
    const rows = this.rows();
    this.writing(rows);
    this.sampling(rows);
    this.ghost(rows);
    this.bible(rows);
    this.pictures(rows);
    this.folders(rows);
  }

  override hide(): void {
    this.end?.();
    this.end = null;
    this.closed();
  }

  private rows(): Rows {
    return new Rows(this.app, this.containerEl.createDiv(), () => void this.owner.saveData(this.desk.settings));
  }

  // ---- what the daemon says of itself

  private connection({ place }: Rows): void {
    const { welcome, problem } = this.desk.jobs.line;
    const row = new Setting(place).setName("Connection");
    row.setDesc(
      welcome ? `Connected to ${welcome.server}.` : problem ? `${problem.message} ${problem.mend}` : "Looking…",
    );
    if (!welcome && Platform.isDesktopApp) {
      row.addButton((button) =>
        button
          .setButtonText("Start")
          .setCta()
          .onClick(() => {
            button.setDisabled(true).setButtonText("Starting…");
            start()
              .then(() => this.desk.jobs.line.hurry())
              .catch((error: unknown) => {
                this.desk.tell(error);
                button.setDisabled(false).setButtonText("Start");
              });
          }),
      );
    }
    let code = pairingCode(this.app);
    new Setting(place)
      .setName("Pairing code")
      .setDesc(
        "Only where Studiolo is not found by itself: the line that “studiolo pair” prints. It stays on this device.",
      )
      .addText((field) => {
        field.inputEl.type = "password";
        field.setValue(code).onChange((words) => (code = words.trim()));
      })
      .addButton((button) => button.setButtonText("Pair").onClick(() => this.pair(code)));
  }

  private pair(code: string): void {
    try {
      if (code) paired(code);
    } catch (error) {
      this.desk.tell(error);
      return;
    }
    keepPairingCode(this.app, code);
    this.desk.jobs.line.hurry();
    this.desk.tell(code ? "The pairing code is kept." : "This device is paired with nothing now.");
  }

  private models(rows: Rows): void {
    const { settings, jobs } = this.desk;
    rows.heading("Models and style", "What is not here yet is fetched with “studiolo models pull”.");
    for (const [kind, name] of [
      ["text", "Writing"],
      ["image", "Painting"],
      ["music", "Composing"],
    ] as const) {
      const known = jobs.models.filter((model) => model.kind === kind);
      const choices = known.map((one) => [one.name, one.installed ? one.name : `${one.name} (not here yet)`] as const);
      const tell = () => row.setDesc(described(known, settings.models[kind]));
      const row = rows.choice(name, "", "Studiolo's own choice", choices, settings.models[kind], (value) => {
        settings.models[kind] = value;
        tell();
      });
      tell();
    }
    const { styles = [], presets = [] } = jobs.line.welcome ?? {};
    rows.choice("Style", "How everything sounds that is written.", "None", named(styles), settings.style, (value) => {
      settings.style = value;
    });
    const others = presets.filter((name) => name !== MODELS_OWN);
    const preset = settings.preset === MODELS_OWN ? "" : settings.preset;
    rows.choice(
      "Preset",
      "How words are drawn, where nothing else is set.",
      "The model's own",
      named(others),
      preset,
      (value) => {
        settings.preset = value || MODELS_OWN;
      },
    );
  }

  // ---- what is only the person's affair

  private writing(rows: Rows): void {
    const { settings } = this.desk;
    rows.heading("Writing");
    const length = "In tokens, about three quarters of a word each. Empty for what is usual.";
    rows.number("Longest answer", length, { least: 1, most: 8192, whole: true }, settings.maxTokens, (value) => {
      settings.maxTokens = value;
    });
    rows.number(
      "Versions",
      "How many a passage is rewritten in.",
      { least: 1, most: 8, whole: true },
      settings.variants,
      (value) => {
        settings.variants = value ?? 1;
      },
    );
    const others = "Keep what each written word could have been, to be seen and chosen.";
    rows.toggle("Other words", others, settings.alternatives, (on) => (settings.alternatives = on));
    const slash = "Templates and commands behind a / at the beginning of a word.";
    rows.toggle("Slash menu", slash, settings.slash, (on) => (settings.slash = on));
  }

  private sampling(rows: Rows): void {
    const { sampling } = this.desk.settings;
    rows.heading("Sampling", "How the next word is drawn. What is left empty comes from the preset.");
    for (const name of Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[]) {
      const sampler = SAMPLERS[name];
      rows.number(sampler.name, sampler.meaning, sampler, sampling[name] ?? null, (value) => {
        if (value === null) delete sampling[name];
        else sampling[name] = value;
      });
    }
    rows.lines("Phrases that never appear", "One a line.", sampling.banned_phrases ?? [], (phrases) => {
      if (phrases.length) sampling.banned_phrases = phrases;
      else delete sampling.banned_phrases;
    });
  }

  private ghost(rows: Rows): void {
    const { ghost } = this.desk.settings;
    rows.heading("Ghost text", "What could come next, shown faintly behind the cursor.");
    const on = "Otherwise it comes when you ask for it with its command.";
    rows.toggle("While you pause", on, ghost.on, (value) => (ghost.on = value));
    const pause = "Milliseconds without a key before it comes.";
    rows.number("Pause", pause, { least: 100, most: 60_000, whole: true }, ghost.pause, (value) => {
      if (value !== null) ghost.pause = value;
    });
    const press = "Press it here. It acts only while ghost text is shown.";
    rows.key("Key that takes all of it", press, ghost.accept, (key) => (ghost.accept = key));
    rows.key("Key that takes a word", press, ghost.word, (key) => (ghost.word = key));
  }

  private bible(rows: Rows): void {
    const { bible } = this.desk.settings;
    rows.heading("Story bible", "Notes whose property “type” is character, place, object or lore.");
    rows.folder("Folder", "With the folders in it.", bible.folder, (path) => (bible.folder = path));
    for (const [name, meaning, key, least, most] of [
      ["Budget", "Most tokens of all entries together.", "budget", 0, 32_768],
      ["Paragraphs", "How many of the last ones are searched for names.", "depth", 1, 100],
      ["By meaning", "How many entries at most are sent that no name called.", "meaning", 0, 20],
    ] as const) {
      rows.number(name, meaning, { least, most, whole: true }, bible[key], (value) => {
        if (value !== null) bible[key] = value;
      });
    }
  }

  private pictures(rows: Rows): void {
    const { pictures } = this.desk.settings;
    rows.heading("Pictures");
    rows.text(
      "Style of pictures",
      "Words that say how every one is painted.",
      "Ink drawing",
      pictures.style,
      (words) => {
        pictures.style = words;
      },
    );
  }

  private folders(rows: Rows): void {
    const { settings } = this.desk;
    rows.heading("Folders");
    const templates = "Each note in it is a command.";
    rows.folder("Templates", templates, settings.templates, (path) => (settings.templates = path));
    const sidecars = "Other versions of passages, and how pictures and sounds were made.";
    rows.folder("Sidecars", sidecars, settings.sidecars, (path) => (settings.sidecars = path));
  }
}

const MODELS_OWN = "model";

function named(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name) => [name, name] as const);
}

/** Whose the model is, what it needs, and whether it is here; of the usual one, where none is chosen. */
function described(known: readonly ModelInfo[], chosen: string): string {
  const model = known.find((one) => (chosen ? one.name === chosen : one.default));
  if (!model) return "Seen once there is a connection.";
  const use = model.commercial ? "commercial use allowed" : "no commercial use";
  const here = model.installed ? "" : " · not here yet";
  return `${model.name} · ${model.licence}, ${use} · ${model.memory_gb} GB of memory${here}`;
}
