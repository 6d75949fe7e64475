// Generated from the contract by `npm run wire`; do not edit.

export type Message =
  | Hello
  | Submit
  | Cancel
  | Move
  | Resume
  | Pin
  | Unpin
  | Have
  | Put
  | Get
  | ListModels
  | ListJobs
  | Free
  | Keep
  | Forget
  | ListConcepts
  | ListKits
  | Bring
  | Welcome
  | Accepted
  | Done
  | Refused
  | Happened
  | Previewed
  | Missing
  | Given
  | Models
  | Jobs
  | Concepts
  | Kits
  | Brought
  | Bible;

/**
 * The first frame. Answered by `Welcome`, or by `Refused` and a closed socket.
 */
export interface Hello {
  type: "hello";
  ref?: number;
  protocol: number;
  client: string;
  token: string;
}
/**
 * Do this. The same key from the same client is the same job, however often it is sent; a new one only after that
 * job was given up, long after its end. Answered by `Accepted`.
 */
export interface Submit {
  type: "submit";
  ref: number;
  key: string;
  request:
    | TextRequest
    | ImageRequest
    | TextureRequest
    | UpscaleRequest
    | MusicRequest
    | CardRequest
    | ComposeRequest
    | MatchRequest;
  priority?: "interactive" | "batch";
}
/**
 * Write something. The same request with the same seed, model and machine gives the same text.
 */
export interface TextRequest {
  kind: "text";
  mode?: string;
  text: string;
  instruction?: string;
  style?: string;
  /**
   * @maxItems 8
   */
  examples?: Example[];
  /**
   * @maxItems 1000
   */
  turns?: Turn[];
  speaker?: "system" | "user" | "assistant";
  bible?: Blob | null;
  model?: string;
  preset?: string;
  sampling?: Sampling;
  max_tokens?: number | null;
  variants?: number;
  candidates?: number | null;
  seed?: number | null;
  /**
   * @maxItems 16
   */
  stop?: string[];
  end_at_sentence?: boolean;
  json_schema?: string;
  alternatives?: number;
  dry?: boolean;
}
/**
 * What could be asked, and a good answer to it.
 */
export interface Example {
  text: string;
  answer: string;
}
/**
 * What was said in a conversation, and by whom; `system` tells the model how it shall answer.
 */
export interface Turn {
  speaker: "system" | "user" | "assistant";
  text: string;
}
/**
 * Bytes in the daemon's keeping, or that a client wants to put there.
 */
export interface Blob {
  sha256: string;
  size: number;
  media_type: string;
}
/**
 * How the next token is drawn. A field left at None is taken from the preset, and is neutral if that has none.
 */
export interface Sampling {
  temperature?: number | null;
  top_p?: number | null;
  top_k?: number | null;
  min_p?: number | null;
  typical_p?: number | null;
  repetition_penalty?: number | null;
  repetition_range?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  dry_multiplier?: number | null;
  dry_base?: number | null;
  dry_allowed_length?: number | null;
  dry_range?: number | null;
  xtc_probability?: number | null;
  xtc_threshold?: number | null;
  banned_phrases?: string[] | null;
  logit_bias?: TokenBias[] | null;
}
/**
 * Adds `bias` to the logit of every token that `text` begins with (with and without a leading space), or of the one
 * that has the number `token` in the model's vocabulary. One of the two is given.
 */
export interface TokenBias {
  text?: string;
  token?: number | null;
  bias: number;
}
/**
 * Paint a picture; refine `image` when one is given; repaint only where `mask` is white when that is given too.
 */
export interface ImageRequest {
  kind: "image";
  prompt: string;
  negative_prompt?: string;
  width?: number | null;
  height?: number | null;
  steps?: number | null;
  guidance_scale?: number | null;
  scheduler?: string;
  seed?: number | null;
  batch?: number;
  image?: Picture | null;
  mask?: Picture | null;
  mask_keeps?: boolean;
  strength?: number;
  style_image?: Picture | null;
  style_strength?: number;
  depth_image?: Picture | null;
  depth_strength?: number;
  seamless?: boolean;
  model?: string;
  previews?: boolean;
}
/**
 * A picture that a client has put (or wants to put) into the daemon's keeping.
 */
