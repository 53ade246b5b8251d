"""The look of the sandbox's pages: one style sheet, light or dark as the person's system says, nothing loaded."""

from __future__ import annotations

CSS = """
:root {
  color-scheme: light dark;
  --page: #eef1f6; --card: #ffffff; --ink: #16202e; --soft: #55617a; --line: #d9dfe9; --edge: #8391aa;
  --accent: #1f5fd0; --accent-ink: #ffffff; --accent-deep: #1a4fae; --wash: #f4f7fc;
  --demo: #7a4a00; --demo-wash: #fff4dc; --demo-line: #f0d8a4;
  --good: #1b7a43; --good-wash: #e3f5ea; --bad: #b3261e; --bad-wash: #fdeae8;
  --shadow: 0 1px 2px rgb(16 30 60 / 8%), 0 12px 32px rgb(16 30 60 / 10%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e131b; --card: #18202c; --ink: #e9eef7; --soft: #a3b0c6; --line: #2c3746; --edge: #6d7c95;
    --accent: #7fb0ff; --accent-ink: #0b1a33; --accent-deep: #a3c7ff; --wash: #1f2937;
    --demo: #ffd98a; --demo-wash: #2e2614; --demo-line: #574618;
    --good: #7bdba0; --good-wash: #16301f; --bad: #ff9d95; --bad-wash: #3a1d1b;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 32px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
html { height: 100%; }
body {
  margin: 0; min-height: 100%; padding: 24px 16px; display: flex; flex-direction: column; align-items: center;
  justify-content: center; gap: 20px; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
main { width: 100%; max-width: 480px; background: var(--card); border-radius: 14px; box-shadow: var(--shadow); overflow: hidden; }
.demo {
  margin: 0; padding: 9px 32px; background: var(--demo-wash); color: var(--demo); font-size: 14px;
  border-bottom: 1px solid var(--demo-line);
}
.inside { padding: 26px 32px 30px; }
.org { display: flex; align-items: center; gap: 12px; margin: 0 0 22px; color: var(--soft); font-size: 15px; }
.org span { line-height: 1.3; }
.org b { color: var(--ink); font-weight: 600; display: block; }
.org svg, .mark svg { display: block; flex: none; }
h1 { margin: 0 0 14px; font-size: 24px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
p { margin: 0 0 16px; text-wrap: pretty; }
.soft { color: var(--soft); }
.app { font-weight: 650; overflow-wrap: anywhere; }
ul { margin: 0 0 20px; padding: 14px 18px; list-style: none; background: var(--wash); border-radius: 10px; }
li { text-wrap: pretty; padding-left: 26px; position: relative; }
li + li { margin-top: 8px; }
li::before {
  content: ""; position: absolute; left: 3px; top: 6px; width: 11px; height: 6px; transform: rotate(-45deg);
  border: solid var(--accent); border-width: 0 0 2px 2px;
}
.code {
  margin: 0 0 18px; padding: 14px; text-align: center; background: var(--wash); border: 1px solid var(--line); border-radius: 10px;
  font: 600 30px/1.2 ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; letter-spacing: .12em;
}
.who { margin: 0 0 22px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 15px; color: var(--soft); overflow-wrap: anywhere; }
.who b { color: var(--ink); font-weight: 600; }
label { display: block; margin: 0 0 6px; font-weight: 600; }
input[type=text] {
  width: 100%; margin: 0 0 18px; padding: 12px 14px; color: inherit; background: var(--card); border: 1px solid var(--soft);
  border-radius: 10px; font: 600 22px/1.2 ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  letter-spacing: .1em; text-transform: uppercase;
}
.wrong { margin: 0 0 16px; padding: 10px 14px; border-radius: 10px; color: var(--bad); background: var(--bad-wash); }
.choice { display: flex; gap: 12px; }
button {
  flex: 1; min-height: 46px; padding: 10px 20px; font: inherit; font-weight: 600; border-radius: 10px; cursor: pointer;
  border: 1px solid var(--edge); background: transparent; color: var(--ink);
}
button:hover { background: var(--wash); }
button.main { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
button.main:hover { border-color: var(--accent-deep); background: var(--accent-deep); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.mark {
  width: 56px; height: 56px; margin: 0 0 18px; border-radius: 50%; display: grid; place-items: center;
  color: var(--good); background: var(--good-wash);
}
.mark.bad { color: var(--bad); background: var(--bad-wash); }
.inside > p:last-child { margin-bottom: 0; }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
td { padding: 7px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td:last-child { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; padding-left: 12px; }
footer { max-width: 480px; padding: 0 12px; text-align: center; color: var(--soft); font-size: 13px; }
@media (max-width: 420px) { .inside { padding: 22px 20px 24px; } .demo { padding: 9px 20px; } .choice { flex-direction: column; } }
@media (forced-colors: active) { main, .code, button { border: 1px solid; } }
"""

LOGO = (
    '<svg width="36" height="36" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="9" fill="#1f5fd0"/>'
    '<circle cx="15" cy="18" r="5" fill="none" stroke="#fff" stroke-width="2.6"/>'
    '<path d="M20 18h9m-3.2 0v4.4" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>'
)
"""A key on a blue tile."""

TICK = (
    '<div class="mark"><svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">'
    '<path d="M6 15l5.5 5.5L22.5 8.5" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" '
    'stroke-linejoin="round"/></svg></div>'
)
CROSS = (
    '<div class="mark bad"><svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">'
    '<path d="M8 8l12 12M20 8L8 20" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/></svg></div>'
)
