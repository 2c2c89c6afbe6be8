@testable import Runtime
import Testing

@Suite struct FetchTests {
    @Test func aRequestReachesTheHostBeforeFetchReturns() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { fetch } = library("fetch");
                const answer = fetch("https://x.com/a?b=1", { method: "post", body: JSON.stringify({ q: 1 }), headers: { A: "b" } });
                const seen = JSON.stringify(host.requests);
                await answer;
                return seen;
                """)
                == #"[{"method":"POST","url":"https://x.com/a?b=1","headers":{"A":"b","Content-Type":"text/plain;charset=UTF-8"},"body":"{\"q\":1}"}]"#)
    }

    @Test func answersAreReadOnceInEveryForm() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { fetch } = library("fetch");
                host.respond = () => ({ status: 201, headers: { "content-type": "application/json", "x-a": ["1", "2"] }, body: '{"a":"é"}' });
                const answer = await fetch("https://x.com"), copy = answer.clone(), other = answer.clone();
                const results = [answer.status, answer.ok, answer.statusText, answer.url, answer.headers.get("X-A"), (await answer.json()).a];
                results.push(answer.bodyUsed, await answer.text().catch((error) => error.message), await copy.text(), (await other.buffer()).length);
                return results.join("|");
                """)
                == #"201|true|Created|https://x.com/|1, 2|é|true|body used already for: https://x.com/|{"a":"é"}|10"#)
    }

    @Test(arguments: [
        ("fetch('/relative')", "TypeError: Only absolute URLs are supported"),
        ("fetch('ftp://x/')", "TypeError: Only HTTP(S) protocols are supported"),
        ("fetch('https://x', { body: 'a' })", "TypeError: Request with GET/HEAD method cannot have body"),
        ("fetch('https://x', { headers: { 'a b': 1 } })", "TypeError: a b is not a legal HTTP header name"),
        ("fetch('https://x', { method: 'GET /x' })", "TypeError: Method must be a valid HTTP token [\"GET /X\"]"),
        ("fetch('https://loop/')", "FetchError: maximum redirect reached at: https://loop/"),
        ("fetch('https://loop/', { redirect: 'error' })",
            "FetchError: uri requested responds with a redirect, redirect mode is set to error: https://loop/"),
        ("fetch('https://down/')", "FetchError: request to https://down/ failed, reason: connect ECONNREFUSED"),
        ("fetch('https://text/').then((answer) => answer.json())",
            "FetchError: invalid json response body at https://text/ reason: Unexpected token h in JSON at position 0"),
        ("trackedFetch('http://127.0.0.1/')", "FetchError: Internal hostname"),
        ("trackedFetch('http://localhost:8000/')", "FetchError: Internal hostname"),
        ("trackedFetch('http://[::1]/')", "FetchError: Internal hostname"),
        ("trackedFetch('http://10.2.3.4/')", "FetchError: Internal hostname"),
        ("trackedFetch('ftp://example.com/')", "FetchError: Scheme must be either HTTP or HTTPS"),
    ])
    func failsInTheWordsOfItsVersion(_ call: String, _ expected: String) throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                library("dialect");
                const { fetch, trackedFetch } = library("fetch");
                host.guardsFetch = true;
                host.respond = (request) => {
                  if (request.url.includes("down")) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
                  if (request.url.includes("loop")) return { status: 302, headers: { location: "/" } };
                  return { status: 200, headers: {}, body: "hello" };
                };
                return await \(call);
                """) == expected)
    }

    @Test func redirectsAreFollowedAndLoseTheBodyWhereTheyMust() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { fetch } = library("fetch");
                host.respond = (request) => (request.url.endsWith("/from") ? { status: 302, headers: { Location: "https://other.com/to" } } : { status: 200, body: "" });
                const answer = await fetch("https://x.com/from", { method: "POST", body: "b", headers: { Authorization: "s" } });
                return [answer.url, answer.redirected, ...host.requests.map((one) => `${one.method} ${one.url} ${one.headers.Authorization} ${one.body}`)].join("\\n");
                """)
                == "https://other.com/to\ntrue\nPOST https://x.com/from s b\nGET https://other.com/to undefined null")
    }

    @Test func bodiesAreStreamsToo() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { fetch } = library("fetch"), { PassThrough } = library("stream");
                host.respond = () => ({ status: 200, body: "answer" });
                const sent = new PassThrough();
                sent.write("a");
                sent.end("b");
                const answer = await fetch("https://x", { method: "POST", body: sent });
                let text = "";
                for await (const part of answer.body) text += part;
                return `${host.requests[0].body} ${text}`;
                """) == "ab answer")
    }
}