export interface Picture {
  sha256: string;
  width: number;
  height: number;
  format?: "png" | "jpeg" | "webp" | "rgba8" | "bgra8" | "rgbaf32";
}
/**
 * Make a material: a base colour, painted from words or taken from a picture, and the maps that go with it.
 */
export interface TextureRequest {
  kind: "texture";
  prompt?: string;
  negative_prompt?: string;
  width?: number | null;
  height?: number | null;
  steps?: number | null;
  guidance_scale?: number | null;
  scheduler?: string;
  seed?: number | null;
  image?: Picture | null;
  strength?: number;
  seamless?: boolean;
  model?: string;
  previews?: boolean;
}
/**
 * Enlarge a picture, drawing finer what was coarse. Nothing is left to chance, so there is no seed.
 */
export interface UpscaleRequest {
  kind: "upscale";
  image: Picture;
  scale?: 2 | 4;
  seamless?: boolean;
  model?: string;
}
/**
 * Write a soundtrack. What is left open follows from the mood, and the recipe says what and why.
 */
export interface MusicRequest {
  kind: "music";
  prompt?: string;
  mood?: Mood | null;
  seconds?: number;
  /**
   * @maxItems 16
   */
  sections?: Section[];
  tempo?: number | null;
  key?: string;
  mode?: ("lydian" | "major" | "mixolydian" | "dorian" | "minor" | "phrygian") | null;
  meter?: ("2/4" | "3/4" | "4/4" | "6/8" | "12/8") | null;
  ensemble?: string;
  /**
   * @maxItems 12
   */
  instruments?: string[];
  loop?: boolean;
  stems?: boolean;
  layers?: number;
  motif?: string;
  motif_midi?: Midi | null;
  format?: "wav" | "flac";
  seed?: number | null;
  steps?: number | null;
  guidance_scale?: number | null;
  model?: string;
  previews?: boolean;
}
/**
 * A feeling as three numbers, each 0 where it is neither the one nor the other.
 */
export interface Mood {
  valence?: number;
  arousal?: number;
  tension?: number;
}
/**
 * A stretch of the piece with a mood of its own.
 */
export interface Section {
  prompt?: string;
  seconds?: number | null;
  mood?: Mood | null;
  until?: Mood | null;
}
/**
 * A standard MIDI file that a client has put (or wants to put) into the daemon's keeping.
 */
export interface Midi {
  sha256: string;
}
/**
 * Read a mood card from a brief; at least one of `text`, `picture`, `scene` and `card` says something.
 */
export interface CardRequest {
  kind: "card";
  text?: string;
  picture?: Picture | null;
  scene?: string;
  card?: MoodCard | null;
  /**
   * @maxItems 32
   */
  changes?: Change[];
  seed?: number | null;
  model?: string;
}
/**
 * What text, picture, texture and music are made from, so that they belong together. What is empty is left open.
 */
export interface MoodCard {
  title?: string;
  /**
   * @maxItems 8
   */
  subjects?: string[];
  /**
   * @maxItems 8
   */
  characters?: Character[];
  place?: string;
  time?: string;
  weather?: string;
  mood?: Mood;
  /**
   * @maxItems 8
   */
  palette?: string[];
  era?: string;
  /**
   * @maxItems 6
   */
  materials?: string[];
  /**
   * @maxItems 8
   */
  motifs?: string[];
  tempo?: number | null;
  mode?: ("lydian" | "major" | "mixolydian" | "dorian" | "minor" | "phrygian") | null;
  ensemble?: string;
  style?: string;
  /**
   * @maxItems 64
   */
  sources?: Source[];
}
/**
 * Somebody in the story.
 */
export interface Character {
  name: string;
  looks?: string;
}
/**
 * Where a field of the card comes from.
 */
