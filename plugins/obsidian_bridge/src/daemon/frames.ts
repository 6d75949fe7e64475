/** Binary frames: four bytes with the length of a message (big-endian), the message as JSON, the bytes. Knows no socket. */

export function toBinary(message: object, payload: Uint8Array): ArrayBuffer {
  const header = new TextEncoder().encode(JSON.stringify(message));
  const frame = new Uint8Array(4 + header.length + payload.length);
  new DataView(frame.buffer).setUint32(0, header.length);
  frame.set(header, 4);
  frame.set(payload, 4 + header.length);
  return frame.buffer;
}

/** The message and the bytes of a frame. Throws for a frame that ends before its message does. */
export function splitBinary(frame: ArrayBuffer): [unknown, Uint8Array] {
  const size = frame.byteLength >= 4 ? new DataView(frame).getUint32(0) : frame.byteLength;
  if (frame.byteLength < 4 + size) throw new RangeError("A binary frame ended before its message did.");
  const header = new TextDecoder().decode(new Uint8Array(frame, 4, size));
  return [JSON.parse(header), new Uint8Array(frame, 4 + size)];
}

/** The name under which the daemon keeps these bytes: their SHA-256, in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
