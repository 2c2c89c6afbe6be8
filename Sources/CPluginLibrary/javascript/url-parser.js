// The URL standard's parser: text (and a base) to a record, and a record back to text.
(function (native, host, library) {
"use strict";

const { parseHost, encoded, encodeAll } = library("url-host");

const defaultPorts = { "ftp": 21, "file": null, "http": 80, "https": 443, "ws": 80, "wss": 443 };

function isSpecial(url) { return Object.hasOwn(defaultPorts, url.scheme); }

function emptyRecord() {
  return { scheme: "", username: "", password: "", host: null, port: null, path: [], opaque: false, query: null, fragment: null };
}

function isWindowsLetter(string) { return /^[a-z][:|]$/i.test(string); }

function startsWithWindowsLetter(input, at) {
  return isWindowsLetter(input.slice(at, at + 2)) && (input.length - at === 2 || /[\/\\?#]/.test(input[at + 2]));
}

function isSingleDot(part) { return part === "." || /^%2e$/i.test(part); }

function isDoubleDot(part) { return /^(\.|%2e)(\.|%2e)$/i.test(part); }

function shorten(url) {
  if (url.scheme === "file" && url.path.length === 1 && /^[a-z]:$/i.test(url.path[0])) return;
  url.path.pop();
}

function addSegment(url, part, last, slash) {
  if (isDoubleDot(part)) {
    shorten(url);
    if (!slash) url.path.push("");
  } else if (isSingleDot(part)) {
    if (!slash) url.path.push("");
  } else {
    if (url.scheme === "file" && url.path.length === 0 && isWindowsLetter(part)) part = part[0] + ":";
    url.path.push(part);
  }
}

// From `at` on: path, query and fragment. `input` is a string of whole characters.
function parsePath(url, input, at) {
  const special = isSpecial(url);
  const isSlash = (c) => c === "/" || (special && c === "\\");
  if (special) { if (isSlash(input[at])) at += 1; }
  else if (input[at] === "/") at += 1;
  else if (at >= input.length || input[at] === "?" || input[at] === "#") return parseTail(url, input, at);
  let part = "";
  for (; ; at++) {
    const c = input[at];
    if (c === undefined || isSlash(c) || c === "?" || c === "#") {
      addSegment(url, part, c === undefined, isSlash(c));
      part = "";
      if (!isSlash(c)) return parseTail(url, input, at);
    } else part += encoded(c, "path");
  }
}

function parseTail(url, input, at) {
  if (input[at] === "?") {
    let end = input.indexOf("#", at);
    if (end < 0) end = input.length;
    url.query = encodeAll(input.slice(at + 1, end).join(""), isSpecial(url) ? "specialQuery" : "query");
    at = end;
  }
  if (input[at] === "#") url.fragment = encodeAll(input.slice(at + 1).join(""), "fragment");
  return url;
}

function parseOpaque(url, input, at) {
  let end = at;
  while (end < input.length && input[end] !== "?" && input[end] !== "#") end += 1;
  url.opaque = true;
  url.path = encodeAll(input.slice(at, end).join(""), "control");
  return parseTail(url, input, end);
}

// The port's number, null for the scheme's own, undefined for none that is valid.
function portNumber(digits, scheme) {
  if (!/^[0-9]*$/.test(digits)) return undefined;
  if (digits === "") return null;
  const port = parseInt(digits, 10);
  if (port > 65535) return undefined;
  return defaultPorts[scheme] === port ? null : port;
}

function splitPort(part) {
  const close = part.startsWith("[") ? part.indexOf("]") : -1;
  const colon = part.indexOf(":", close < 0 ? 0 : close);
  return colon < 0 ? [part, null] : [part.slice(0, colon), part.slice(colon + 1)];
}

function parseAuthority(url, input, at) {
  const special = isSpecial(url);
  let end = at;
  while (end < input.length && !/[\/?#]/.test(input[end]) && !(special && input[end] === "\\")) end += 1;
  const authority = input.slice(at, end);
  const sign = authority.lastIndexOf("@");
  if (sign >= 0) {
    const credentials = authority.slice(0, sign);
    const colon = credentials.indexOf(":");
    url.username = encodeAll(credentials.slice(0, colon < 0 ? sign : colon).join(""), "userinfo");
    if (colon >= 0) url.password = encodeAll(credentials.slice(colon + 1).join(""), "userinfo");
  }
  const [name, digits] = splitPort(authority.slice(sign + 1).join(""));
  if (name === "" && (special || sign >= 0 || digits !== null)) return null;
  url.host = name === "" ? "" : parseHost(name, special);
  if (url.host === null) return null;
  const port = portNumber(digits ?? "", url.scheme);
  if (port === undefined) return null;
  url.port = port;
  return parsePath(url, input, end);
}

function parseFile(url, base, input, at) {
  const isSlash = (c) => c === "/" || c === "\\";
  url.host = "";
  const fromBase = base && base.scheme === "file";
  if (isSlash(input[at]) && isSlash(input[at + 1])) return parseFileHost(url, input, at + 2);
  const rest = input.slice(at).join("");
  if (isSlash(input[at])) {
    if (fromBase) {
      url.host = base.host;
      if (!startsWithWindowsLetter(rest.slice(1), 0) && /^[a-z]:$/i.test(base.path[0] ?? "")) url.path.push(base.path[0]);
    }
    return parsePath(url, input, at);
  }
  if (!fromBase) return parsePath(url, input, at);
  url.host = base.host;
  if (startsWithWindowsLetter(rest, 0)) return parsePath(url, input, at);
  return parseRelativePath(url, base, input, at);
}

function parseFileHost(url, input, at) {
  let end = at;
  while (end < input.length && !/[\/\\?#]/.test(input[end])) end += 1;
  const name = input.slice(at, end).join("");
  if (isWindowsLetter(name)) return parsePath(url, input, at);
  if (name !== "") {
    const parsed = parseHost(name, true);
    if (parsed === null) return null;
    url.host = parsed === "localhost" ? "" : parsed;
  }
  return parsePath(url, input, end);
}

function parseRelativePath(url, base, input, at) {
  url.path = [...base.path];
  const c = input[at];
  if (c === undefined || c === "#") url.query = base.query;
  if (c === undefined || c === "#" || c === "?") return parseTail(url, input, at);
  shorten(url);
  return parsePath(url, input, at);
}

function parseRelative(base, input) {
  const url = emptyRecord();
  url.scheme = base.scheme;
  if (base.scheme === "file") return parseFile(url, base, input, 0);
  const isSlash = (c) => c === "/" || (isSpecial(url) && c === "\\");
  if (isSlash(input[0]) && isSlash(input[1])) return parseAuthoritySlashes(url, input, 2);
  Object.assign(url, { username: base.username, password: base.password, host: base.host, port: base.port });
  return isSlash(input[0]) ? parsePath(url, input, 0) : parseRelativePath(url, base, input, 0);
}

function parseAuthoritySlashes(url, input, at) {
  if (isSpecial(url)) while (input[at] === "/" || input[at] === "\\") at += 1;
  return parseAuthority(url, input, at);
}

// The record, or null when the text is no URL.
function parse(string, base) {
  const trimmed = string.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
  const input = Array.from(trimmed);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed);
  if (!scheme) {
    if (!base) return null;
    if (!base.opaque) return parseRelative(base, input);
    if (input[0] !== "#") return null;
    return { ...base, fragment: encodeAll(input.slice(1).join(""), "fragment") };
  }
  const url = emptyRecord();
  url.scheme = scheme[1].toLowerCase();
  const at = scheme[0].length;
  if (url.scheme === "file") return parseFile(url, base, input, at);
  if (isSpecial(url)) {
    if (base && base.scheme === url.scheme && !(input[at] === "/" && input[at + 1] === "/")) return parseRelative(base, input.slice(at));
    return parseAuthoritySlashes(url, input, at);
  }
  if (input[at] === "/" && input[at + 1] === "/") return parseAuthority(url, input, at + 2);
  return input[at] === "/" ? parsePath(url, input, at) : parseOpaque(url, input, at);
}

function pathOf(url) {
  if (url.opaque) return url.path;
  return url.path.map((part) => "/" + part).join("");
}

function serialize(url, withoutFragment) {
  let output = url.scheme + ":";
  if (url.host !== null) {
    output += "//";
    if (url.username !== "" || url.password !== "") output += url.username + (url.password !== "" ? ":" + url.password : "") + "@";
    output += url.host + (url.port !== null ? ":" + url.port : "");
  } else if (!url.opaque && url.path.length > 1 && url.path[0] === "") output += "/.";
  output += pathOf(url);
  if (url.query !== null) output += "?" + url.query;
  if (url.fragment !== null && !withoutFragment) output += "#" + url.fragment;
  return output;
}

return { parse, serialize, pathOf, isSpecial, parsePath, portNumber, splitPort, defaultPorts };
})