export interface Source {
  field:
    | "title"
    | "subjects"
    | "characters"
    | "place"
    | "time"
    | "weather"
    | "valence"
    | "arousal"
    | "tension"
    | "palette"
    | "era"
    | "materials"
    | "motifs"
    | "tempo"
    | "mode"
    | "ensemble"
    | "style";
  origin: "you" | "brief" | "picture" | "scene" | "project" | "model" | "meaning" | "rule";
  because?: string;
}
/**
 * A field as the person wants it. Fields that a rule made from it follow; all others stay.
 */
export interface Change {
  field:
    | "title"
    | "subjects"
    | "characters"
    | "place"
    | "time"
    | "weather"
    | "valence"
    | "arousal"
    | "tension"
    | "palette"
    | "era"
    | "materials"
    | "motifs"
    | "tempo"
    | "mode"
    | "ensemble"
    | "style";
  value: string;
}
/**
 * Make a kit: from one brief a text, pictures, materials and music that belong together. The same request again
 * makes only what is missing.
 */
export interface ComposeRequest {
  kind: "compose";
  brief?: string;
  /**
   * @maxItems 12
   */
  scenes?: string[];
  preset?: string;
  card?: MoodCard | null;
  /**
   * @maxItems 32
   */
  changes?: Change[];
  picture?: Picture | null;
  scene?: string;
  /**
   * @maxItems 64
   */
  parts?: string[];
  /**
   * @maxItems 64
   */
  own?: Own[];
  seed?: number | null;
  /**
   * @maxItems 64
   */
  seeds?: PartSeed[];
  seconds?: number;
  model?: string;
  image_model?: string;
  music_model?: string;
  project?: boolean;
}
/**
 * A part that the person has made or chosen: it stands in the kit as it is.
 */
export interface Own {
  part: string;
  blob: Blob;
}
/**
 * A part with a seed of its own, to make another one of it alone.
 */
export interface PartSeed {
  part: string;
  seed: number;
}
/**
 * Judge how well parts belong to a brief and its card. What is not given is not judged.
 */
export interface MatchRequest {
  kind: "match";
  brief?: string;
  card: MoodCard;
  text?: string;
  picture?: Picture | null;
  texture?: Picture | null;
  music?: Midi | null;
  model?: string;
}
/**
 * Stop a job of one's own; a job that is over stays as it is. Answered by `Done`.
 */
export interface Cancel {
  type: "cancel";
  ref: number;
  job: string;
}
/**
 * Have a waiting job of one's own run before another one that waits for the same worker with the same priority.
 * Answered by `Done`.
 */
export interface Move {
  type: "move";
  ref: number;
  job: string;
  before?: string;
}
/**
 * Send the log of a job from the event after `after`, and go on with what happens next. Answered by `Done`.
 */
export interface Resume {
  type: "resume";
  ref: number;
  job: string;
  after?: number;
}
/**
 * Keep a job of one's own, and every blob that it names, however old it grows. Answered by `Done`.
 */
export interface Pin {
  type: "pin";
  ref: number;
  job: string;
}
/**
 * Let a job of one's own grow old like any other. Answered by `Done`.
 */
export interface Unpin {
  type: "unpin";
  ref: number;
  job: string;
}
/**
 * Which of these blobs would have to be put? The others stay for an hour at least. Answered by `Missing`.
 */
export interface Have {
  type: "have";
  ref: number;
  /**
   * @maxItems 256
   */
  hashes: string[];
}
/**
 * In a binary frame: the bytes of a blob, which stays for an hour at least, and then as long as a job or a concept
 * names it. Answered by `Done`.
 */
export interface Put {
  type: "put";
  ref: number;
  sha256: string;
}
/**
 * Send a blob, or a part of it: so that others need not wait for a large one. Answered by `Given`.
 */
export interface Get {
  type: "get";
  ref: number;
  sha256: string;
  start?: number;
  length?: number | null;
}
/**
 * Which models are there? Answered by `Models`.
 */
export interface ListModels {
  type: "models";
  ref: number;
}
/**
 * Which jobs are there, newest first? Answered by `Jobs`.
 */
export interface ListJobs {
  type: "jobs";
  ref: number;
  everyone?: boolean;
}
/**
 * Give memory back: end every worker that has no job now, and each other one when its present job is over. The next
 * job starts its worker anew. Answered by `Done` when those without a job are gone.
 */
