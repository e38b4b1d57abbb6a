package dev.tandem.internal.insight;

/** How the page looks: light or dark as the reader's system is, one column that fits a phone. */
final class ReportStyle {

    static final String CSS = """

            :root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b2330;--dim:#5d6878;--line:#dde2e9;
            --good:#2f7fd6;--bad:#d13b3b;--gone:#b98900;--wait:#8a94a3;--mark:#0b6e4f;
            --p0:#2f7fd6;--p1:#a9b4c2;--p2:#d9822b;--p3:#8e5bd0;--p4:#c2478f;--p5:#2a9d8f;--p6:#7a8b2e}
            @media(prefers-color-scheme:dark){:root{--back:#12161c;--card:#1b212a;--text:#e6eaf0;--dim:#98a4b5;--line:#2d3642;
            --good:#5aa5f2;--bad:#f26b6b;--gone:#e0b23c;--wait:#6c7788;--mark:#5fd3a8;
            --p0:#5aa5f2;--p1:#4a5668;--p2:#f0a35e;--p3:#b58cf0;--p4:#ea7fc0;--p5:#4fc7b8;--p6:#b0c356}}
            *{box-sizing:border-box}
            body{margin:0 auto;max-width:1100px;padding:1rem;background:var(--back);color:var(--text);
            font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
            h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:0 0 .6rem}h3{font-size:.9rem;margin:.8rem 0 .3rem;color:var(--dim)}
            header p{margin:.1rem 0 1rem;color:var(--dim)}
            section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem;margin:0 0 1rem}
            .verdicts{margin:0;padding:0;list-style:none}.verdicts li{padding:.3rem 0 .3rem .8rem;border-left:4px solid var(--mark);margin:.4rem 0;overflow-wrap:anywhere}
            .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(105px,1fr));gap:.8rem}
            .tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}.tiles span{color:var(--dim);font-size:.8rem}
            .lane{display:flex;align-items:center;gap:.6rem;margin:2px 0}.lane>span{flex:0 0 5.2rem;font-size:.8rem;color:var(--dim);line-height:1.2}
            .lane svg,.axis{flex:1;min-width:0}.axis{display:flex;justify-content:space-between;color:var(--dim)}
            svg{display:block;width:100%}svg.lane{height:20px;background:var(--back);border-radius:3px}svg.area{height:90px;background:var(--back);border-radius:3px}
            svg.bar{height:26px;border-radius:4px;background:var(--back)}
            .succeeded,.running{fill:var(--good)}.failed{fill:var(--bad)}.cancelled{fill:var(--gone)}.queued{fill:var(--wait)}
            .running{opacity:.55}.alive{fill:var(--line)}.starting{fill:var(--gone);opacity:.6}.end{fill:var(--bad)}
            .part0{fill:var(--p0);background:var(--p0)}.part1{fill:var(--p1);background:var(--p1)}.part2{fill:var(--p2);background:var(--p2)}
            .part3{fill:var(--p3);background:var(--p3)}.part4{fill:var(--p4);background:var(--p4)}.part5{fill:var(--p5);background:var(--p5)}.part6{fill:var(--p6);background:var(--p6)}
            .legend{list-style:none;padding:0;margin:.5rem 0 0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.85rem}
            .legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em}
            .table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.85rem}
            th{text-align:left;color:var(--dim);font-weight:600}td,th{padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);white-space:nowrap;font-variant-numeric:tabular-nums}
            td:first-child{white-space:normal;overflow-wrap:anywhere;min-width:9rem}td:last-child{white-space:normal}
            details{margin:.4rem 0}summary{cursor:pointer;overflow-wrap:anywhere}
            pre{overflow-x:auto;background:var(--back);padding:.7rem;border-radius:6px;font:12px/1.45 ui-monospace,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
            """;

    private ReportStyle() {}
}
