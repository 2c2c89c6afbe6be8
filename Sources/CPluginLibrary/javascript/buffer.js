// Node's Buffer. As on the plugin server, a Buffer is no instance of the sandbox's Uint8Array, though it has all that one has.
(function (native, host, library) {
"use strict";

const text = library("text");
const { nodeError, invalidType, invalidValue, outOfRange } = library("errors");
const maximumLength = 4294967296;

const arrayLike = "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object";

function Buffer(value, encodingOrOffset, length) {
  if (typeof value === "number") {
    if (typeof encodingOrOffset === "string") throw invalidType("string", ["string"], value);
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}

function copied(source, parent) {
  const target = Object.create(parent);
  for (const key of Reflect.ownKeys(source)) {
    if (key !== "constructor") Object.defineProperty(target, key, Object.getOwnPropertyDescriptor(source, key));
  }
  return target;
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
Buffer.prototype = copied(Uint8Array.prototype, copied(typedArray, Object.prototype));
Object.defineProperty(Buffer, "prototype", { writable: false });

function make(...values) { return Reflect.construct(Uint8Array, values, Buffer); }

function isBuffer(value) { return value instanceof Buffer; }

function isBytes(value) { return value instanceof Uint8Array || value instanceof Buffer; }

function checkSize(size) {
  if (typeof size !== "number") throw invalidType("size", ["number"], size);
  if (!(size >= 0 && size <= maximumLength)) throw invalidValue("size", size, undefined, RangeError);
}

function fromText(string, encoding) {
  const name = typeof encoding === "string" && encoding.length > 0 ? text.normalize(encoding) : "utf8";
  if (name === undefined) throw nodeError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
  const bytes = make(text.byteLength(string, name));
  const written = text.write(string, name, bytes, 0, bytes.length);
  return written === bytes.length ? bytes : bytes.slice(0, written);
}

function fromMemory(memory, offset, length) {
  if (offset === undefined) offset = 0;
  else { offset = +offset; if (Number.isNaN(offset)) offset = 0; }
  const most = memory.byteLength - offset;
  if (most < 0) throw nodeError(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
  if (length === undefined) return make(memory, offset, most);
  length = +length;
  if (!(length > 0)) return make(memory, offset, 0);
  if (length > most) throw nodeError(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
  return make(memory, offset, length);
}

function fromItems(items) {
  const length = typeof items.length === "number" && items.length > 0 ? Math.trunc(items.length) : 0;
  if (length > maximumLength) throw invalidValue("size", length, undefined, RangeError);
  const bytes = make(length);
  if (isBytes(items)) bytes.set(items);
  else for (let i = 0; i < length; i++) bytes[i] = items[i];
  return bytes;
}

function fromObject(value) {
  if (value.length !== undefined || isMemory(value.buffer)) {
    return typeof value.length === "number" ? fromItems(value) : make(0);
  }
  if (value.type === "Buffer" && Array.isArray(value.data)) return fromItems(value.data);
  return undefined;
}

function isMemory(value) {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer);
}

const statics = {
  from(value, encodingOrOffset, length) {
    if (typeof value === "string") return fromText(value, encodingOrOffset);
    if (typeof value === "object" && value !== null) {
      if (isMemory(value)) return fromMemory(value, encodingOrOffset, length);
      const primitive = value.valueOf && value.valueOf();
      if (primitive != null && primitive !== value && (typeof primitive === "string" || typeof primitive === "object")) {
        return Buffer.from(primitive, encodingOrOffset, length);
      }
      const made = fromObject(value);
      if (made) return made;
      if (typeof value[Symbol.toPrimitive] === "function") {
        const string = value[Symbol.toPrimitive]("string");
        if (typeof string === "string") return fromText(string, encodingOrOffset);
      }
    }
    throw invalidType("first argument", arrayLike, value);
  },

  alloc(size, fill, encoding) {
    checkSize(size);
    const bytes = make(size);
    return fill !== undefined && fill !== 0 && size > 0 ? bytes.fill(fill, 0, bytes.length, encoding) : bytes;
  },

  allocUnsafe(size) { checkSize(size); return make(size); },

  allocUnsafeSlow(size) { checkSize(size); return make(size); },

  byteLength(value, encoding) {
    if (typeof value !== "string") {
      if (ArrayBuffer.isView(value) || isMemory(value)) return value.byteLength;
      throw invalidType("string", "of type string or an instance of Buffer or ArrayBuffer", value);
    }
    return text.byteLength(value, text.normalize(encoding) || "utf8");
  },

  compare(first, second) {
    if (!isBytes(first)) throw invalidType("buf1", ["Buffer", "Uint8Array"], first);
    if (!isBytes(second)) throw invalidType("buf2", ["Buffer", "Uint8Array"], second);
    return first === second ? 0 : order(first, second);
  },

  concat(list, length) {
    if (!Array.isArray(list)) throw invalidType("list", ["Array"], list);
    if (list.length === 0) return make(0);
    if (length === undefined) length = list.reduce((sum, item) => sum + (item && item.length ? item.length : 0), 0);
    else {
      if (typeof length !== "number") throw invalidType("length", ["number"], length);
      if (!Number.isInteger(length)) throw outOfRange("length", "an integer", length);
      if (length < 0 || length > Number.MAX_SAFE_INTEGER) throw outOfRange("length", `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, length);
    }
    const bytes = Buffer.alloc(length);
    let at = 0;
    list.forEach((item, index) => {
      if (!isBytes(item)) throw invalidType(`list[${index}]`, ["Buffer", "Uint8Array"], item);
      const part = at + item.length > length ? item.subarray(0, length - at) : item;
      if (at < length) bytes.set(part, at);
      at += part.length;
    });
    return bytes;
  },

  isBuffer,
  isEncoding(encoding) { return typeof encoding === "string" && encoding.length !== 0 && text.normalize(encoding) !== undefined; },
  of(...items) { return fromItems(items); },
};

function order(first, second) {
  const shorter = Math.min(first.length, second.length);
  for (let i = 0; i < shorter; i++) if (first[i] !== second[i]) return first[i] < second[i] ? -1 : 1;
  return first.length === second.length ? 0 : first.length < second.length ? -1 : 1;
}

function define(target, members) {
  for (const key of Reflect.ownKeys(members)) {
    const found = Object.getOwnPropertyDescriptor(members, key);
    Object.defineProperty(target, key, { ...found, enumerable: target === Buffer.prototype && typeof found.value === "function" });
  }
}

define(Buffer, statics);
Buffer.poolSize = 8192;
Object.defineProperty(Buffer, "BYTES_PER_ELEMENT", { value: 1 });
Object.defineProperty(Buffer, Symbol.species, { get() { return Species; }, configurable: true });
// What map, filter and their like make; a length is a length here, never a request to zero memory.
function Species(...values) { return make(...values); }
Species.prototype = Buffer.prototype;

Object.defineProperty(Buffer.prototype, "constructor", { value: Buffer, writable: true, configurable: true });
library("buffer-methods").install(Buffer, define, make, order, isBytes);
library("buffer-numbers").install(Buffer, define);

return { Buffer, kMaxLength: maximumLength, INSPECT_MAX_BYTES: 50, constants: { MAX_LENGTH: maximumLength, MAX_STRING_LENGTH: 536870888 } };
})
