// What url.parse and url.format need of Node's querystring.
(function (native, host, library) {
"use strict";

const { percentDecoded } = library("url-host");

function decode(part) {
  const spaced = part.replace(/\+/g, " ");
  try { return decodeURIComponent(spaced); } catch { return percentDecoded(spaced); }
}

function parse(text) {
  const result = Object.create(null);
  if (typeof text !== "string" || text === "") return result;
  for (const part of text.split("&").slice(0, 1000)) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const key = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : decode(part.slice(equals + 1));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
}

function primitive(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number" && isFinite(value)) return String(value);
  return typeof value === "bigint" || typeof value === "boolean" ? String(value) : "";
}

function stringify(object) {
  const parts = [];
  for (const key of Object.keys(object)) {
    const name = encodeURIComponent(key);
    const values = Array.isArray(object[key]) ? object[key] : [object[key]];
    for (const value of values) parts.push(`${name}=${encodeURIComponent(primitive(value))}`);
  }
  return parts.join("&");
}

return { parse, stringify };
})
