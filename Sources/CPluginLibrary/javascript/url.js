// Node's url module: URL, URLSearchParams and the functions of the older interface.
(function (native, host, library) {
"use strict";

const { nodeError, invalidType } = library("errors");
const { parseHost, encodeAll, domainToASCII, domainToUnicode, percentDecoded } = library("url-host");
const { parse, serialize, pathOf, isSpecial, parsePath, portNumber, splitPort, defaultPorts } = library("url-parser");
const { URLSearchParams, connected, reset } = library("url-search");

function invalidURL(input) {
  const message = (host.nodeVersion || 18) < 16 ? `Invalid URL: ${input}` : "Invalid URL";
  const error = nodeError(TypeError, "ERR_INVALID_URL", message);
  error.input = input;
  return error;
}

const noCredentials = (url) => url.host === null || url.host === "" || url.scheme === "file";

class URL {
  #url;
  #parameters = null;

  constructor(input, base = undefined) {
    if (arguments.length === 0 && (host.nodeVersion || 18) >= 18) throw nodeError(TypeError, "ERR_MISSING_ARGS", 'The "url" argument must be specified');
    input = `${input}`;
    const origin = base === undefined ? null : parse(`${base}`, null);
    if (base !== undefined && !origin) throw invalidURL((host.nodeVersion || 18) < 18 ? `${base}` : input);
    this.#url = parse(input, origin);
    if (!this.#url) throw invalidURL(input);
  }

  get href() { return serialize(this.#url); }
  set href(value) {
    const url = parse(`${value}`, null);
    if (!url) throw invalidURL(`${value}`);
    this.#url = url;
    this.#refresh();
  }

  get origin() {
    const url = this.#url;
    if (url.scheme === "blob") {
      const inner = parse(pathOf(url), null);
      return inner && /^https?$/.test(inner.scheme) ? new URL(serialize(inner)).origin : "null";
    }
    if (!isSpecial(url) || url.scheme === "file") return "null";
    return `${url.scheme}://${url.host}${url.port === null ? "" : ":" + url.port}`;
  }

  get protocol() { return this.#url.scheme + ":"; }
  set protocol(value) {
    const found = /^([a-z][a-z0-9+.-]*)(:|$)/i.exec(`${value}`);
    if (!found) return;
    const scheme = found[1].toLowerCase(), url = this.#url;
    if (isSpecial(url) !== isSpecial({ scheme })) return;
    if (scheme === "file" && (url.username !== "" || url.password !== "" || url.port !== null)) return;
    if (url.scheme === "file" && !url.host) return;
    url.scheme = scheme;
    if (defaultPorts[scheme] === url.port) url.port = null;
  }

  get username() { return this.#url.username; }
  set username(value) { if (!noCredentials(this.#url)) this.#url.username = encodeAll(`${value}`, "userinfo"); }

  get password() { return this.#url.password; }
  set password(value) { if (!noCredentials(this.#url)) this.#url.password = encodeAll(`${value}`, "userinfo"); }

  get host() { return this.#url.host === null ? "" : this.#url.host + (this.#url.port === null ? "" : ":" + this.#url.port); }
  set host(value) { this.#setHost(`${value}`, true); }

  get hostname() { return this.#url.host ?? ""; }
  set hostname(value) { this.#setHost(`${value}`, false); }

  #setHost(value, withPort) {
    const url = this.#url;
    if (url.opaque) return;
    const authority = value.replace(/[\t\n\r]/g, "").split(isSpecial(url) ? /[\/\\?#]/ : /[\/?#]/)[0];
    const [name, digits] = splitPort(authority);
    if (digits !== null && (!withPort || url.scheme === "file")) return;
    if (name === "" && (isSpecial(url) ? url.scheme !== "file" : digits !== null || url.username !== "" || url.password !== "" || url.port !== null)) return;
    const parsed = name === "" ? "" : parseHost(name, isSpecial(url));
    if (parsed === null) return;
    url.host = url.scheme === "file" && parsed === "localhost" ? "" : parsed;
    const leading = digits === null ? "" : /^[0-9]*/.exec(digits)[0];
    const port = leading === "" ? undefined : portNumber(leading, url.scheme);
    if (port !== undefined && url.scheme !== "file") url.port = port;
  }

  get port() { return this.#url.port === null ? "" : String(this.#url.port); }
  set port(value) {
    if (noCredentials(this.#url)) return;
    value = `${value}`.replace(/[\t\n\r]/g, "");
    const digits = /^[0-9]*/.exec(value)[0];
    if (digits === "" && value !== "") return;
    const port = portNumber(digits, this.#url.scheme);
    if (port !== undefined) this.#url.port = port;
  }

  get pathname() { return pathOf(this.#url); }
  set pathname(value) {
    if (this.#url.opaque) return;
    const scratch = { ...this.#url, path: [] };
    const input = Array.from(`${value}`.replace(/[\t\n\r]/g, ""), (c) => (c === "?" ? "%3F" : c === "#" ? "%23" : c));
    parsePath(scratch, input, 0);
    this.#url.path = scratch.path;
  }

  get search() { return this.#url.query ? "?" + this.#url.query : ""; }
  set search(value) {
    value = `${value}`;
    if (value === "") this.#url.query = null;
    else this.#url.query = encodeAll(value.replace(/^\?/, "").replace(/[\t\n\r]/g, ""), isSpecial(this.#url) ? "specialQuery" : "query");
    this.#refresh();
  }

  get searchParams() {
    if (this.#parameters === null) {
      this.#parameters = connected(this.#url.query ?? "", (query) => { this.#url.query = query === "" ? null : query; });
    }
    return this.#parameters;
  }

  #refresh() { if (this.#parameters !== null) reset(this.#parameters, this.#url.query ?? ""); }

  get hash() { return this.#url.fragment ? "#" + this.#url.fragment : ""; }
  set hash(value) {
    value = `${value}`;
    this.#url.fragment = value === "" ? null : encodeAll(value.replace(/^#/, "").replace(/[\t\n\r]/g, ""), "fragment");
  }

  toString() { return serialize(this.#url); }
  toJSON() { return serialize(this.#url); }
}

for (const key of Object.getOwnPropertyNames(URL.prototype)) {
  if (key !== "constructor") Object.defineProperty(URL.prototype, key, { enumerable: true });
}
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: "URL", configurable: true });

function fileURLToPath(path) {
  if (typeof path === "string") path = new URL(path);
  else if (!(path instanceof URL)) throw invalidType("path", "of type string or an instance of URL", path);
  if (path.protocol !== "file:") throw nodeError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (path.hostname !== "") throw nodeError(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  if (/%2f/i.test(path.pathname)) throw nodeError(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  return percentDecoded(path.pathname);
}

function pathToFileURL(path) {
  const url = new URL("file:///");
  url.pathname = `${path}`.replace(/%/g, "%25").replace(/\\/g, "%5C").replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/\t/g, "%09");
  return url;
}

function urlToHttpOptions(url) {
  const options = {
    protocol: url.protocol,
    hostname: url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname,
    hash: url.hash, search: url.search, pathname: url.pathname, path: `${url.pathname || ""}${url.search || ""}`, href: url.href,
  };
  if (url.port !== "") options.port = Number(url.port);
  if (url.username || url.password) options.auth = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  return options;
}

const legacy = library("url-legacy").make({ URL, serialize, recordOf: (url) => parse(url.href, null) });

return {
  ...legacy, URL, URLSearchParams,
  domainToASCII: (domain) => parseHost(`${domain}`, true) ?? "",
  domainToUnicode: (domain) => { const name = parseHost(`${domain}`, true); return name === null ? "" : domainToUnicode(name); },
  fileURLToPath, pathToFileURL, urlToHttpOptions,
};
})
