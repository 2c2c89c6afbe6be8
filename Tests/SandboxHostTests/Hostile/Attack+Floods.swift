import Models

extension Attack {
    /// More output than anybody reads.
    static let floods = [
        Attack("console", .returns, "for (const i of Array(500).keys()) console.log('line ' + i)"),
        Attack("console without end", .timesOut, "while (true) console.log('x'.repeat(1000))"),
        Attack("a long line", .returns, "console.log('x'.repeat(300000))"),
        Attack("a wide object on the console", .returns, "console.log(Object.fromEntries(Array(3000).fill(0).map((x, i) => ['k' + i, i])))"),
        Attack("requests", .returns, "for (const i of Array(120).keys()) { try { await fetch('https://x.test/' + i) } catch (e) {} }"),
        Attack("requests without waiting", .returns, "for (const i of Array(60).keys()) fetch('https://x.test/' + i)['catch'](() => {})"),
        Attack("a request with a long body", .returns, "await fetch('https://x.test/', { method: 'POST', body: 'x'.repeat(300000) })['catch'](() => {})"),
        Attack("a request with many headers", .returns, "await fetch('https://x.test/', { headers: Object.fromEntries(Array(500).fill(0).map((x, i) => ['h' + i, 'v'])) })['catch'](() => {})"),
        Attack("a long result", .fails("limit is"), "event.properties.x = 'x'.repeat(300000)"),
        Attack("a wide result", .fails("limit is"), "for (const i of Array(15000).keys()) event.properties['k' + i] = i"),
        Attack("a long error", .fails("xxxxxxxx"), "throw new Error('x'.repeat(40000))"),
        Attack("a very long error", .isEnded, "throw new Error('x'.repeat(300000))"),
        Attack("a long error name", .fails("xxxx"), "const e = new Error('m'); e.name = 'x'.repeat(100000); throw e"),
        Attack("a long stack", .fails("deep"), "Error.stackTraceLimit = Infinity; (function f(n) { if (n === 0) throw new Error('deep'); f(n - 1) })(2000)"),
        Attack("captures", .returns, "for (const i of Array(100).keys()) await posthog.capture('e' + i, { i })"),
        Attack("jobs", .returns, "for (const i of Array(100).keys()) await meta.jobs['j' + i]({ i }).runIn(1, 'minutes')"),
        Attack("a job with a long name", .returns, "await meta.jobs['j'.repeat(100000)]({}).runNow()"),
        Attack("rejections that nobody handles", .returns, "for (const i of Array(60).keys()) Promise.reject(new Error('r' + i))"),
        Attack("thousands of rejections", .returns, "for (const i of Array(5000).keys()) Promise.reject(i)"),
        Attack("many small values", .fails("limit is"), "event.properties.x = Array(1e5).fill(1)"),
    ]
}
