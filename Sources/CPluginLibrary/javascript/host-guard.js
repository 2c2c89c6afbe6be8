// Which hosts the newer servers refuse to call. Names aren't resolved here: of those, only the ones that are always local are refused.
(function (native, host, library) {
"use strict";

const { URL } = library("url");

const internalIPv4 = [
  [0x00000000, 8], [0x0a000000, 8], [0x64400000, 10], [0x7f000000, 8], [0xa9fe0000, 16], [0xac100000, 12], [0xc0000000, 24],
  [0xc0000200, 24], [0xc0586300, 24], [0xc0a80000, 16], [0xc6120000, 15], [0xc6336400, 24], [0xcb007100, 24], [0xe0000000, 4],
  [0xf0000000, 4],
];

function isInternalIPv4(name) {
  const address = name.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return internalIPv4.some(([network, bits]) => Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits)));
}

// Only 2000::/3 is routed, less what is set aside inside it.
function isInternalIPv6(name) {
  const [left, right = null] = name.split("::");
  const head = left === "" ? [] : left.split(":"), tail = right === null || right === "" ? [] : right.split(":");
  const pieces = right === null ? head : [...head, ...new Array(8 - head.length - tail.length).fill("0"), ...tail];
  const values = pieces.map((piece) => parseInt(piece, 16));
  if ((values[0] & 0xe000) !== 0x2000) return true;
  return values[0] === 0x2002 || (values[0] === 0x2001 && (values[1] === 0 || values[1] === 0xdb8 || (values[1] & 0xfff0) === 0x20 || (values[1] & 0xfff0) === 0x10));
}

function check(text, FetchError) {
  const refuse = (message) => new FetchError(message, "posthog-host-guard");
  let url;
  try { url = new URL(text); } catch { throw refuse("Invalid URL"); }
  const name = url.hostname;
  if (!name) throw refuse("No hostname");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("Scheme must be either HTTP or HTTPS");
  if (name.startsWith("[")) { if (isInternalIPv6(name.slice(1, -1))) throw refuse("Internal hostname"); }
  else if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) { if (isInternalIPv4(name)) throw refuse("Internal hostname"); }
  else if (/(^|\.)localhost\.?$/.test(name)) throw refuse("Internal hostname");
}

return { check };
})
