import Models

extension Attack {
    private static let forever = "for (const x of (function* () { for (;;) yield 1 })())"

    /// Take what there is.
    static let memory = [
        Attack("objects", .isEnded, "const a = []; \(forever) a.push({ x: {} })"),
        Attack("strings", .isEnded, "const a = []; let s = 'x'.repeat(1 << 16); \(forever) { s += 'y'; a.push(s.split('').join('')) }"),
        Attack("doubling a string", .isEnded, "let s = 'xy'; \(forever) s = (s + s).replace('xyz', '')"),
        Attack("repeat", .isEnded, "const a = []; \(forever) a.push('ab'.repeat(1 << 24).toUpperCase())"),
        Attack("padEnd", .isEnded, "const a = []; \(forever) a.push('a'.padEnd(1 << 26, 'bc').toUpperCase())"),
        Attack("typed arrays", .isEnded, "const a = []; \(forever) a.push(new Uint8Array(1 << 22).fill(1))"),
        Attack("array buffers", .isEnded, "const a = []; \(forever) { const b = new ArrayBuffer(1 << 22); new Uint8Array(b).fill(1); a.push(b) }"),
        Attack("float arrays", .isEnded, "const a = []; \(forever) a.push(Float64Array.from({ length: 1 << 18 }, (x, i) => i))"),
        Attack("Buffer.alloc", .isEnded, "const a = []; \(forever) a.push(Buffer.alloc(1 << 22, 1))"),
        Attack("Buffer.concat", .isEnded, "let b = Buffer.alloc(1 << 20, 1); \(forever) b = Buffer.concat([b, b])"),
        Attack("one huge buffer", .isEnded, "event.properties.found = Buffer.alloc(2 ** 32, 1).length; eval('for (;;);')"),
        Attack("map", .isEnded, "const m = new Map(); let i = 0; \(forever) m.set(i++, { i })"),
        Attack("set of texts", .isEnded, "const s = new Set(); let i = 0; \(forever) s.add('key ' + i++)"),
        Attack("closures", .isEnded, "const a = []; \(forever) a.push(() => a)"),
        Attack("symbols", .isEnded, "let i = 0; const a = []; \(forever) a.push(Symbol.for('s' + i++))"),
        Attack("promises", .isEnded, "const a = []; \(forever) a.push(new Promise(() => {}))"),
        Attack("weak references", .isEnded, "const a = []; \(forever) a.push(new WeakRef({}))"),
        Attack("number formats", .isEnded, "const a = []; \(forever) a.push(new Intl.NumberFormat('de'))"),
        Attack("regular expressions", .isEnded, "const a = []; let i = 0; \(forever) a.push(new RegExp('a{' + i++ + '}(b|c)*d'))"),
        Attack("array by spreading", .isEnded, "const a = [...(function* () { for (;;) yield 'x' })()]"),
        Attack("array from a length", .isEnded, "Array.from({ length: 2 ** 32 - 1 }, (x, i) => ({ i }))"),
        Attack("globals that grow", .isEnded, "\(forever) { meta.global.kept = (meta.global.kept || []).concat(new Array(1000).fill({})) }"),
        Attack("event that grows", .isEnded, "let i = 0; \(forever) event.properties['k' + i++] = 'v'.repeat(100)"),
        Attack("parsing wide JSON", .isEnded, "const a = []; const text = '[' + Array(1e5).fill('{\"a\":1}').join() + ']'; \(forever) a.push(JSON.parse(text))"),
        Attack("storage", .isEnded, "let i = 0; while (true) await meta.storage.set('k' + i++, 'x'.repeat(1e5))"),
        Attack("cache lists", .isEnded, "while (true) await meta.cache.lpush('k', Array(1000).fill('x'.repeat(1000)))"),
        Attack("WebAssembly memory", .isEnded, "if (typeof WebAssembly === 'undefined') throw new Error('no WebAssembly'); const a = []; \(forever) { const m = new WebAssembly.Memory({ initial: 64 }); new Uint8Array(m.buffer).fill(1); a.push(m) }"),
        Attack("resizable buffer", .isEnded, "const b = new ArrayBuffer(1, { maxByteLength: 2 ** 32 }); for (const n of [1 << 20, 1 << 26, 1 << 28, 2 ** 31]) { b.resize(n); new Uint8Array(b).fill(1) } eval('for (;;);')"),
    ]

    /// Deeper than any stack.
    static let depth = [
        Attack("recursion", .fails("RangeError: Maximum call stack size exceeded"), "(function f() { f() })()"),
        Attack("recursion in the last place", .fails("RangeError: Maximum call stack size exceeded"), "(function f() { 'use strict'; return f() })()"),
        Attack("recursion that catches", .isEnded, "(function f() { try { f() } finally { f() } })()"),
        Attack("mutual recursion through toString", .fails("RangeError"), "const a = { toString() { return '' + b } }, b = { toString() { return '' + a } }; '' + a"),
        Attack("recursion through a getter", .fails("RangeError"), "const o = { get x() { return this.x } }; o.x"),
        Attack("recursion through a proxy", .fails("RangeError"), "const p = new Proxy({}, { get(t, k, r) { return r[k] } }); p.x"),
        Attack("recursion through replace", .fails("RangeError"), "(function f() { return 'a'.replace(/a/, f) })()"),
        Attack("recursion through sort", .fails("RangeError"), "(function f() { return [1, 2].sort(f) })()"),
        Attack("recursion through JSON", .fails("RangeError"), "const o = { toJSON() { return JSON.stringify(o) } }; JSON.stringify(o)"),
        Attack("recursion of async functions", .isEnded, "const f = async () => { await f() }; await f()"),
        Attack("deep JSON to parse", .isEnded, "JSON.parse('['.repeat(1e6)); eval('for (;;);')"),
        Attack("deep JSON to write", .isEnded, "let a = []; for (const x of Array(1e6).fill(0)) a = [a]; JSON.stringify(a); eval('for (;;);')"),
        Attack("deep result", .returns, "let a = {}; for (const x of Array(2000).fill(0)) a = { a }; event.properties.deep = a"),
        Attack("very deep result", .isEndedOrReturned, "let a = {}; for (const x of Array(3e5).fill(0)) a = { a }; event.properties.deep = a; return event"),
        Attack("deep logged array", .isEnded, "let a = []; for (const x of Array(3e5).fill(0)) a = [a]; console.log(a); await console.log(a); eval('for (;;);')"),
        Attack("deep source", .isEnded, "eval('('.repeat(1e5) + '1' + ')'.repeat(1e5)); eval('for (;;);')"),
        Attack("deep regular expression", .isEnded, "new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('x'); eval('for (;;);')"),
        Attack("deep prototype chain", .returns, "let o = {}; for (const x of Array(5000).fill(0)) o = Object.create(o); event.properties.x = String(o.y)"),
        Attack("deep chain of bound functions", .isEnded, "let f = () => 1; for (const x of Array(3e5).fill(0)) f = f.bind(null); f(); eval('for (;;);')"),
        Attack("deep concatenation", .returns, "let s = 'a'; for (const x of Array(2e5).fill(0)) s = 'b' + s + 'c'; event.properties.x = s.length"),
        Attack("deep equality of errors", .fails("Error: 9"), "let e = new Error('0'); for (const i of Array(10).keys()) e = new Error(String(i), { cause: e }); throw e"),
    ]
}
