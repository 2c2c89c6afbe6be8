// Buffer's methods that are not about numbers.
(function (native, host, library) {
"use strict";

const text = library("text");
const { show, nodeError, invalidType, invalidValue, outOfRange } = library("errors");

function known(encoding) {
  const name = text.normalize(encoding);
  if (name !== undefined) return name;
  const shown = typeof encoding === "object" || typeof encoding === "bigint" || Object.is(encoding, -0) ? show(encoding) : String(encoding);
  throw nodeError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${shown}`);
}

function bounded(value, length) {
  let at = Math.trunc(Number(value)) || 0;
  if (at < 0) at = Math.max(0, at + length);
  return Math.min(at, length);
}

function range(name, value, low, high) {
  if (typeof value !== "number") throw invalidType(name, ["number"], value);
  if (!(value >= low && value <= high)) throw outOfRange(name, `>= ${low} && <= ${high}`, value);
}

function install(Buffer, define, make, order, isBytes) {
  const prototype = Buffer.prototype;

  function search(bytes, value, from, encoding, forward) {
    if (typeof from === "string") { encoding = from; from = undefined; }
    from = from === undefined ? (forward ? 0 : bytes.length) : +from;
    if (Number.isNaN(from)) from = forward ? 0 : bytes.length || bytes.byteLength;
    from = Math.trunc(from);
    let needle;
    if (typeof value === "number") needle = [value & 255];
    else if (typeof value === "string") needle = Buffer.from(value, known(encoding));
    else if (isBytes(value)) needle = value;
    else throw invalidType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
    return find(bytes, needle, from, forward, typeof value === "string" && known(encoding) === "utf16le" ? 2 : 1);
  }

  function find(bytes, needle, from, forward, step) {
    const length = bytes.length;
    let at = from < 0 ? from + length : from;
    if (needle.length === 0) return Math.max(0, Math.min(at, length));
    if (at < 0) { if (!forward) return -1; at = 0; }
    if (at > length) { if (forward) return -1; at = length; }
    const last = length - needle.length;
    if (last < 0) return -1;
    if (forward) { for (; at <= last; at++) if (matches(bytes, needle, at) && (at % step === 0)) return at; }
    else for (at = Math.min(at, last); at >= 0; at--) if (matches(bytes, needle, at) && (at % step === 0)) return at;
    return -1;
  }

  function matches(bytes, needle, at) {
    for (let i = 0; i < needle.length; i++) if (bytes[at + i] !== needle[i]) return false;
    return true;
  }

  define(prototype, {
    toString(encoding, start, end) {
      const length = this.length;
      if (arguments.length === 0) return text.decode(this, "utf8", 0, length);
      let from = start <= 0 ? 0 : start >= length ? length : Math.trunc(start) || 0;
      let to = end === undefined || end > length ? length : Math.trunc(end) || 0;
      if (to <= from) return "";
      return text.decode(this, encoding === undefined ? "utf8" : known(encoding === null ? "null" : encoding), from, to);
    },

    toLocaleString(encoding, start, end) { return prototype.toString.apply(this, arguments); },

    toJSON() { return { type: "Buffer", data: this.length > 0 ? Array.prototype.slice.call(this) : [] }; },

    equals(other) {
      if (!isBytes(other)) throw invalidType("otherBuffer", ["Buffer", "Uint8Array"], other);
      return this === other || (this.length === other.length && order(this, other) === 0);
    },

    compare(target, targetStart = 0, targetEnd, sourceStart = 0, sourceEnd) {
      if (!isBytes(target)) throw invalidType("target", ["Buffer", "Uint8Array"], target);
      if (arguments.length === 1) return order(this, target);
      if (targetEnd === undefined) targetEnd = target.length;
      if (sourceEnd === undefined) sourceEnd = this.length;
      range("targetStart", targetStart, 0, Number.MAX_SAFE_INTEGER);
      range("targetEnd", targetEnd, 0, target.length);
      range("sourceStart", sourceStart, 0, Number.MAX_SAFE_INTEGER);
      range("sourceEnd", sourceEnd, 0, this.length);
      if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
      if (targetStart >= targetEnd) return 1;
      return order(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
    },

    indexOf(value, from, encoding) { return search(this, value, from, encoding, true); },
    lastIndexOf(value, from, encoding) { return search(this, value, from, encoding, false); },
    includes(value, from, encoding) { return search(this, value, from, encoding, true) !== -1; },

    slice(start, end) {
      const from = bounded(start, this.length);
      const to = end === undefined ? this.length : bounded(end, this.length);
      return make(this.buffer, this.byteOffset + from, Math.max(0, to - from));
    },

    subarray(start, end) { return prototype.slice.call(this, start, end); },

    copy(target, targetStart, sourceStart, sourceEnd) {
      if (!isBytes(target)) throw invalidType("target", ["Buffer", "Uint8Array"], target);
      const whole = (value, missing) => (value === undefined ? missing : Number.isNaN(+value) ? 0 : Math.trunc(+value));
      const to = whole(targetStart, 0), from = whole(sourceStart, 0);
      let end = whole(sourceEnd, this.length);
      if (to < 0) throw outOfRange("targetStart", ">= 0", to);
      if (from < 0 || from > this.length) throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, from);
      if (end < 0) throw outOfRange("sourceEnd", ">= 0", end);
      if (to >= target.length || from >= end) return 0;
      end = Math.min(end, this.length, from + target.length - to);
      target.set(this.subarray(from, end), to);
      return end - from;
    },

    write(string, offset, length, encoding) {
      if (typeof string !== "string") throw nodeError(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
      if (offset === undefined) return text.write(string, "utf8", this, 0, this.length);
      if (typeof offset === "string") { encoding = offset; offset = 0; length = this.length; }
      else {
        range("offset", offset, 0, this.length);
        if (typeof length === "string") { encoding = length; length = this.length - offset; }
        else if (length === undefined) length = this.length - offset;
        else { range("length", length, 0, this.length); length = Math.min(length, this.length - offset); }
      }
      return text.write(string, known(encoding), this, offset, offset + length);
    },

    fill(value, offset, end, encoding) {
      if (typeof offset === "string") { encoding = offset; offset = 0; end = this.length; }
      else if (typeof end === "string") { encoding = end; end = this.length; }
      if (offset === undefined) offset = 0;
      else range("offset", offset, 0, Number.MAX_SAFE_INTEGER);
      if (end === undefined) end = this.length;
      else range("end", end, 0, this.length);
      if (offset >= end) return this;
      let pattern;
      if (typeof value === "string") {
        pattern = value === "" ? [0] : Buffer.from(value, known(encoding));
        if (pattern.length === 0) throw invalidValue("value", value);
      } else if (typeof value === "object" && value !== null && isBytes(value)) {
        if (value.length === 0) throw invalidValue("value", value);
        pattern = value;
      } else pattern = [Number(typeof value === "boolean" ? +value : value) & 255];
      for (let i = offset; i < end; i++) this[i] = pattern[(i - offset) % pattern.length];
      return this;
    },

    swap16() { return swapped(this, 2); },
    swap32() { return swapped(this, 4); },
    swap64() { return swapped(this, 8); },

    inspect() {
      const shown = Array.prototype.slice.call(this, 0, 50).map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const rest = this.length - 50;
      return `<Buffer${shown ? " " + shown : ""}${rest > 0 ? ` ... ${rest} more byte${rest > 1 ? "s" : ""}` : ""}>`;
    },
  });
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), { value: prototype.inspect, writable: true, configurable: true });
  Object.defineProperty(prototype, "parent", { get() { return this instanceof Buffer ? this.buffer : undefined; }, enumerable: true, configurable: true });
  Object.defineProperty(prototype, "offset", { get() { return this instanceof Buffer ? this.byteOffset : undefined; }, enumerable: true, configurable: true });

  for (const [label, encoding] of [["ascii", "ascii"], ["base64", "base64"], ["base64url", "base64url"], ["latin1", "latin1"], ["hex", "hex"], ["ucs2", "utf16le"], ["utf8", "utf8"]]) {
    define(prototype, {
      [`${label}Slice`](start = 0, end = this.length) { return text.decode(this, encoding, start, Math.min(end, this.length)); },
      [`${label}Write`](string, offset = 0, length = this.length - offset) {
        return text.write(string, encoding, this, offset, Math.min(this.length, offset + length));
      },
    });
  }
}

function swapped(bytes, size) {
  if (bytes.length % size !== 0) throw nodeError(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
  return bytes;
}

return { install };
})
