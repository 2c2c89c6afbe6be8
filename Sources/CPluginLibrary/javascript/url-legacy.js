// url.parse, url.format and url.resolve, as Node had them before there was a standard.
(function (native, host, library) {
"use strict";

const { nodeError, invalidType } = library("errors");
const { domainToASCII, domainToUnicode } = library("url-host");

const slashed = new Set(["http", "https", "ftp", "gopher", "file", "ws", "wss"].flatMap((name) => [name, name + ":"]));
const hostless = new Set(["javascript", "javascript:"]);

function Url() {
  for (const key of ["protocol", "slashes", "auth", "host", "port", "hostname", "hash", "search", "query", "pathname", "path", "href"]) this[key] = null;
}

// Characters that are escaped wherever they stand.
function escaped(rest) {
  return rest.replace(/[\t\n\r "'<>\\^`{|}]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0"));
}

function cleaned(url) {
  const trimmed = url.replace(/^[\s\ufeff]+|[\s\ufeff]+$/g, "");
  const question = trimmed.search(/[?#]/);
  const end = question < 0 ? trimmed.length : question;
  return trimmed.slice(0, end).replace(/\\/g, "/") + trimmed.slice(end);
}

function parseQuery(text, asObject) {
  return asObject ? library("querystring").parse(text) : text;
}

function parse(url, parseQueryString, slashesDenoteHost) {
  if (url instanceof Url) return url;
  const parsed = new Url();
  parsed.parse(url, parseQueryString, slashesDenoteHost);
  return parsed;
}

Url.prototype.parse = function (url, parseQueryString, slashesDenoteHost) {
  if (typeof url !== "string") throw invalidType("url", ["string"], url);
  let rest = cleaned(url);
  if (!slashesDenoteHost && !/[#@]/.test(url)) {
    const simple = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/.exec(rest);
    if (simple) {
      this.path = rest;
      this.href = rest;
      this.pathname = simple[1];
      if (simple[2]) {
        this.search = simple[2];
        this.query = parseQuery(simple[2].slice(1), parseQueryString);
      } else if (parseQueryString) {
        this.search = null;
        this.query = Object.create(null);
      }
      return this;
    }
  }
  const scheme = /^[a-z0-9.+-]+:/i.exec(rest);
  let lower = "";
  if (scheme) {
    lower = scheme[0].toLowerCase();
    this.protocol = lower;
    rest = rest.slice(scheme[0].length);
  }
  let slashes = false;
  if (slashesDenoteHost || scheme || /^\/\/[^@/]+@[^@/]+/.test(rest)) {
    slashes = rest.startsWith("//");
    if (slashes && !(lower && hostless.has(lower))) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!hostless.has(lower) && (slashes || (scheme && !slashed.has(scheme[0])))) rest = takeHost(this, rest, url);
  if (!hostless.has(lower)) rest = escaped(rest);
  takeTail(this, rest, parseQueryString, lower);
  this.href = this.format();
  return this;
};

function takeHost(parsed, rest, url) {
  // The authority ends at the first of these; a later "@" still belongs to the credentials.
  const end = rest.search(/[\/?#]/);
  let authority = end < 0 ? rest : rest.slice(0, end);
  const sign = authority.lastIndexOf("@");
  if (sign >= 0) {
    parsed.auth = decodeURIComponent(authority.slice(0, sign));
    authority = authority.slice(sign + 1);
  }
  const stop = authority.search(/[\t\n\r "%';<>\\^`{|}]/);
  let hostText = stop < 0 ? authority : authority.slice(0, stop);
  rest = (stop < 0 ? "" : authority.slice(stop)) + (end < 0 ? "" : rest.slice(end));
  parsed.host = hostText;
  const port = /:[0-9]*$/.exec(hostText);
  if (port) {
    if (port[0] !== ":") parsed.port = port[0].slice(1);
    hostText = hostText.slice(0, -port[0].length);
  }
  parsed.hostname = hostText;
  const bracketed = hostText.startsWith("[") && hostText.endsWith("]");
  if (!bracketed) rest = checkName(parsed, rest);
  if (parsed.hostname.length > 255) parsed.hostname = "";
  else parsed.hostname = parsed.hostname.toLowerCase();
  if (!bracketed && parsed.hostname !== "") {
    const name = domainToASCII(parsed.hostname);
    if (name === null || /[\0\t\n\r #%\/:<>?@[\\\]^|]/.test(name)) {
      const error = nodeError(TypeError, "ERR_INVALID_URL", (host.nodeVersion || 18) < 16 ? `Invalid URL: ${url}` : "Invalid URL");
      error.input = url;
      throw error;
    }
    parsed.hostname = name;
  }
  parsed.host = parsed.hostname + (parsed.port ? ":" + parsed.port : "");
  if (bracketed) {
    parsed.hostname = parsed.hostname.slice(1, -1);
    if (rest[0] !== "/") rest = "/" + rest;
  }
  return rest;
}

function checkName(parsed, rest) {
  const name = parsed.hostname;
  for (let i = 0; i < name.length; i++) {
    if (/[a-z0-9.\-+_]/i.test(name[i]) || name.charCodeAt(i) > 127) continue;
    parsed.hostname = name.slice(0, i);
    return "/" + name.slice(i) + rest;
  }
  return rest;
}

function takeTail(parsed, rest, parseQueryString, lower) {
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    parsed.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const question = rest.indexOf("?");
  if (question >= 0) {
    parsed.search = rest.slice(question);
    parsed.query = parseQuery(rest.slice(question + 1), parseQueryString);
    rest = rest.slice(0, question);
  } else if (parseQueryString) {
    parsed.search = null;
    parsed.query = Object.create(null);
  }
  if (rest !== "") parsed.pathname = rest;
  if (slashed.has(lower) && parsed.hostname && !parsed.pathname) parsed.pathname = "/";
  if (parsed.pathname || parsed.search) parsed.path = (parsed.pathname || "") + (parsed.search || "");
}

Url.prototype.format = function () {
  const auth = this.auth ? encodeURIComponent(this.auth).replace(/%3A/gi, ":") + "@" : "";
  let protocol = this.protocol || "", pathname = this.pathname || "", hash = this.hash || "", search = this.search || "";
  let authority = "";
  if (this.host) authority = auth + this.host;
  else if (this.hostname) {
    authority = auth + (this.hostname.includes(":") && !this.hostname.startsWith("[") ? `[${this.hostname}]` : this.hostname);
    if (this.port) authority += ":" + this.port;
  }
  if (this.query !== null && typeof this.query === "object") {
    const query = library("querystring").stringify(this.query);
    if (search === "" && query) search = "?" + query;
  }
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  pathname = pathname.replace(/[?#]/g, (c) => (c === "?" ? "%3F" : "%23"));
  if (this.slashes || slashed.has(protocol)) {
    if (this.slashes || authority) {
      if (pathname && !pathname.startsWith("/")) pathname = "/" + pathname;
      authority = "//" + authority;
    } else if (/^file/.test(protocol)) authority = "//";
  }
  search = search.replace(/#/g, "%23");
  if (hash && !hash.startsWith("#")) hash = "#" + hash;
  if (search && !search.startsWith("?")) search = "?" + search;
  return protocol + authority + pathname + search + hash;
};

Url.prototype.resolve = function (relative) { return this.resolveObject(parse(relative, false, true)).format(); };

Url.prototype.resolveObject = function (relative) {
  if (typeof relative === "string") relative = parse(relative, false, true);
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  if (relative.href === "") { result.href = result.format(); return result; }
  if (relative.slashes && !relative.protocol) {
    for (const key of Object.keys(relative)) if (key !== "protocol") result[key] = relative[key];
    if (slashed.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = "/";
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== result.protocol) return resolveOther(result, relative);
  return resolvePath(result, relative);
};

function resolveOther(result, relative) {
  if (!slashed.has(relative.protocol)) {
    Object.assign(result, relative);
    result.href = result.format();
    return result;
  }
  result.protocol = relative.protocol;
  if (!relative.host && !/^file:?$/.test(relative.protocol) && !hostless.has(relative.protocol)) {
    const parts = (relative.pathname || "").split("/");
    while (parts.length > 0 && !(relative.host = parts.shift()));
    if (!relative.host) relative.host = "";
    if (!relative.hostname) relative.hostname = "";
    if (parts[0] !== "") parts.unshift("");
    if (parts.length < 2) parts.unshift("");
    result.pathname = parts.join("/");
  } else result.pathname = relative.pathname;
  for (const key of ["search", "query"]) result[key] = relative[key];
  result.host = relative.host || "";
  result.auth = relative.auth;
  result.hostname = relative.hostname || relative.host;
  result.port = relative.port;
  if (result.pathname || result.search) result.path = (result.pathname || "") + (result.search || "");
  result.slashes = result.slashes || relative.slashes;
  result.href = result.format();
  return result;
}

function resolvePath(result, relative) {
  const fromRoot = Boolean(relative.host || (relative.pathname && relative.pathname.startsWith("/")));
  let absolute = fromRoot || Boolean(result.pathname && result.pathname.startsWith("/")) || Boolean(result.host && relative.pathname);
  const removeDots = absolute;
  let parts = (result.pathname && result.pathname.split("/")) || [];
  const steps = (relative.pathname && relative.pathname.split("/")) || [];
  const noSlashes = result.protocol && !slashed.has(result.protocol);
  if (noSlashes) {
    result.hostname = "";
    result.port = null;
    if (result.host) { if (parts[0] === "") parts[0] = result.host; else parts.unshift(result.host); }
    result.host = "";
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      if (relative.host) { if (steps[0] === "") steps[0] = relative.host; else steps.unshift(relative.host); }
      relative.host = null;
    }
    absolute = absolute && (steps[0] === "" || parts[0] === "");
  }
  if (fromRoot) {
    if (relative.host || relative.host === "") {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === "") {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    parts = steps;
  } else if (steps.length > 0) {
    parts.pop();
    parts = parts.concat(steps);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    if (noSlashes) result.hostname = result.host = parts.shift() ?? null;
    result.search = relative.search;
    result.query = relative.query;
    if (result.pathname !== null || result.search !== null) result.path = (result.pathname || "") + (result.search || "");
    result.href = result.format();
    return result;
  }
  if (parts.length === 0) {
    result.pathname = null;
    result.path = result.search ? "/" + result.search : null;
    result.href = result.format();
    return result;
  }
  return finishPath(result, relative, parts, absolute, removeDots, noSlashes);
}

function finishPath(result, relative, parts, absolute, removeDots, noSlashes) {
  const last = parts[parts.length - 1];
  const trailing = ((result.host || relative.host || parts.length > 1) && (last === "." || last === "..")) || last === "";
  let up = 0;
  for (let i = parts.length - 1; i >= 0; i--) {
    if (parts[i] === ".") parts.splice(i, 1);
    else if (parts[i] === "..") { parts.splice(i, 1); up += 1; }
    else if (up > 0) { parts.splice(i, 1); up -= 1; }
  }
  if (!absolute && !removeDots) while (up-- > 0) parts.unshift("..");
  if (absolute && parts[0] !== "" && (!parts[0] || !parts[0].startsWith("/"))) parts.unshift("");
  if (trailing && !parts.join("/").endsWith("/")) parts.push("");
  const rooted = parts[0] === "" || Boolean(parts[0] && parts[0].startsWith("/"));
  if (noSlashes) {
    result.hostname = result.host = rooted ? "" : parts.length > 0 ? parts.shift() : "";
  }
  absolute = absolute || Boolean(result.host && parts.length > 0);
  if (absolute && !rooted) parts.unshift("");
  result.pathname = parts.length > 0 ? parts.join("/") : null;
  if (parts.length === 0) result.path = null;
  if (result.pathname !== null || result.search !== null) result.path = (result.pathname || "") + (result.search || "");
  result.auth = relative.auth || result.auth;
  result.slashes = result.slashes || relative.slashes;
  result.href = result.format();
  return result;
}

function make({ URL, serialize, recordOf }) {
  function formatURL(url, options = {}) {
    const record = recordOf(url);
    if (options.fragment === false) record.fragment = null;
    if (options.auth === false) record.username = record.password = "";
    if (options.search === false) record.query = null;
    if (options.unicode && record.host) record.host = domainToUnicode(record.host);
    return serialize(record);
  }

  function format(url, options) {
    if (typeof url === "string") return parse(url).format();
    if (typeof url !== "object" || url === null) throw invalidType("urlObject", "one of type object or string", url);
    if (url instanceof URL) return formatURL(url, options);
    return Url.prototype.format.call({ query: null, ...url });
  }

  return {
    Url, parse, format,
    resolve: (from, to) => parse(from, false, true).resolve(to),
    resolveObject: (from, to) => (from ? parse(from, false, true).resolveObject(to) : to),
  };
}

return { make };
})
