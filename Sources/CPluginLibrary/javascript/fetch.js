// node-fetch, version 2, over a function of the host that answers requests.
(function (native, host, library) {
"use strict";

const { Headers } = library("fetch-headers");
const { Body, FetchError, AbortError, contentOf, contentType, isStream, collected } = library("fetch-body");
const { Buffer } = library("buffer");
const url = library("url");

const statusTexts = {
  100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints", 200: "OK", 201: "Created", 202: "Accepted",
  203: "Non-Authoritative Information", 204: "No Content", 205: "Reset Content", 206: "Partial Content", 207: "Multi-Status",
  208: "Already Reported", 226: "IM Used", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other",
  304: "Not Modified", 305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
  402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
  407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
  412: "Precondition Failed", 413: "Payload Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
  417: "Expectation Failed", 418: "I'm a Teapot", 421: "Misdirected Request", 422: "Unprocessable Entity", 423: "Locked",
  424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
  431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons", 500: "Internal Server Error", 501: "Not Implemented",
  502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates", 507: "Insufficient Storage", 508: "Loop Detected", 509: "Bandwidth Limit Exceeded", 510: "Not Extended",
  511: "Network Authentication Required",
};

class Response extends Body {
  #internals;

  constructor(body = null, options = {}) {
    super(body, options);
    const status = options.status || 200;
    const headers = new Headers(options.headers);
    if (body !== null && body !== undefined && !headers.has("Content-Type")) {
      const type = contentType(body);
      if (type) headers.append("Content-Type", type);
    }
    this.#internals = { url: options.url, status, statusText: options.statusText || statusTexts[status], headers, counter: options.counter };
  }

  get url() { return this.#internals.url || ""; }
  get status() { return this.#internals.status; }
  get ok() { return this.#internals.status >= 200 && this.#internals.status < 300; }
  get redirected() { return this.#internals.counter > 0; }
  get statusText() { return this.#internals.statusText; }
  get headers() { return this.#internals.headers; }

  clone() {
    return new Response(contentOf(this), {
      url: this.url, status: this.status, statusText: this.statusText, headers: this.headers, counter: this.#internals.counter,
      size: this.size, timeout: this.timeout,
    });
  }
}

function parseURL(text) {
  if (/^[a-zA-Z][a-zA-Z\d+\-.]*:/.test(text)) text = new url.URL(text).toString();
  return url.parse(text);
}

class Request extends Body {
  #internals;

  constructor(input, init = {}) {
    let parsed;
    if (input instanceof Request) parsed = parseURL(input.url);
    else parsed = parseURL(input && input.href ? input.href : `${input}`);
    const source = input instanceof Request ? input : {};
    const method = (init.method || source.method || "GET").toUpperCase();
    const hasBody = (init.body !== null && init.body !== undefined) || (input instanceof Request && input.body !== null);
    if (hasBody && (method === "GET" || method === "HEAD")) throw new TypeError("Request with GET/HEAD method cannot have body");
    const body = init.body !== null && init.body !== undefined ? init.body : input instanceof Request ? contentOf(input) : null;
    super(body, { timeout: init.timeout || source.timeout || 0, size: init.size || source.size || 0 });
    const headers = new Headers(init.headers || source.headers || {});
    if (body !== null && !headers.has("Content-Type")) {
      const type = contentType(body);
      if (type) headers.append("Content-Type", type);
    }
    const signal = "signal" in init ? init.signal : source.signal ?? null;
    if (signal !== null && signal !== undefined && !/^AbortSignal$/.test(Object.getPrototypeOf(signal)?.constructor?.name)) {
      throw new TypeError("Expected signal to be an instanceof AbortSignal");
    }
    this.#internals = { method, redirect: init.redirect || source.redirect || "follow", headers, parsed, signal: signal ?? null };
    this.follow = init.follow !== undefined ? init.follow : source.follow !== undefined ? source.follow : 20;
    this.compress = init.compress !== undefined ? init.compress : source.compress !== undefined ? source.compress : true;
    this.counter = init.counter || source.counter || 0;
    this.agent = init.agent || source.agent;
  }

  get method() { return this.#internals.method; }
  get url() { return url.format(this.#internals.parsed); }
  get headers() { return this.#internals.headers; }
  get redirect() { return this.#internals.redirect; }
  get signal() { return this.#internals.signal; }
  clone() { return new Request(this); }

  // What may go out, or the error that node-fetch gives.
  static check(request) {
    const parsed = request.#internals.parsed;
    if (!parsed.protocol || !parsed.hostname) throw new TypeError("Only absolute URLs are supported");
    if (!/^https?:$/.test(parsed.protocol)) throw new TypeError("Only HTTP(S) protocols are supported");
    const { method } = request.#internals;
    if (!/^[\^`\-\w!#$%&'*+.|~]+$/.test(method)) {
      throw library("errors").nodeError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
    }
  }
}

const { check } = Request;
delete Request.check;
for (const [Class, name, keys] of [
  [Response, "Response", ["url", "status", "ok", "redirected", "statusText", "headers", "clone"]],
  [Request, "Request", ["method", "url", "headers", "redirect", "clone", "signal"]],
]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  for (const key of keys) Object.defineProperty(Class.prototype, key, { enumerable: true });
}

function isRedirect(code) { return code === 301 || code === 302 || code === 303 || code === 307 || code === 308; }

function rawHeaders(headers) {
  const result = {}, raw = headers.raw();
  for (const name of Object.keys(raw)) result[name] = raw[name].join(", ");
  return result;
}

function failed(request, error) {
  if (error instanceof FetchError) return error;
  const reason = error && error.message !== undefined ? error.message : String(error);
  return new FetchError(`request to ${request.url} failed, reason: ${reason}`, "system", error && error.code ? error : undefined);
}

// A body that is a stream is read before the host sees the request; any other request reaches it before `fetch` returns.
function ask(request) {
  const content = contentOf(request);
  const send = (body) => host.answerFetch({ method: request.method, url: request.url, headers: rawHeaders(request.headers), body });
  return isStream(content) ? collected(content).then(send) : send(content);
}

function redirected(request, response, location) {
  if (request.redirect === "error") {
    throw new FetchError(`uri requested responds with a redirect, redirect mode is set to error: ${request.url}`, "no-redirect");
  }
  if (request.redirect === "manual") return null;
  if (location === null) return null;
  let target;
  try {
    target = new url.URL(location, request.url).toString();
  } catch {
    throw new FetchError(`uri requested responds with an invalid redirect URL: ${location}`, "invalid-redirect");
  }
  if (request.counter >= request.follow) throw new FetchError(`maximum redirect reached at: ${request.url}`, "max-redirect");
  const headers = new Headers(request.headers);
  const from = new url.URL(request.url), to = new url.URL(target);
  const sameSite = to.hostname === from.hostname || from.hostname.endsWith("." + to.hostname) || to.hostname.endsWith("." + from.hostname);
  if (!sameSite || to.protocol !== from.protocol) {
    for (const name of ["authorization", "www-authenticate", "cookie", "cookie2"]) headers.delete(name);
  }
  const next = {
    headers, follow: request.follow, counter: request.counter + 1, agent: request.agent, compress: request.compress,
    method: request.method, body: contentOf(request), timeout: request.timeout, size: request.size,
  };
  if (response.status === 303 || ((response.status === 301 || response.status === 302) && request.method === "POST")) {
    next.method = "GET";
    next.body = undefined;
    headers.delete("content-length");
  }
  return new Request(target, next);
}

function receive(request, answer) {
  const headers = new Headers();
  for (const name of Object.keys(answer.headers ?? {})) {
    for (const value of [].concat(answer.headers[name])) headers.append(name, value);
  }
  if (isRedirect(answer.status)) {
    const next = redirected(request, answer, headers.get("Location"));
    if (next) return dispatch(next);
  }
  let body = answer.body ?? null;
  if (body !== null && typeof body !== "string") body = Buffer.from(body);
  const empty = request.method === "HEAD" || answer.status === 204 || answer.status === 304;
  const response = new Response(Buffer.from(empty || body === null ? "" : body), {
    url: request.url, status: answer.status, statusText: answer.statusText || statusTexts[answer.status], headers,
    size: request.size, timeout: request.timeout, counter: request.counter,
  });
  return response;
}

function dispatch(request) {
  check(request);
  return new Promise((resolve, reject) => {
    let answer;
    try { answer = ask(request); } catch (error) { return reject(failed(request, error)); }
    Promise.resolve(answer).then(
      (value) => { try { resolve(receive(request, value)); } catch (error) { reject(error); } },
      (error) => reject(failed(request, error)));
  });
}

function plain(input, init) {
  return new Promise((resolve) => { resolve(dispatch(new Request(input, init))); });
}

plain.isRedirect = isRedirect;
plain.Promise = Promise;
Object.assign(plain, { Headers, Request, Response, FetchError, AbortError });
Object.defineProperty(plain, "name", { value: "fetch" });
plain.default = plain;

// The wrapper of the newer servers; it looks at the host before anything is sent where the host function asks for that.
async function tracked(input, init) {
  const request = new Request(input, init);
  if (host.guardsFetch) library("host-guard").check(request.url, FetchError);
  return await plain(input, init);
}
tracked.isRedirect = isRedirect;
tracked.FetchError = FetchError;
Object.defineProperty(tracked, "name", { value: "trackedFetch" });

return { fetch: plain, trackedFetch: tracked, Headers, Request, Response, FetchError, AbortError, statusTexts };
})
