/** Paths as a vault has them. Pure. */

export function normalizePath(path: string): string {
  const clean = path
    .replace(/[\\/]+/g, "/")
    .replace(/^\/+|\/+$/g, "")
    .replace(/\u00a0|\u202f/g, " ")
    .normalize("NFC");
  return clean || "/";
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "/" : path.slice(0, end);
}

export function joined(folder: string, name: string): string {
  return folder === "/" || folder === "" ? name : `${folder}/${name}`;
}

/** What is before and after the last dot of a name; a name that begins with its only dot has no extension. */
export function split(name: string): { basename: string; extension: string } {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? { basename: name.slice(0, dot), extension: name.slice(dot + 1) } : { basename: name, extension: "" };
}

/** The path without the part of a link that names a heading or a block. */
export function getLinkpath(linktext: string): string {
  return linktext.split("#")[0]?.trim() ?? "";
}

export function parseLinktext(linktext: string): { path: string; subpath: string } {
  const hash = linktext.indexOf("#");
  return hash < 0 ? { path: linktext, subpath: "" } : { path: linktext.slice(0, hash), subpath: linktext.slice(hash) };
}
