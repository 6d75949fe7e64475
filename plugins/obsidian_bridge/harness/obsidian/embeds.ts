/** Pictures and sounds of `![[…]]` are seen under their line, as in Obsidian's live preview. Knows no vault. */

import { RangeSetBuilder, StateField, type EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";

const EMBED = /!\[\[([^\]|#\n]+)[^\]\n]*\]\]|!\[[^\]\n]*\]\(([^)\s]+)\)/g;
const PICTURE = /\.(png|jpe?g|gif|webp|svg)$/i;
const SOUND = /\.(wav|mp3|ogg|flac|m4a)$/i;

class Embed extends WidgetType {
  constructor(
    private readonly link: string,
    private readonly source: string,
  ) {
    super();
  }

  override eq(other: Embed): boolean {
    return other.source === this.source;
  }

  toDOM(): HTMLElement {
    const element = createDiv(`internal-embed media-embed ${PICTURE.test(this.link) ? "image-embed" : "audio-embed"}`);
    if (PICTURE.test(this.link)) element.createEl("img", { attr: { src: this.source, alt: this.link } });
    else element.createEl("audio", { attr: { src: this.source, controls: "" } });
    return element;
  }
}

/** `resource` says where a file is, or null while there is none. */
export function embeds(resource: (link: string) => string | null): Extension {
  const field = StateField.define<DecorationSet>({
    create: find,
    update: (seen, tr) => (tr.docChanged ? find(tr.state) : seen),
    provide: (own) => EditorView.decorations.from(own),
  });

  function find(state: EditorState): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    const text = state.doc.toString();
    if (!text.includes("![")) return Decoration.none;
    for (const found of text.matchAll(EMBED)) {
      const link = found[1] ?? decodeURIComponent(found[2] ?? "");
      const source = PICTURE.test(link) || SOUND.test(link) ? resource(link) : null;
      const { to } = state.doc.lineAt(found.index);
      if (source) builder.add(to, to, Decoration.widget({ widget: new Embed(link, source), block: true, side: 1 }));
    }
    return builder.finish();
  }

  return field;
}
