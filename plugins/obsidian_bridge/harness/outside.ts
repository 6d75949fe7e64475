/**
 * What the page may ask of the process around it: the vault's folder, and the little of Node that a desktop app has.
 * Bytes go as base64, since only JSON crosses over.
 */

export interface Stat {
  mtime: number;
  ctime: number;
  size: number;
}

/** A file, or a folder where `stat` is null. Paths are relative to the vault and have forward slashes. */
export interface Entry {
  path: string;
  stat: Stat | null;
}

export interface Outside {
  /** All that is in the vault, folders before what is in them, without what begins with a dot. */
  list(): Promise<Entry[]>;
  /** What is directly in one folder, whatever its name begins with. */
  listFolder(path: string): Promise<Entry[]>;
  /** Null where there is nothing. */
  entry(path: string): Promise<Entry | null>;
  read(path: string): Promise<string>;
  write(path: string, base64: string): Promise<Stat>;
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;

  /** Of `fs/promises`, anywhere. */
  readFile(path: string): Promise<string>;
  stat(path: string): Promise<{ mode: number; uid: number; size: number; mtimeMs: number }>;
  /** Of `child_process`: why it could not be started, or null. */
  spawn(command: string, parameters: string[]): Promise<string | null>;
}

/** What the page is told at its beginning. */
export interface Surroundings {
  vaultName: string;
  theme: "light" | "dark";
  /** Whether this is the desktop app, which has Node. */
  desktop: boolean;
  environment: Record<string, string>;
  home: string;
  user: number;
  system: string;
}
