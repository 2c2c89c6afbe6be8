/// The page's looks: system fonts, quiet colours in light and dark, one column on a phone, paper without what is only for screens.
enum ReportStyle {
    static let css: StaticString = """
        :root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1c2026;--soft:#59616d;--line:#e2e1dc;--link:#2f5d94;--ok:#8fa8c6;--retry:#5f7ea6;\
        --fail:#bf3a2f;--good:#2b6e4a;--watch:#8a5a00;--bad:#a92a20;--tint-bad:#fbecea;--tint-watch:#fbf3e0;--tint-good:#eaf4ee;--pre:#f3f3f0;\
        --mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
        @media (prefers-color-scheme:dark){:root{--bg:#121418;--card:#1a1d23;--ink:#e4e6ea;--soft:#9da5b1;--line:#2b3038;--link:#8db6e8;--ok:#54708f;\
        --retry:#88a8cc;--fail:#e8705f;--good:#74c094;--watch:#e0b25a;--bad:#f08a7c;--tint-bad:#2c1b1a;--tint-watch:#2a2416;--tint-good:#17251d;--pre:#14171c}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;\
        font-variant-numeric:tabular-nums;overflow-wrap:break-word}
        main{max-width:64rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
        h1{font-size:1.7rem;line-height:1.2;margin:.1rem 0 .35rem;letter-spacing:-.01em}
        h2{font-size:1.15rem;margin:0 0 .9rem}
        h3{font-size:.82rem;margin:1.1rem 0 .35rem;color:var(--soft);font-weight:600}
        h3 .quiet{font-weight:400;font-size:inherit}
        p{margin:0}
        a{color:var(--link)}
        section[id]{margin-top:2.75rem;scroll-margin-top:1rem}
        .kicker{font-size:.8rem;font-weight:600;color:var(--soft);letter-spacing:.04em}
        .part{font-weight:400;color:var(--soft);margin-left:.5rem}
        .part:before{content:"\\00B7 "}
        .quiet{color:var(--soft);font-size:.875rem}
        .id{font:.8em var(--mono);color:var(--soft)}
        .spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .sign{width:1.05em;height:1.05em;flex:none;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round;vertical-align:-.14em}
        .verdict{margin:1.25rem 0 0;padding:1rem 1.15rem;border-radius:10px;border-left:5px solid var(--good);background:var(--tint-good)}
        .verdict.failing{border-color:var(--fail);background:var(--tint-bad)}
        .verdict.watch{border-color:var(--watch);background:var(--tint-watch)}
        .sentence{font-size:1.25rem;font-weight:650;line-height:1.3;display:flex;gap:.55rem;align-items:center;color:var(--good)}
        .failing>.sentence,li.failing>.sign{color:var(--bad)}
        .watch>.sentence,li.watch>.sign{color:var(--watch)}
        .findings{list-style:none;margin:.7rem 0 0;padding:0;display:grid;gap:.45rem}
        .findings li{display:flex;gap:.55rem;align-items:baseline}
        .findings .sign{position:relative;top:.12em}
        .findings a{color:inherit;text-decoration-color:var(--soft);text-decoration-thickness:1px;text-underline-offset:.2em}
        .tiles{list-style:none;margin:1rem 0 0;padding:0;display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem}
        .tile{display:block;height:100%;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.75rem .9rem;text-decoration:none;color:inherit}
        .tile span{display:block}
        .number{font-size:1.6rem;font-weight:650;line-height:1.15;letter-spacing:-.015em}
        .noun{font-size:.9rem}
        .tile.bad .number{color:var(--bad)}
        .chart{display:block;width:100%;overflow:hidden}
        .chart .ok{fill:var(--ok)}.chart .retry{fill:var(--retry)}.chart .fail{fill:var(--fail)}.chart .hit{fill:transparent}
        .chart .hit:hover{fill:var(--line)}
        .chart .gap{fill:none;stroke:var(--soft);stroke-dasharray:2 3;stroke-width:1;vector-effect:non-scaling-stroke;opacity:.6}
        .chart .axis{stroke:var(--soft);stroke-width:1;vector-effect:non-scaling-stroke;opacity:.7}
        figure{margin:0 0 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.1rem}
        .plot{display:grid;grid-template-columns:auto 1fr;column-gap:.6rem}
        .plot .chart{height:10.5rem;grid-column:2}
        .scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:.75rem;color:var(--soft);line-height:1;position:relative}
        .scale span:nth-child(2){position:absolute;right:0;top:calc(68.5% - .4em)}
        .days,.marks{grid-column:2;display:flex;font-size:.75rem;color:var(--soft)}
        .days span,.marks span{flex:1 1 0;min-width:0;text-align:center;white-space:nowrap;display:flex;justify-content:center}
        .days{margin-top:.35rem;height:1.4em}
        .marks b{font:600 .68rem/1.45 var(--mono);color:var(--card);background:var(--soft);border-radius:3px;padding:0 .28em}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;font-size:.8rem;color:var(--soft);margin-top:.7rem}
        .key:before{content:"";display:inline-block;width:.7em;height:.7em;margin-right:.4em;vertical-align:-.02em;background:var(--ok)}
        .key.retry:before{background:var(--retry)}
        .key.fail:before{background:var(--fail);height:.4em;vertical-align:-.12em}
        .key.gap:before{background:none;border:1px dashed var(--soft)}
        .key.mark:before{content:"C";background:var(--soft);color:var(--card);font:600 .68rem/1.3 var(--mono);width:auto;height:auto;padding:0 .28em;border-radius:3px}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th{text-align:left;font-weight:400;vertical-align:baseline}
        td{vertical-align:baseline}
        thead th{font-size:.78rem;color:var(--soft);padding:.3rem .5rem;border-bottom:1px solid var(--line)}
        tbody th,tbody td{padding:.5rem;border-bottom:1px solid var(--line)}
        .n{text-align:right;white-space:nowrap}
        .zero{color:var(--soft)}
        .rate{font-weight:600}
        .configs .mini{width:11rem;padding:.35rem .5rem;vertical-align:middle}
        .mini .chart{height:2.1rem}
        .configs b{font-weight:600}
        .configs .id{margin-left:.5em}
        .configs tr.failing .sign,.configs tr.failing .rate{color:var(--bad)}
        .configs tr.watch .sign{color:var(--watch)}
        .configs th .sign{margin-right:.45em}
        .since{display:block;font-size:.8rem;color:var(--soft)}
        tr.project th{font-weight:650;padding-top:1.1rem}
        tr.project td{padding-top:1.1rem;color:var(--soft);font-weight:400}
        .badge{display:inline-block;font-size:.72rem;line-height:1.5;padding:0 .45em;border-radius:4px;margin-left:.5em;border:1px solid var(--line);color:var(--soft);white-space:nowrap}
        .badge.bad{border-color:currentColor;color:var(--bad);font-weight:600}
        details>summary{cursor:pointer}
        figcaption details{margin-top:.5rem}
        figcaption summary{font-size:.8rem;color:var(--link)}
        .figures{margin-top:.4rem;max-width:32rem;font-size:.82rem}
        .figures th,.figures td{padding:.2rem .5rem;text-align:right}
        .figures th:first-child{text-align:left}
        .card{background:var(--card);border:1px solid var(--line);border-radius:10px;margin-bottom:.75rem}
        .card>summary{padding:.75rem 1rem;list-style:none;position:relative;padding-right:2.4rem}
        .card>summary::-webkit-details-marker{display:none}
        .card>summary:after{content:"";position:absolute;right:1.1rem;top:1.25rem;width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(45deg)}
        .card[open]>summary:after{transform:rotate(-135deg);top:1.45rem}
        .line{display:block}
        .line .id{margin-right:.6em}
        .headline{font-weight:600}
        .card .body{padding:.2rem 1rem 1rem;border-top:1px solid var(--line)}
        .facts{display:grid;grid-template-columns:1fr 16rem;gap:1.5rem;margin-top:.8rem}
        dl{margin:0;font-size:.9rem;display:grid;gap:.2rem}
        dl div{display:grid;grid-template-columns:6.5rem 1fr;gap:.5rem}
        dt{color:var(--soft)}
        dd{margin:0;min-width:0}
        dd b{font-weight:600}
        .spark .chart{height:2.6rem}
        .ends{display:flex;justify-content:space-between;font-size:.72rem;color:var(--soft);margin-top:.15rem}
        pre{font:.8rem/1.5 var(--mono);background:var(--pre);border-radius:6px;padding:.65rem .8rem;margin:0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;max-height:26rem}
        pre .quiet{font-size:inherit}
        .own{font-weight:600}
        .next{margin-top:1rem;font-size:.875rem;color:var(--soft)}
        .command{font:.82rem var(--mono);color:var(--ink);background:var(--pre);border:1px solid var(--line);border-radius:5px;padding:.12rem .45rem;white-space:nowrap}
        .timeline,.waiting{list-style:none;margin:0;padding:0}
        .timeline>li{display:grid;grid-template-columns:1.6rem 1fr;gap:.7rem;padding-bottom:1.1rem;position:relative}
        .timeline>li:before{content:"";position:absolute;left:.78rem;top:1.7rem;bottom:.1rem;width:1px;background:var(--line)}
        .timeline>li:last-child:before{display:none}
        .dot{font:600 .75rem/1.6rem var(--mono);text-align:center;height:1.6rem;border-radius:5px;background:var(--soft);color:var(--bg)}
        .changes{margin:.1rem 0;padding-left:1.1rem;font-size:.9rem}
        .changes li{overflow-wrap:anywhere}
        .waiting>li{padding:.1rem 0 .8rem}
        .waiting .badge{margin-left:0}
        .fresh{max-width:40rem}
        footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.82rem;color:var(--soft);display:grid;gap:.3rem}
        @media (max-width:46rem){
        main{padding:1rem .9rem 2.5rem}
        h1{font-size:1.4rem}
        .sentence{font-size:1.12rem}
        .tiles{grid-template-columns:1fr 1fr;gap:.6rem}
        .facts{grid-template-columns:1fr;gap:.9rem}
        .configs thead{display:none}
        .configs,.configs tbody{display:block}
        .configs tr{display:grid;grid-template-columns:auto auto auto 1fr;column-gap:1rem;row-gap:.25rem;padding:.7rem 0;border-bottom:1px solid var(--line);align-items:baseline}
        .configs th,.configs td{border:0;padding:0}
        .configs th{grid-column:1/4;grid-row:1}
        .configs .rate{grid-column:4;grid-row:1}
        .configs .mini{grid-column:1/-1;grid-row:2;width:auto}
        .configs td[data-word]{grid-row:3;font-size:.8rem;text-align:left}
        .configs td[data-word]:after{content:" " attr(data-word);color:var(--soft)}
        .configs .project td[data-word]{grid-row:2}
        .days .alternate{visibility:hidden}
        .card>summary{padding-left:.8rem}
        .card .body{padding-left:.8rem;padding-right:.8rem}
        dl div{grid-template-columns:5.5rem 1fr}
        .command{white-space:normal}
        .plot .chart{height:8.5rem}
        }
        @media print{
        :root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--ok:#9db3cd;--retry:#5f7ea6;--fail:#a92a20;--good:#1f5a3a;\
        --watch:#6d4700;--bad:#8d1f17;--tint-bad:#fff;--tint-watch:#fff;--tint-good:#fff;--pre:#fff}
        body{font-size:10pt}
        main{max-width:none;padding:0}
        a{text-decoration:none}
        section[id]{margin-top:1.6rem}
        figure,.tile,tr,.card>summary,.facts,.timeline>li,.verdict{break-inside:avoid}
        h2,h3{break-after:avoid}
        .card .body{break-inside:auto}
        pre{max-height:none;border:1px solid var(--line)}
        .card>summary:after,figcaption details{display:none}
        details::details-content{content-visibility:visible;height:auto;display:block}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }
        @media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
        """
}
