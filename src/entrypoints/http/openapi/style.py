"""The style sheet of the documentation page, light and dark."""

STYLE = """
:root { --ink: #1c1b22; --paper: #fffdf9; --shade: #f4efe6; --line: #e3dccf; --accent: #9a4f2c; --soft: #6b6470 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece7e1; --paper: #17161a; --shade: #222026; --line: #38343d; --accent: #e9a27f; --soft: #a39ba8 }
}
* { box-sizing: border-box }
html { scroll-behavior: smooth; scroll-padding-top: 1rem }
body { margin: 0; display: grid; grid-template-columns: 16rem 1fr; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; background: var(--shade);
  border-right: 1px solid var(--line); font-size: .9rem }
nav a { display: block; padding: .15rem 0; color: inherit; text-decoration: none }
nav a:hover, a { color: var(--accent) }
nav .home { font-weight: 700; font-size: 1.1rem }
nav h3 { margin: 1.1rem 0 .2rem; font-size: .75rem; letter-spacing: .08em; text-transform: uppercase;
  color: var(--soft) }
main { padding: 2rem clamp(1rem, 4vw, 4rem) 6rem; max-width: 64rem; min-width: 0 }
h1 small { font-size: 1rem; color: var(--soft); font-weight: 400 }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) }
article { margin: 1.2rem 0; padding: .3rem 1.2rem 1rem; border: 1px solid var(--line); border-radius: .6rem }
article h3 { margin-bottom: .2rem; font-weight: 500; overflow-wrap: anywhere }
h4 { margin: 1.1rem 0 .3rem; font-size: .85rem; color: var(--soft); font-weight: 600 }
b.get, b.post, b.patch, b.delete { font-size: .75rem; padding: .15rem .5rem; border-radius: .3rem; color: #fff;
  background: #3f6f4f; letter-spacing: .04em }
b.post { background: #9a4f2c } b.patch { background: #7a5a1e } b.delete { background: #99323a }
.lock, .example { font-size: .78rem; color: var(--soft); border: 1px solid var(--line); border-radius: .3rem;
  padding: .05rem .4rem }
.example::before { content: "e.g. " }
.kind { margin: 0 }
.summary { margin: 0 0 .4rem; font-weight: 600 }
.errors { font-size: .85rem; color: var(--soft) }
code { font: .88em ui-monospace, monospace }
table { width: 100%; border-collapse: collapse; font-size: .88rem }
td { padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line); vertical-align: top }
td i { color: var(--soft) }
td:first-child { width: 26% } td:nth-child(2) { width: 27% }
tr:target { background: var(--shade) }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto }
  td { display: block; border: 0 } tr { display: block; border-top: 1px solid var(--line) } }
"""
