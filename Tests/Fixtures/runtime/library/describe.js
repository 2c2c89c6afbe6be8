// Runs the checks of one file and tells each result as text. The same on Node, where the expectations were recorded.
(function (modules, checks, report) {
"use strict";

function describe(value) {
  if (value === null || value === undefined) return String(value);
  if (modules.Buffer.isBuffer(value)) return `Buffer ${value.toString("hex")}`;
  if (value instanceof modules.url.URL) return `URL ${value.href}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${Array.from(value).join()}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${Array.from(new Uint8Array(value)).join()}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function failure(error) {
  if (error === null || typeof error !== "object") return `threw ${String(error)}`;
  const code = error.code === undefined ? "" : ` [${error.code}]`;
  return `threw ${error.name}${code}: ${error.message}`;
}

const seen = new Map();

function check(name, action) {
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  const label = count > 1 ? `${name} (${count})` : name;
  let value;
  try { value = action(); } catch (error) { return report(label, failure(error)); }
  if (value && typeof value.then === "function") value.then((result) => report(label, describe(result)), (error) => report(label, failure(error)));
  else report(label, describe(value));
}

checks(check, modules);
})
