// Text to bytes and back in Node's encodings; bytes are plain Uint8Arrays here.
(function (native, host, library) {
"use strict";

const names = {
  utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", latin1: "latin1", binary: "latin1",
  ascii: "ascii", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
};

// The one name of an encoding, or undefined for one that Node doesn't know.
function normalize(encoding) {
  if (encoding === undefined || encoding === null || encoding === "") return "utf8";
  const name = String(encoding);
  if (Object.hasOwn(names, name)) return names[name];
  const lower = name.toLowerCase();
  return Object.hasOwn(names, lower) ? names[lower] : undefined;
}

function utf8Length(text) {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) { length += 1; continue; }
    length += 2;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) i += 1;
    }
  }
  return length;
}

// Writes as many whole characters as fit and says how many bytes that were.
function utf8Write(text, bytes, start, end) {
  let at = start;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      if (at >= end) break;
      bytes[at++] = code;
      continue;
    }
    if (code < 0x800) {
      if (at + 2 > end) break;
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 63);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const next = text.charCodeAt(i + 1);
      if (code < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
        if (at + 4 > end) break;
        code = 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff);
        i += 1;
        bytes[at++] = 0xf0 | (code >> 18);
        bytes[at++] = 0x80 | ((code >> 12) & 63);
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
        continue;
      }
      code = 0xfffd;
    }
    if (at + 3 > end) break;
    bytes[at++] = 0xe0 | (code >> 12);
    bytes[at++] = 0x80 | ((code >> 6) & 63);
    bytes[at++] = 0x80 | (code & 63);
  }
  return at - start;
}

const chunk = 4096;

function fromUnits(units, count) {
  if (count <= chunk) return String.fromCharCode.apply(null, count === units.length ? units : units.subarray(0, count));
  const parts = [];
  for (let i = 0; i < count; i += chunk) parts.push(String.fromCharCode.apply(null, units.subarray(i, Math.min(i + chunk, count))));
  return parts.join("");
}

