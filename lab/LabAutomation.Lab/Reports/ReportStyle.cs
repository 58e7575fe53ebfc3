namespace LabAutomation.Lab.Reports;

internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --ink:#1b1f24; --soft:#5c6670; --line:#d9dee3; --page:#fff; --card:#f6f8fa; --accent:#0b6bcb; --good:#1a7f37; --bad:#c4320a; --band:#0b6bcb22; --random:#8a93a0; }
        @media (prefers-color-scheme: dark) { :root { --ink:#e6edf3; --soft:#9aa5b1; --line:#30363d; --page:#0d1117; --card:#161b22; --accent:#58a6ff; --good:#3fb950; --bad:#ff7b54; --band:#58a6ff22; --random:#6e7681; } }
        body { font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif; color:var(--ink); background:var(--page); max-width:1120px; margin:2rem auto; padding:0 1rem; }
        h1 { font-size:1.7rem; margin:0 } h2 { font-size:1.15rem; margin:2.2rem 0 .6rem } p.lead { color:var(--soft); margin:.2rem 0 1.2rem }
        .facts { display:grid; grid-template-columns:repeat(auto-fit,minmax(200px,1fr)); gap:.7rem } .fact.wide { grid-column:span 2 } .fact i { font-style:normal; white-space:nowrap } .fact { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:.6rem .8rem }
        .fact b { display:block; font-size:1.25rem } .fact span { color:var(--soft); font-size:.85rem } .good { color:var(--good) } .bad { color:var(--bad) }
        .charts { display:grid; grid-template-columns:repeat(auto-fit,minmax(300px,1fr)); gap:.8rem } svg.chart { width:100%; height:auto; background:var(--card); border:1px solid var(--line); border-radius:8px }
        svg text { fill:var(--soft); font:11px system-ui,sans-serif } svg text.axis { font-size:12px } .grid { stroke:var(--line); stroke-width:1 } .level { stroke:var(--good); stroke-dasharray:5 4 } svg text.level-label { fill:var(--good) }
        .best { fill:none; stroke:var(--accent); stroke-width:2.2 } .random { fill:none; stroke:var(--random); stroke-width:1.4; stroke-dasharray:3 3 } .band { fill:var(--band) } .trial { fill:var(--soft); opacity:.75 } .broken { fill:none; stroke:var(--soft); opacity:.75 } .winner { fill:var(--good) } .span { fill:var(--accent); opacity:.8 } .span.failed { fill:var(--bad) } .idle { fill:var(--line) } .idle.trouble { fill:var(--bad); opacity:.55 } .idle.waits { fill:var(--random); opacity:.6 }
        .scroll { overflow-x:auto } table { border-collapse:collapse; width:100%; font-size:.88rem; font-variant-numeric:tabular-nums } th,td { text-align:right; padding:.28rem .5rem; border-bottom:1px solid var(--line); white-space:nowrap } th { color:var(--soft); font-weight:600 } td.text,th.text { text-align:left; white-space:normal } td.why { min-width:14rem } td.name { white-space:nowrap } tr > :first-child { padding-left:0 } tr.winner td { font-weight:600; color:var(--good) }
        .swatch { display:inline-block; width:1.1em; height:1.1em; border-radius:3px; border:1px solid var(--line); vertical-align:-.2em } pre { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:.8rem; overflow-x:auto; font-size:.85rem } .hash { font-family:ui-monospace,monospace; font-size:.8rem; word-break:break-all }
        """;
}
