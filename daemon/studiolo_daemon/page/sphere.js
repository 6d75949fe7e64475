/** A lit ball with a material on it, to be turned by hand, and the light too. Knows WebGL, and no daemon. */

import { h } from "./dom.js";

const RINGS = 64;
/** Radians that an arrow key turns. */
const STEP = 0.12;

/** @typedef {Partial<Record<"basecolor" | "normal" | "roughness" | "metallic" | "ao", Blob>>} Maps */

const VERTEX = `#version 300 es
in vec3 place;
in vec2 uv;
uniform mat3 turn;
uniform float aspect;
out vec3 normal, tangent, point;
out vec2 where;
void main() {
  normal = turn * place;
  float flat_ = max(length(place.xz), 1e-4);
  tangent = turn * (vec3(place.z, 0.0, -place.x) / flat_);
  point = normal;
  where = uv;
  gl_Position = vec4(normal.xy * 0.92 / vec2(max(aspect, 1.0), max(1.0 / aspect, 1.0)), -normal.z * 0.5, 1.0);
}`;

// Lambert and a GGX lobe (Walter et al. 2007) with Smith's masking and Schlick's Fresnel, as in glTF's appendix B; the
// surroundings are a sky that is bright above and dark below, blurred the more the rougher the surface is
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 normal, tangent, point;
in vec2 where;
uniform sampler2D basecolor, normals, roughness, metallic, ao;
uniform vec3 light;
uniform float tiles;
out vec4 colour;
vec3 sky(vec3 way, float blur) {
  float up = way.y;
  float soft = mix(0.18, 1.0, blur);
  vec3 above = vec3(0.62, 0.68, 0.78), below = vec3(0.16, 0.145, 0.13);
  vec3 seen = mix(below, above, smoothstep(-soft, soft, up));
  float window = smoothstep(0.9 - 0.35 * blur, 1.0 + 0.25 * blur, dot(way, normalize(vec3(-0.6, 0.55, 0.6))));
  return seen + window * vec3(1.5, 1.45, 1.35) * (1.0 - 0.75 * blur);
}
void main() {
  vec2 st = where * vec2(2.0, 1.0) * tiles;
  vec3 n0 = normalize(normal), t = normalize(tangent), b = cross(n0, t);
  vec3 bump = texture(normals, st).xyz * 2.0 - 1.0;
  vec3 n = normalize(t * bump.x + b * bump.y + n0 * max(bump.z, 0.05));
  vec3 base = pow(texture(basecolor, st).rgb, vec3(2.2));
  float rough = clamp(texture(roughness, st).r, 0.045, 1.0), metal = texture(metallic, st).r;
  float open = texture(ao, st).r;
  vec3 v = vec3(0.0, 0.0, 1.0), l = normalize(light), half_ = normalize(l + v);
  float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 1e-3), nh = max(dot(n, half_), 0.0), vh = max(dot(v, half_), 0.0);
  float a = rough * rough, a2 = a * a;
  float d = a2 / (3.14159 * pow(nh * nh * (a2 - 1.0) + 1.0, 2.0));
  float k = 0.5 / max(nl * sqrt(nv * nv * (1.0 - a2) + a2) + nv * sqrt(nl * nl * (1.0 - a2) + a2), 1e-4);
  vec3 f0 = mix(vec3(0.04), base, metal);
  vec3 f = f0 + (1.0 - f0) * pow(1.0 - vh, 5.0);
  vec3 body = base * (1.0 - metal) / 3.14159;
  float ball = smoothstep(-0.05, 0.15, dot(n0, l)); // the ball's own shadow side
  vec3 lit = ((1.0 - f) * body + d * k * f) * nl * ball * vec3(4.2, 4.05, 3.8);
  vec3 fr = f0 + (max(vec3(1.0 - rough), f0) - f0) * pow(1.0 - nv, 5.0);
  lit += open * (base * (1.0 - metal) * sky(n, 1.0) * 0.75 + fr * sky(reflect(-v, n), rough));
  lit = lit * (2.51 * lit + 0.03) / (lit * (2.43 * lit + 0.59) + 0.14); // Narkowicz 2015
  float edge = smoothstep(0.0, 0.06, n0.z);
  colour = vec4(pow(clamp(lit, 0.0, 1.0), vec3(1.0 / 2.2)) * edge, edge);
}`;

/** What a map is where there is none. */
const PLAIN = {
    basecolor: [180, 180, 180],
    normal: [128, 128, 255],
    roughness: [160, 160, 160],
    metallic: [0, 0, 0],
    ao: [255, 255, 255],
};
/** @type {Record<string, string>} */
const UNIFORM = { normal: "normals" };

/**
 * @param {Maps | Promise<Maps>} maps
 * @param {string} title
 * @param {() => void} failed called where there is no WebGL 2, so that something else is shown
 * @returns {HTMLElement}
 */
export function sphere(maps, title, failed) {
    const canvas = h("canvas", {
        tabIndex: 0,
        role: "img",
        "aria-label": `${title} on a ball. Arrow keys turn it; with Shift they move the light.`,
    });
    let [yaw, pitch] = [0.5, 0.25];
    let [lightYaw, lightPitch] = [-0.7, 0.6];
    let tiles = 2;
    /** @type {(() => void) | null} */
    let draw = null;
    const mode = h("input", { type: "checkbox" });
    const turn = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ light) => {
        if (light) {
            lightYaw += x;
            lightPitch = Math.max(-1.5, Math.min(1.5, lightPitch - y));
        } else {
            yaw += x;
            pitch = Math.max(-1.5, Math.min(1.5, pitch + y));
        }
        draw?.();
    };
    canvas.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[
            event.key
        ];
        if (!way) return;
        event.preventDefault();
        turn(way[0] ?? 0, way[1] ?? 0, event.shiftKey || mode.checked);
    });
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
        if (!canvas.hasPointerCapture(event.pointerId)) return;
        turn(event.movementX * 0.01, event.movementY * 0.01, event.shiftKey || mode.checked);
    });
    const repeat = h("input", { type: "range", min: "1", max: "4", step: "1", value: String(tiles) });
    repeat.addEventListener("input", () => {
        tiles = Number(repeat.value);
        draw?.();
    });
    const begin = async () => {
        const pen = canvas.getContext("webgl2", { alpha: true, premultipliedAlpha: true, antialias: true });
        if (!pen) return failed();
        const stage = await prepare(pen, await maps);
        draw = () => {
            const ratio = Math.min(devicePixelRatio || 1, 2);
            canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
            canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
            stage(turned(yaw, pitch), aim(lightYaw, lightPitch), tiles);
        };
        draw();
        new ResizeObserver(() => draw?.()).observe(canvas);
    };
    begin().catch(failed);
    return h(
        "div",
        { class: "sphere" },
        canvas,
        h(
            "div",
            { class: "row" },
            h("label", { class: "check" }, mode, " Move the light"),
            h("label", { class: "check" }, "Tiles ", repeat),
        ),
    );
}

/**
 * Everything that stays the same from one picture to the next; gives a function that draws one.
 * @param {WebGL2RenderingContext} pen
 * @param {Maps} maps
 */
async function prepare(pen, maps) {
    const program = pen.createProgram();
    for (const [kind, text] of [
        [pen.VERTEX_SHADER, VERTEX],
        [pen.FRAGMENT_SHADER, FRAGMENT],
    ]) {
        const shader = pen.createShader(Number(kind));
        if (!shader) throw new Error("No shader could be made.");
        pen.shaderSource(shader, String(text));
        pen.compileShader(shader);
        pen.attachShader(program, shader);
    }
    pen.linkProgram(program);
    if (!pen.getProgramParameter(program, pen.LINK_STATUS)) throw new Error(pen.getProgramInfoLog(program) ?? "");
    pen.useProgram(program);
    const { corners, faces } = ball();
    pen.bindBuffer(pen.ARRAY_BUFFER, pen.createBuffer());
    pen.bufferData(pen.ARRAY_BUFFER, corners, pen.STATIC_DRAW);
    pen.bindBuffer(pen.ELEMENT_ARRAY_BUFFER, pen.createBuffer());
    pen.bufferData(pen.ELEMENT_ARRAY_BUFFER, faces, pen.STATIC_DRAW);
    for (const [name, length, start] of /** @type {[string, number, number][]} */ ([
        ["place", 3, 0],
        ["uv", 2, 12],
    ])) {
        const place = pen.getAttribLocation(program, name);
        pen.enableVertexAttribArray(place);
        pen.vertexAttribPointer(place, length, pen.FLOAT, false, 20, start);
    }
    for (const [unit, name] of /** @type {(keyof typeof PLAIN)[]} */ (Object.keys(PLAIN)).entries()) {
        pen.activeTexture(pen.TEXTURE0 + unit);
        pen.bindTexture(pen.TEXTURE_2D, pen.createTexture());
        const file = maps[name];
        if (file) {
            const flat = /** @type {ImageBitmapOptions} */ ({
                imageOrientation: "flipY",
                colorSpaceConversion: "none",
                premultiplyAlpha: "none",
            });
            pen.texImage2D(
                pen.TEXTURE_2D,
                0,
                pen.RGBA,
                pen.RGBA,
                pen.UNSIGNED_BYTE,
                await createImageBitmap(file, flat),
            );
        } else {
            pen.texImage2D(
                pen.TEXTURE_2D,
                0,
                pen.RGBA,
                1,
                1,
                0,
                pen.RGBA,
                pen.UNSIGNED_BYTE,
                new Uint8Array([...PLAIN[name], 255]),
            );
        }
        pen.generateMipmap(pen.TEXTURE_2D);
        pen.texParameteri(pen.TEXTURE_2D, pen.TEXTURE_MIN_FILTER, pen.LINEAR_MIPMAP_LINEAR);
        pen.uniform1i(pen.getUniformLocation(program, UNIFORM[name] ?? name), unit);
    }
    pen.enable(pen.CULL_FACE);
    pen.enable(pen.DEPTH_TEST);
    const at = (/** @type {string} */ name) => pen.getUniformLocation(program, name);
    const [turn, aspect, light, tiles] = [at("turn"), at("aspect"), at("light"), at("tiles")];
    return (/** @type {number[]} */ matrix, /** @type {number[]} */ lit, /** @type {number} */ repeat) => {
        pen.viewport(0, 0, pen.drawingBufferWidth, pen.drawingBufferHeight);
        pen.clearColor(0, 0, 0, 0);
        pen.clear(pen.COLOR_BUFFER_BIT | pen.DEPTH_BUFFER_BIT);
        pen.uniformMatrix3fv(turn, false, matrix);
        pen.uniform1f(aspect, pen.drawingBufferWidth / pen.drawingBufferHeight);
        pen.uniform3fv(light, lit);
        pen.uniform1f(tiles, repeat);
        pen.drawElements(pen.TRIANGLES, faces.length, pen.UNSIGNED_SHORT, 0);
    };
}

/** Corners (place and where on the map) and triangles of a ball of radius 1. */
function ball() {
    const corners = [];
    const faces = [];
    for (let ring = 0; ring <= RINGS; ring++) {
        for (let side = 0; side <= 2 * RINGS; side++) {
            const [down, round] = [(ring / RINGS) * Math.PI, (side / RINGS) * Math.PI];
            const x = -Math.sin(down) * Math.cos(round);
            corners.push(x, Math.cos(down), Math.sin(down) * Math.sin(round), side / (2 * RINGS), 1 - ring / RINGS);
            if (ring === RINGS || side === 2 * RINGS) continue;
            const here = ring * (2 * RINGS + 1) + side;
            const below = here + 2 * RINGS + 1;
            faces.push(here, below, here + 1, here + 1, below, below + 1);
        }
    }
    return { corners: new Float32Array(corners), faces: new Uint16Array(faces) };
}

/**
 * First round the upright axis, then towards the viewer; by columns.
 * @param {number} yaw
 * @param {number} pitch
 */
function turned(yaw, pitch) {
    const [a, b, c, d] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    return [a, b * d, -b * c, 0, c, d, b, -a * d, a * c];
}

/**
 * @param {number} yaw
 * @param {number} pitch
 */
function aim(yaw, pitch) {
    return [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)];
}
