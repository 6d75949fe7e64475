/** The token of this page: a code that came in the address, or was typed, is changed for it. Knows no view. */

const PLACE = "studiolo-token";

/** The token that this tab has; empty for none. */
export function token() {
    return sessionStorage.getItem(PLACE) ?? "";
}

/** Forgets the token, which the daemon no longer knows. */
export function forget() {
    sessionStorage.removeItem(PLACE);
}

/**
 * Takes the code out of the address, so that it is in no bookmark, and changes it for a token.
 */
export async function fromAddress() {
    const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
    if (!code) return;
    history.replaceState(null, "", `${location.pathname}#/compose`);
    await change(code);
}

/**
 * Changes a code for a token. Throws an error with the daemon's problem.
 * @param {string} code
 */
export async function change(code) {
    const answer = await fetch("/v1/studio/token", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code }),
    });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.error.message), { problem: told.error });
    sessionStorage.setItem(PLACE, told.token);
}
