/** Where sentences end, in any script. Knows no document. */

const segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** A title whose full stop ends no sentence. */
const TITLE = /(?<!\p{L})(?:Mr|Mrs|Ms|Dr|St|Prof|Mme|Mlle)\.[^\S\n]+$/u;
/** `"Go!" he said.` goes on after its exclamation mark; a line that ends does not. */
const GOES_ON = /^\p{Ll}/u;

/** The sentences of a text, each with the white space after it; joined they are the text. */
export function sentences(text: string): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const last = found[found.length - 1];
    const goesOn = GOES_ON.test(segment) || (last !== undefined && TITLE.test(last));
    if (last !== undefined && (segment.trim() === "" || (goesOn && !last.endsWith("\n")))) {
      found[found.length - 1] = last + segment;
    } else found.push(segment);
  }
  return found;
}
