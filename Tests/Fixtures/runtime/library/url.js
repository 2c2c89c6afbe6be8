(function (check, modules) {
"use strict";

const { url } = modules;
const bases = ["http://example.com/a/b?q#f", "https://u:p@h.org:8443/x/", "file:///a/b", "foo://h/p/q", "mailto:a@b"];
const inputs = ["http://www.example.com:80/a b?x=y z#f g", "https://a.b/../c/./d/%2e%2E/e", "http:\\\\x\\y", "//foo/bar", "/p?q", "p/../q", "?q", "#h", "", "..", "http://ex ample.com", "http://user:pa:ss@h/",
  "http://1.2.3/", "http://0x7f000001", "http://256.1", "http://[::1]:80/", "http://[1:2::ffff:1.2.3.4]", "http://[::1%25]", "http://a:99999", "http://a:b", "data:text/plain,hi there", "javascript:alert(1)",
  "blob:https://x.y/z", "file:a", "http://", "foo:///x", "http://a..b/", "HTTP://A", "1http://x", "http://faß.de/", "http://☃.net/", "http://日本.jp", "http://%41.com", "http://a%00b", "http://a/%zz", "wss://x:443/", "https://x/é?é=ü#ñ", "http://h/{a}|`^", "http://h?a='b'", "foo:a b?c d#e f", "http://a@b@c/", "not a url"];
const members = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
const all = (one) => members.map((name) => one[name]);
for (const input of inputs) {
  check(`new URL ${input}`, () => all(new url.URL(input)));
  for (const base of bases) check(`new URL ${input} on ${base}`, () => (base.startsWith("mailto") && !input.startsWith("#") && !/^[a-z]+:/i.test(input) ? "skipped" : new url.URL(input, base)));
  check(`parse ${input}`, () => (input.includes("%25") ? "skipped" : url.parse(input)));
  check(`parse query ${input}`, () => (input.includes("%25") ? "skipped" : url.parse(input, true).query));
  for (const base of ["http://a.com/b/c/d?q=r#f", "/one/two/three", "mailto:x@y"]) check(`resolve ${base} ${input}`, () => (input.includes("%25") ? "skipped" : url.resolve(base, input)));
}
for (const [name, value] of [["href", "https://new/"], ["href", "bad"], ["protocol", "http"], ["protocol", "foo"], ["host", "x:81"], ["host", "x"], ["hostname", "y.z"], ["port", "99"], ["port", ""], ["port", "443"], ["pathname", "a b?"], ["search", "x=1 2"], ["search", ""], ["hash", "q r"], ["username", "u:"], ["password", "p@"]]) {
  for (const base of bases) check(`set ${name} ${value} on ${base}`, () => { const one = new url.URL(base); one[name] = value; return all(one); });
}
const queries = ["a=1&b=2&a=3", "?x", "&&=&a", "a=%20+b%2B&c=%zz", "a=%E4%BD%A0", "", "a=1=2"];
for (const query of queries) {
  const make = () => new url.URLSearchParams(query);
  check(`query ${query}`, () => [[...make()], make().toString(), make().get("a"), make().getAll("a"), make().has("x"), [...make().keys()], [...make().values()]]);
  check(`query changed ${query}`, () => { const one = make(); one.append("n", "é &="); one.set("a", "z"); one.delete("b"); one.sort(); return one.toString(); });
}
const inits = { undefined, null: null, number: 5, object: { a: 1, b: [1, 2] }, pairs: [["a", "b"], ["c", 1]], short: [["a"]], flat: [1], map: new Map([["x", "y"]]) };
for (const name of Object.keys(inits)) check(`query of ${name}`, () => new url.URLSearchParams(inits[name]).toString());
check("query of a URL", () => { const one = new url.URL("http://a/?x=1"); one.searchParams.append("y", "2 3"); one.searchParams.delete("x"); return one.href; });
check("query set later", () => { const one = new url.URL("http://a/?x=1"); const query = one.searchParams; one.search = "?z=9"; return query.get("z"); });
check("missing name", () => new url.URLSearchParams("a=1").get());
check("JSON", () => JSON.stringify({ u: new url.URL("http://a/b") }));
for (const [name, value] of Object.entries({ parts: { protocol: "http", host: "a.com", pathname: "x", query: { a: 1, b: [1, 2] } }, auth: { auth: "u:p", hostname: "::1", pathname: "/?#" }, port: { hostname: "a", port: 80, protocol: "https:", search: "q#" }, empty: {}, null: null })) {
  check(`format ${name}`, () => url.format(value));
}
check("format a URL", () => url.format(new url.URL("http://u:p@測試.com/x?y#z"), { auth: false, fragment: false, unicode: true, search: false }));
check("domainToASCII", () => [url.domainToASCII("español.com"), url.domainToUnicode("xn--espaol-zwa.com")]);
check("fileURLToPath", () => url.fileURLToPath("file:///a%20b"));
check("pathToFileURL", () => url.pathToFileURL("/a b%").href);
check("urlToHttpOptions", () => ({ ...url.urlToHttpOptions(new url.URL("http://u:p@a.b:81/x?y#z")), __proto__: null }));
})
