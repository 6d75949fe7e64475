// Writes src/daemon/wire.ts: a type for every message and value of the contract, by its own name.
import { compile } from "json-schema-to-typescript";
import { readFileSync, writeFileSync } from "node:fs";

const schema = JSON.parse(readFileSync("../../docs/protocol.schema.json", "utf-8"));

/**
 * Takes the titles of fields away, which would each become a type, and might have the name of another; and says that
 * what tells one message or request from another is always there.
 */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { title, ...rest } = value;
  const kept = typeof title === "string" ? rest : value; // a field may itself be called "title"
  const tags = Object.entries(kept.properties ?? {}).filter(([, { const: tag }]) => tag !== undefined);
  const made = Object.fromEntries(Object.entries(kept).map(([name, inner]) => [name, plain(inner)]));
  return tags.length ? { ...made, required: [...new Set([...tags.map(([name]) => name), ...(kept.required ?? [])])] } : made;
}

const types = await compile({ ...plain(schema), title: "Message" }, "Message", {
  additionalProperties: false,
  bannerComment: "// Generated from the contract by `npm run wire`; do not edit.",
  ignoreMinAndMaxItems: true,
  style: { printWidth: 120 },
});
const file = process.argv[2] ?? "src/daemon/wire.ts";
writeFileSync(file, types);
