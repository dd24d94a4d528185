// Draws the pictures of README.md: a session in a terminal, from a real run, and the bars of the table in
// docs/performance.md.
//
// usage: node scripts/draw-pictures.mjs [--check] RHELM        (with --check, only compares)
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv[2] === "--check";
const rhelm = resolve(process.argv[check ? 3 : 2] ?? "target/debug/rhelm");

// What is typed; each line shows a finding, a story or both.
const COMMANDS = ["rhelm validate charts/web -f staging.yaml", "rhelm diff git:main:charts/web charts/web"];

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// The colours of codes 30 to 37, on a dark ground; 90 to 97 are the same, brighter.
const COLOURS = ["#6b7280", "#f87171", "#4ade80", "#facc15", "#60a5fa", "#e879f9", "#22d3ee", "#e5e7eb"];

/// A line with SGR codes as spans; `style` lives on to the next line.
function spans(line, style) {
    let svg = "";
    for (const [part, text, codes] of line.matchAll(/([^\x1b]+)|\x1b\[([0-9;]*)m/g)) {
        if (text !== undefined) {
            const attributes = Object.entries(style).map(([name, value]) => ` ${name}="${value}"`);
            svg += attributes.length ? `<tspan${attributes.join("")}>${escape(text)}</tspan>` : escape(text);
            continue;
        }
        for (const code of (codes || "0").split(";").map(Number)) {
            if (code === 0) for (const name of Object.keys(style)) delete style[name];
            else if (code === 1) style["font-weight"] = "bold";
            else if (code === 2) style.opacity = "0.7";
            else if (code === 22) { delete style["font-weight"]; delete style.opacity; }
            else if (code === 39) delete style.fill;
            else if (code >= 30 && code <= 37) style.fill = COLOURS[code - 30];
            else if (code >= 90 && code <= 97) style.fill = COLOURS[code - 90];
            else throw new Error(`the code ${code} in ${JSON.stringify(part)} has no colour here`);
        }
    }
    return svg;
}

function session() {
    const scene = mkdtempSync(join(tmpdir(), "rhelm-"));
    try {
        const repository = join(scene, "repository");
        cpSync(join(top, "tests/docs/diff"), repository, { recursive: true });
        writeFileSync(join(repository, "prod.yaml"), "");
        const env = { PATH: `${scene}:${process.env.PATH}`, HOME: scene, GIT_CONFIG_NOSYSTEM: "1" };
        execFileSync("sh", ["setup.sh"], { cwd: repository, env });
        symlinkSync(rhelm, join(scene, "rhelm"));
        const lines = [];
        for (const command of COMMANDS) {
            const run = spawnSync("sh", ["-c", `${command} --color=always 2>&1`], { cwd: repository, env, encoding: "utf8" });
            if (lines.length) lines.push("");
            lines.push(`\x1b[32m$\x1b[0m \x1b[1m${command}\x1b[0m`, ...run.stdout.trimEnd().split("\n"));
        }
        return terminal(lines);
    } finally {
        rmSync(scene, { recursive: true });
    }
}

function terminal(lines) {
    const plain = lines.map((line) => line.replace(/\x1b\[[0-9;]*m/g, ""));
    const width = Math.ceil(Math.max(...plain.map((line) => line.length)) * 8.43) + 40;
    const height = lines.length * 20 + 62;
    const style = {};
    const text = lines.map((line, row) => `<text xml:space="preserve" x="20" y="${58 + row * 20}">${spans(line, style)}</text>`);
    const dots = ["#f87171", "#facc15", "#4ade80"].map((fill, at) => `<circle cx="${24 + at * 20}" cy="20" r="6" fill="${fill}"/>`);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A session in a terminal">
<title>rhelm finds a misspelt value, and shows what an upgrade changes</title>
<rect width="100%" height="100%" rx="8" fill="#111827"/>
${dots.join("")}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e5e7eb" style="white-space: pre">
${text.join("\n")}
</g>
</svg>
`;
}

/// The bars of the first table in docs/performance.md: a chart, the times of Helm and of rhelm, their ratio.
function bars() {
    const page = readFileSync(join(top, "docs/performance.md"), "utf8");
    const rows = [...page.matchAll(/^\| ([^|]+) \| ([\d.]+) ms \| ([\d.]+) ms \| ([\d.]+) \|/gm)];
    if (rows.length < 3) throw new Error("docs/performance.md has no table of times");
    const longest = Math.max(...rows.map(([, , helm]) => Number(helm)));
    const scale = (time) => Math.max((Number(time) / longest) * 380, 2).toFixed(1);
    const parts = rows.map(([, chart, helm, own, ratio], row) => {
        const y = 56 + row * 52;
        const name = chart.replaceAll("`", "").replace(/ \(.*\)/, "");
        return `<text x="195" y="${y + 21}" text-anchor="end">${escape(name)}</text>
<rect class="helm" x="207" y="${y}" width="${scale(helm)}" height="15" rx="2"/><text class="small" x="${215 + Number(scale(helm))}" y="${y + 12}">${helm} ms</text>
<rect class="own" x="207" y="${y + 18}" width="${scale(own)}" height="15" rx="2"/><text class="small" x="${215 + Number(scale(own))}" y="${y + 30}">${own} ms, ${ratio} times faster</text>`;
    });
    const height = 62 + rows.length * 52;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="710" height="${height}" viewBox="0 0 710 ${height}" role="img" aria-label="Times of Helm and of rhelm">
<title>Time to render a chart, whole process, Helm 4.2.4 and rhelm</title>
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2937 }
.small { font-size: 12px }
.helm { fill: #9ca3af }
.own { fill: #2563eb }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .helm { fill: #6b7280 } .own { fill: #60a5fa } }
</style>
<rect class="helm" x="207" y="16" width="15" height="15" rx="2"/><text x="229" y="29">Helm 4.2.4</text>
<rect class="own" x="327" y="16" width="15" height="15" rx="2"/><text x="349" y="29">rhelm</text>
${parts.join("\n")}
</svg>
`;
}

for (const [name, draw] of [["session", session], ["speed", bars]]) {
    const file = join(top, "docs/images", `${name}.svg`);
    const svg = draw();
    if (!check) writeFileSync(file, svg);
    else if (readFileSync(file, "utf8") !== svg) throw new Error(`${file} is not what the script draws: run it without --check`);
}