// Every longest run of bytes that could have begun a character, but doesn't go on as one, is one U+FFFD.
function utf8Text(bytes, start, end) {
  const units = new Uint16Array(end - start);
  let count = 0;
  for (let i = start; i < end;) {
    const lead = bytes[i++];
    if (lead < 0x80) { units[count++] = lead; continue; }
    let more = 0, low = 0x80, high = 0xbf, code = 0;
    if (lead >= 0xc2 && lead <= 0xdf) { more = 1; code = lead & 0x1f; }
    else if (lead >= 0xe0 && lead <= 0xef) { more = 2; code = lead & 0xf; if (lead === 0xe0) low = 0xa0; if (lead === 0xed) high = 0x9f; }
    else if (lead >= 0xf0 && lead <= 0xf4) { more = 3; code = lead & 7; if (lead === 0xf0) low = 0x90; if (lead === 0xf4) high = 0x8f; }
    else { units[count++] = 0xfffd; continue; }
    for (; more > 0 && i < end && bytes[i] >= low && bytes[i] <= high; more--) {
      code = (code << 6) | (bytes[i++] & 63);
      low = 0x80;
      high = 0xbf;
    }
    if (more > 0) { units[count++] = 0xfffd; continue; }
    if (code < 0x10000) { units[count++] = code; continue; }
    units[count++] = 0xd800 + ((code - 0x10000) >> 10);
    units[count++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
  }
  return fromUnits(units, count);
}

function narrowText(bytes, start, end, mask) {
  const units = new Uint16Array(end - start);
  for (let i = start; i < end; i++) units[i - start] = bytes[i] & mask;
  return fromUnits(units, units.length);
}

function utf16Text(bytes, start, end) {
  const units = new Uint16Array((end - start) >> 1);
  for (let i = 0; i < units.length; i++) units[i] = bytes[start + 2 * i] | (bytes[start + 2 * i + 1] << 8);
  return fromUnits(units, units.length);
}

const digits = "0123456789abcdef";
const hexPairs = [];

function hexText(bytes, start, end) {
  if (hexPairs.length === 0) for (let i = 0; i < 256; i++) hexPairs.push(digits[i >> 4] + digits[i & 15]);
  let text = "";
  for (let i = start; i < end; i++) text += hexPairs[bytes[i]];
  return text;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const urlAlphabet = alphabet.slice(0, 62) + "-_";

function base64Text(bytes, start, end, letters, padded) {
  let text = "";
  let i = start;
  for (; i + 2 < end; i += 3) {
    const group = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    text += letters[group >> 18] + letters[(group >> 12) & 63] + letters[(group >> 6) & 63] + letters[group & 63];
  }
  if (i + 1 === end) text += letters[bytes[i] >> 2] + letters[(bytes[i] & 3) << 4] + (padded ? "==" : "");
  if (i + 2 === end) {
    text += letters[bytes[i] >> 2] + letters[((bytes[i] & 3) << 4) | (bytes[i + 1] >> 4)] + letters[(bytes[i + 1] & 15) << 2] + (padded ? "=" : "");
  }
  return text;
}

function base64Length(text) {
  let size = text.length;
  if (size > 0 && text.charCodeAt(size - 1) === 61) size -= 1;
  if (size > 1 && text.charCodeAt(size - 1) === 61) size -= 1;
  return Math.floor(size * 3 / 4);
}

const values = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;
values[45] = 62;
values[95] = 63;

function base64Write(text, bytes, start, end) {
  let at = start, group = 0, bits = 0;
  for (let i = 0; i < text.length && at < end; i++) {
    // Node looks only at a unit's low byte, stops at padding and passes over everything else.
    const unit = text.charCodeAt(i) & 0xff;
    if (unit === 61) break;
    const value = unit < 128 ? values[unit] : -1;
    if (value < 0) continue;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = group >> bits;
    }
  }
  return at - start;
}

function nibble(wide) {
  const unit = wide & 0xff;
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function hexWrite(text, bytes, start, end) {
  const count = Math.min(end - start, text.length >> 1);
  for (let i = 0; i < count; i++) {
    const high = nibble(text.charCodeAt(2 * i)), low = nibble(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return i;
    bytes[start + i] = high * 16 + low;
  }
  return count;
}

function narrowWrite(text, bytes, start, end) {
  const count = Math.min(end - start, text.length);
  for (let i = 0; i < count; i++) bytes[start + i] = text.charCodeAt(i);
  return count;
}

function utf16Write(text, bytes, start, end) {
  const count = Math.min((end - start) >> 1, text.length);
  for (let i = 0; i < count; i++) {
    const unit = text.charCodeAt(i);
    bytes[start + 2 * i] = unit;
    bytes[start + 2 * i + 1] = unit >> 8;
  }
  return 2 * count;
}

// `encoding` is one of `normalize`'s names in all three.
function byteLength(text, encoding) {
  switch (encoding) {
    case "hex": return text.length >> 1;
    case "base64": case "base64url": return base64Length(text);
    case "latin1": case "ascii": return text.length;
    case "utf16le": return 2 * text.length;
    default: return utf8Length(text);
  }
}

function write(text, encoding, bytes, start, end) {
  switch (encoding) {
    case "hex": return hexWrite(text, bytes, start, end);
    case "base64": case "base64url": return base64Write(text, bytes, start, end);
    case "latin1": case "ascii": return narrowWrite(text, bytes, start, end);
    case "utf16le": return utf16Write(text, bytes, start, end);
    default: return utf8Write(text, bytes, start, end);
  }
}

function decode(bytes, encoding, start, end) {
  if (end <= start) return "";
  switch (encoding) {
    case "hex": return hexText(bytes, start, end);
    case "base64": return base64Text(bytes, start, end, alphabet, true);
    case "base64url": return base64Text(bytes, start, end, urlAlphabet, false);
    case "latin1": return narrowText(bytes, start, end, 0xff);
    case "ascii": return narrowText(bytes, start, end, 0x7f);
    case "utf16le": return utf16Text(bytes, start, end);
    default: return utf8Text(bytes, start, end);
  }
}

return { normalize, byteLength, write, decode };
})
