/** Light or dark: the system's choice, until the person makes another. Knows no view. */

const PLACE = "studiolo-theme";

/** @type {Record<string, string>} */
const NEXT = { system: "light", light: "dark", dark: "system" };
/** @type {Record<string, string>} */
const SAID = { system: "Light or dark: as the system", light: "Light", dark: "Dark" };

/**
 * Makes this button change it.
 * @param {HTMLButtonElement} button
 */
export function themeButton(button) {
    const show = () => {
        const theme = localStorage.getItem(PLACE) ?? "system";
        document.documentElement.dataset.theme = theme;
        button.textContent = SAID[theme] ?? "";
    };
    button.addEventListener("click", () => {
        localStorage.setItem(PLACE, NEXT[localStorage.getItem(PLACE) ?? "system"] ?? "system");
        show();
    });
    show();
}