export interface Free {
  type: "free";
  ref: number;
}
/**
 * Keep a concept for every client, in the place of the one that has this name. Answered by `Done`.
 */
export interface Keep {
  type: "keep";
  ref: number;
  concept: Concept;
}
/**
 * What is kept under a name: words for prompts, and a picture where there is one.
 */
export interface Concept {
  name: string;
  kind: "character" | "place" | "object" | "lore";
  words?: string;
  picture?: Picture | null;
}
/**
 * Keep the concept of this name no longer, if there is one. Answered by `Done`.
 */
export interface Forget {
  type: "forget";
  ref: number;
  name: string;
}
/**
 * Which concepts are kept, by whichever client? Answered by `Concepts`.
 */
export interface ListConcepts {
  type: "concepts";
  ref: number;
}
/**
 * Which kits does the project have that is open, newest first? Answered by `Kits`.
 */
export interface ListKits {
  type: "kits";
  ref: number;
}
/**
 * Make a blob of a file of one of those kits, to be got as any other; it stays for an hour at least. Answered by
 * `Brought`.
 */
export interface Bring {
  type: "bring";
  ref: number;
  kit: string;
  file: string;
}
/**
 * The socket is open for jobs.
 */
export interface Welcome {
  type: "welcome";
  ref: number;
  protocol: number;
  server: string;
  features: string[];
  limits: Limits;
  models: ModelInfo[];
  styles?: string[];
  presets?: string[];
  kit_presets?: string[];
}
/**
 * What the daemon refuses to take.
 */
export interface Limits {
  frame_bytes: number;
  blob_bytes: number;
  jobs_per_client: number;
}
/**
 * A model as a client shows it to a person.
 */
export interface ModelInfo {
  name: string;
  kind: "text" | "image" | "upscale" | "music" | "judge";
  summary: string;
  licence: string;
  commercial: boolean;
  memory_gb: number;
  installed: boolean;
  default: boolean;
  native?: number | null;
  depth?: boolean;
}
/**
 * The job is in the journal; its events follow.
 */
export interface Accepted {
  type: "accepted";
  ref: number;
  key: string;
  job: string;
  known: boolean;
}
/**
 * It is so.
 */
export interface Done {
  type: "done";
  ref: number;
}
/**
 * The message with this `ref` was not carried out; everything else goes on.
 */
export interface Refused {
  type: "refused";
  ref: number;
  problem: Problem;
}
/**
 * A failure as it travels: `message` says what is wrong, `mend` what to do about it, each in one sentence.
 */
export interface Problem {
  code:
    | "bad_request"
    | "bad_picture"
    | "bad_midi"
    | "unknown_model"
    | "model_missing"
    | "unknown_job"
    | "unknown_blob"
    | "no_daemon"
    | "bad_token"
    | "bad_origin"
    | "bad_protocol"
    | "too_large"
    | "busy"
    | "out_of_memory"
    | "disk_full"
    | "offline"
    | "bad_model"
    | "worker_died"
    | "stopped"
    | "internal";
  message: string;
  mend: string;
  retry_after?: number | null;
}
/**
 * Event number `seq` (from 1, without gaps) of a job's log.
 */
export interface Happened {
  type: "happened";
  job: string;
  seq: number;
  at: number;
  event: Queued | Started | Progress | Context | Text | Part | Result | Failed | Cancelled;
}
/**
 * The job waits; `position` jobs of its kind run before it.
 */
export interface Queued {
  type: "queued";
  position: number;
}
/**
 * A worker has taken the job. With `attempt` above 1 it begins again: forget what was written before.
 */
export interface Started {
  type: "started";
  attempt: number;
}
/**
 * `done` of `total` in this stage; `total` is 0 where it is not known.
 */
export interface Progress {
  type: "progress";
  stage: "load" | "read" | "write" | "steps" | "decode" | "maps" | "compose" | "render" | "parts";
  done: number;
  total: number;
}
/**
 * What went into the prompt, sent before the first word.
 */
