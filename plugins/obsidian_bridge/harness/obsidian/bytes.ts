/** Bytes as text and as base64. Pure. */

export function toBase64(bytes: ArrayBuffer): string {
  const whole = new Uint8Array(bytes);
  let binary = "";
  for (let at = 0; at < whole.length; at += 0x8000) binary += String.fromCharCode(...whole.subarray(at, at + 0x8000));
  return btoa(binary);
}

export function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

export function encode(text: string): ArrayBuffer {
  return new Uint8Array(new TextEncoder().encode(text)).buffer;
}

export function decode(bytes: ArrayBuffer): string {
  return new TextDecoder().decode(bytes);
}
