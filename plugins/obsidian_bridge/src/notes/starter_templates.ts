/** The templates that a vault can begin with: each the text of a note, by its name. */

export const STARTERS: Readonly<Record<string, string>> = {
  Haiku: `---
mode: poem
style: haiku
place: cursor
---
A haiku.
`,
  "Sonnet of the selection": `---
mode: poem
place: below
---
A sonnet about this: {{selection}}
`,
  Noir: `---
mode: rewrite
style: noir
place: review
---
Short sentences, wet streets, and nobody tells the truth.
`,
  Gentler: `---
mode: rewrite
place: review
variants: 2
preset: precise
---
Make the tone gentler.
`,
  "Past tense": `---
mode: rewrite
place: review
preset: precise
examples:
  - text: She walks to the window and sees that the boats are gone.
    answer: She walked to the window and saw that the boats were gone.
---
Write it in the past tense.
`,
  "Shorten to half": `---
mode: shorten
place: review
---
Half as long, and nothing that matters lost.
`,
  "Dialogue in their voices": `---
mode: dialogue
place: cursor
---
Each speaks as the story bible says.
`,
  "Describe the place": `---
mode: expand
place: below
sampling:
  temperature: 0.7
  min_p: 0.1
---
Say what is seen, heard and smelt there, and how the light falls.
`,
  "What happens next": `---
mode: brainstorm
place: below
---
Five things that could happen next: {{before}}
`,
  Advertisement: `---
mode: ad
place: below
---
{{selection}}
`,
  "Character sheet": `---
mode: character
place: frontmatter
---
{{title}}
`,
};