export interface Context {
  type: "context";
  parts: ContextPart[];
  tokens: number;
  window: number;
  entries?: ContextEntry[];
}
/**
 * One part of the prompt: `tokens` went in, `cut` tokens were left out of it.
 */
export interface ContextPart {
  name: string;
  tokens: number;
  cut: number;
}
/**
 * An entry of the story bible that was called, or was looked at and left out.
 */
export interface ContextEntry {
  name: string;
  sent: boolean;
  why: string;
  tokens: number;
  cut: number;
}
/**
 * The next piece of variant `variant`. Pieces joined in order are the text of the result, up to its final trim.
 */
export interface Text {
  type: "text";
  variant: number;
  text: string;
  tokens?: Token[];
}
/**
 * A token that was written, and the likeliest ones in its place.
 */
export interface Token {
  text: string;
  probability: number;
  alternatives: Choice[];
}
/**
 * A token that could have been written, with its probability before the samplers acted.
 */
export interface Choice {
  text: string;
  probability: number;
}
/**
 * A part of a kit is begun, done or failed; the kit goes on in any case.
 */
export interface Part {
  type: "part";
  name: string;
  kind: "card" | "text" | "image" | "texture" | "music" | "match";
  state: "begun" | "done" | "failed";
  job?: string;
  known?: boolean;
  result?: Result | null;
  problem?: Problem | null;
}
/**
 * The job is done. Blobs named here stay with the daemon until they are collected.
 */
export interface Result {
  type: "result";
  outputs: (TextOutput | ImageOutput | SoundOutput | MidiOutput | CardOutput | MatchOutput | KitOutput)[];
  recipe: Recipe;
}
/**
 * A finished text.
 */
export interface TextOutput {
  type: "text";
  text: string;
  seed: number;
  finish: "end" | "stop" | "length";
  tokens: number;
}
/**
 * A finished picture.
 */
export interface ImageOutput {
  type: "image";
  blob: Blob;
  width: number;
  height: number;
  seed?: number | null;
  name?: ("basecolor" | "normal" | "roughness" | "metallic" | "height" | "ao" | "preview") | "score" | null;
}
/**
 * A finished piece of music, or a part of one.
 */
export interface SoundOutput {
  type: "sound";
  blob: Blob;
  part: "mix" | "stem" | "layer";
  name: string;
  samples: number;
  sample_rate: number;
  channels: number;
  loop: boolean;
  seed: number;
}
/**
 * The notes of a finished piece, as a standard MIDI file.
 */
export interface MidiOutput {
  type: "midi";
  blob: Blob;
  notes: number;
  seed: number;
}
/**
 * A finished mood card.
 */
export interface CardOutput {
  type: "card";
  card: MoodCard;
  seed?: number | null;
}
/**
 * How well parts belong to brief and card.
 */
export interface MatchOutput {
  type: "match";
  score: number;
  shares: Share[];
}
/**
 * What one part has to do with how well a kit fits.
 */
export interface Share {
  part: "text" | "picture" | "texture" | "music";
  score: number;
  weight: number;
  because: string;
}
/**
 * A finished kit.
 */
export interface KitOutput {
  type: "kit";
  blob: Blob;
}
/**
 * Submitting `settled` again on the same model and machine gives the same result.
 */
export interface Recipe {
  request:
    | TextRequest
    | ImageRequest
    | TextureRequest
    | UpscaleRequest
    | MusicRequest
    | CardRequest
    | ComposeRequest
    | MatchRequest;
  settled:
    | TextRequest
    | ImageRequest
    | TextureRequest
    | UpscaleRequest
    | MusicRequest
    | CardRequest
    | ComposeRequest
    | MatchRequest;
  final_prompt: string;
  model: string;
  model_revision: string;
  model_sha256: string;
  licence: string;
  engine: string;
  device: string;
  studiolo: string;
  timings: Timings;
  helpers?: Helper[];
  why?: Reason[];
  notes?: string[];
}
/**
 * Seconds.
 */
export interface Timings {
  queued?: number;
  load?: number;
  run?: number;
}
/**
 * A model that finished what the recipe's own model had begun.
 */
export interface Helper {
  model: string;
  model_revision: string;
  model_sha256: string;
  licence: string;
  engine: string;
}
/**
 * Why the result is as it is, in one point.
 */
export interface Reason {
  what: string;
  value: string;
  because: string;
}
/**
 * The job is over without a result.
 */
export interface Failed {
  type: "failed";
  problem: Problem;
}
/**
 * The job is over because its client asked for that.
 */
export interface Cancelled {
  type: "cancelled";
}
/**
 * In a binary frame: the newest preview of a job.
 */
export interface Previewed {
  type: "previewed";
  job: string;
  preview: Preview | SoundPreview;
}
/**
 * How a picture looks so far. No preview is in the log: a slow client gets only the newest, a late one none.
 */
export interface Preview {
  type: "preview";
  step: number;
  steps: number;
  width: number;
  height: number;
  media_type?: string;
}
/**
 * How a piece begins, as far as it is made: to be heard as it is, though not yet mixed as the result will be.
 */
export interface SoundPreview {
  type: "sound_preview";
  seconds: number;
  total: number;
  waveform: number[];
  media_type?: string;
}
/**
 * These blobs the daemon does not have.
 */
export interface Missing {
  type: "missing";
  ref: number;
  hashes: string[];
}
/**
 * In a binary frame: the bytes of a blob that were asked for, fewer where it ends before.
 */
export interface Given {
  type: "given";
  ref: number;
  sha256: string;
  size: number;
}
/**
 * The models of the catalogue, installed or not.
 */
export interface Models {
  type: "models";
  ref: number;
  models: ModelInfo[];
}
/**
 * Jobs, newest first.
 */
export interface Jobs {
  type: "jobs";
  ref: number;
  jobs: JobInfo[];
}
/**
 * One line of the list of jobs.
 */
export interface JobInfo {
  job: string;
  client: string;
  kind: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  title: string;
  created: number;
  seq: number;
  pinned?: boolean;
}
/**
 * The concepts that are kept, by name.
 */
export interface Concepts {
  type: "concepts";
  ref: number;
  concepts: Concept[];
}
/**
 * The kits of the project that is open.
 */
export interface Kits {
  type: "kits";
  ref: number;
  project?: string;
  kits: KitInfo[];
}
/**
 * A kit of the project that is open, as a client lists it.
 */
export interface KitInfo {
  name: string;
  title: string;
  created: number;
  parts: KitPart[];
  palette?: string[];
}
/**
 * One part: what it consists of, or why it is missing.
 */
export interface KitPart {
  name: string;
  kind: "text" | "image" | "texture" | "music";
  files?: KitFile[];
  follows?: (
    | "title"
    | "subjects"
    | "characters"
    | "place"
    | "time"
    | "weather"
    | "valence"
    | "arousal"
    | "tension"
    | "palette"
    | "era"
    | "materials"
    | "motifs"
    | "tempo"
    | "mode"
    | "ensemble"
    | "style"
  )[];
  seed?: number | null;
  own?: boolean;
  recipe?: Recipe | null;
  problem?: Problem | null;
}
/**
 * One file of a part, as it lies in the kit's folder.
 */
export interface KitFile {
  name: string;
  blob: Blob;
}
/**
 * The file is a blob.
 */
export interface Brought {
  type: "brought";
  ref: number;
  blob: Blob;
}
/**
 * All entries, and how many of them may be sent.
 */
export interface Bible {
  /**
   * @maxItems 2000
   */
  entries: Entry[];
  budget?: number;
  depth?: number;
  meaning?: number;
  least_likeness?: number;
}
/**
 * One person, place, thing or piece of lore, and by which words of the text it is called.
 */
export interface Entry {
  name: string;
  type?: "character" | "place" | "object" | "lore";
  text: string;
  /**
   * @maxItems 64
   */
  aliases?: string[];
  /**
   * @maxItems 64
   */
  keys?: string[];
  /**
   * @maxItems 64
   */
  secondary?: string[];
  secondary_logic?: "any" | "all" | "none" | "not_all";
  constant?: boolean;
  order?: number;
  sticky?: number;
  budget?: number | null;
  case_sensitive?: boolean;
  recursion?: boolean;
}
