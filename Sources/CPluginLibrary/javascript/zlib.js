// Node's zlib: compression in one piece, synchronous, with callbacks and as streams.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { nodeError, invalidType, outOfRange } = library("errors");
const { PassThrough } = library("stream");

const constants = {
  Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5, Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1,
  Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6, Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1,
  Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0, DEFLATE: 1,
  INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7, Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15,
  Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity, Z_DEFAULT_CHUNK: 16384, Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1,
  Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1,
};

const codes = {};
for (const name of ["Z_OK", "Z_STREAM_END", "Z_NEED_DICT", "Z_ERRNO", "Z_STREAM_ERROR", "Z_DATA_ERROR", "Z_MEM_ERROR", "Z_BUF_ERROR", "Z_VERSION_ERROR"]) {
  codes[name] = constants[name];
  codes[constants[name]] = name;
}

function number(options, name, low, high, fallback) {
  const value = options?.[name];
  if (value === undefined) return fallback;
  const label = `options.${name}`;
  if (typeof value !== "number") throw invalidType(label, ["number"], value);
  if (Number.isNaN(value)) return fallback;
  if (value < low || value > high) throw outOfRange(label, `>= ${low} and <= ${high}`, value);
  return value;
}

function settings(options) {
  const dictionary = options?.dictionary;
  return {
    level: number(options, "level", -1, 9, -1), windowBits: number(options, "windowBits", 8, 15, 15), memLevel: number(options, "memLevel", 1, 9, 8),
    strategy: number(options, "strategy", 0, 4, 0), finishFlush: number(options, "finishFlush", 0, 5, 4),
    maximum: number(options, "maxOutputLength", 1, 4294967296, 4294967296),
    dictionary: dictionary === undefined ? new Uint8Array(0) : Buffer.from(dictionary),
  };
}

function input(data) {
  if (typeof data === "string") return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw invalidType("buffer", "of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer", data);
}

// Brotli without compression: blocks of stored bytes, which every decoder of Brotli reads. Each begins with a head of three bytes, whose bits are, from the
// lowest: the window's size (first block only), not the last, four digits of length, the length less one, stored. Node writes short texts the same way.
const largestBlock = 65536, windowSize = 0b1011;

function storeBrotli(bytes) {
  if (bytes.length === 0) return Buffer.from([0b110000 | windowSize]);
  const parts = [];
  for (let start = 0; start < bytes.length; start += largestBlock) {
    const block = bytes.subarray(start, start + largestBlock);
    const head = (block.length - 1) << 3 | 1 << 19;
    const first = start === 0 ? head << 4 | windowSize : head;
    parts.push(Buffer.from([first & 255, first >> 8 & 255, first >> 16 & 255]), block);
  }
  return Buffer.concat([...parts, Buffer.from([0b11])]);
}

// Reads back what `storeBrotli` writes; null for other streams.
function readStored(bytes) {
  if (bytes.length === 1 && bytes[0] === (0b110000 | windowSize)) return Buffer.alloc(0);
  const parts = [];
  let at = 0;
  while (at + 3 < bytes.length) {
    const head = (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16) >> (at === 0 ? 4 : 0);
    if ((head & 7) !== 0 || head >> 19 !== 1 || (at === 0 && (bytes[0] & 15) !== windowSize)) return null;
    const length = (head >> 3 & 65535) + 1;
    parts.push(bytes.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  return at === bytes.length - 1 && bytes[at] === 0b11 ? Buffer.concat(parts) : null;
}

function runBrotli(mode, data, options) {
  const { maximum } = settings(options);
  const result = mode === "brotliCompress" ? storeBrotli(input(data)) : readStored(input(data));
  if (result === null) throw nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "Brotli streams can't be decompressed in this runtime");
  if (result.length > maximum) throw nodeError(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${maximum} bytes`);
  return result;
}

function run(mode, data, options) {
  if (mode === "brotliCompress" || mode === "brotliDecompress") return runBrotli(mode, data, options);
  const { level, windowBits, memLevel, strategy, finishFlush, maximum, dictionary } = settings(options);
  const result = native.zlib(mode, input(data), level, windowBits, memLevel, strategy, dictionary, finishFlush, maximum);
  if (result.error === undefined) return Buffer.from(result.buffer, result.byteOffset, result.byteLength);
  if (result.error === "too large") throw nodeError(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${maximum} bytes`);
  const error = new Error(result.error);
  error.errno = result.errno;
  error.code = codes[result.errno];
  throw error;
}

function withCallback(mode) {
  return function (data, options, callback) {
    if (typeof options === "function") { callback = options; options = {}; }
    if (typeof callback !== "function") throw invalidType("callback", ["function"], callback);
    const bytes = input(data);
    settings(options);
    Promise.resolve().then(() => {
      let result;
      try { result = run(mode, bytes, options); } catch (error) { return callback(error); }
      callback(null, result);
    });
  };
}

const exports = { constants, codes, ...constants };
const modes = {
  Deflate: "deflate", Inflate: "inflate", Gzip: "gzip", Gunzip: "gunzip", DeflateRaw: "deflateRaw", InflateRaw: "inflateRaw", Unzip: "unzip",
  BrotliCompress: "brotliCompress", BrotliDecompress: "brotliDecompress",
};

for (const name of Object.keys(modes)) {
  const mode = modes[name];
  // All that was written is worked on at its end.
  class Stream extends PassThrough {
    #parts = [];
    #options;

    constructor(options) {
      super();
      settings(options);
      this.#options = options;
    }

    write(chunk, encoding, callback) {
      if (typeof encoding === "function") { callback = encoding; encoding = undefined; }
      this.#parts.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
      if (callback) Promise.resolve().then(() => callback());
      return true;
    }

    end(chunk, encoding, callback) {
      if (typeof chunk === "function") { callback = chunk; chunk = undefined; }
      if (typeof encoding === "function") { callback = encoding; encoding = undefined; }
      if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
      let result;
      try { result = run(mode, Buffer.concat(this.#parts), this.#options); } catch (error) { return this.destroy(error); }
      if (result.length > 0) super.write(result);
      return super.end(callback);
    }
  }
  Object.defineProperty(Stream, "name", { value: name });
  const lower = mode;
  exports[name] = Stream;
  exports[`create${name}`] = (options) => new Stream(options);
  exports[lower] = withCallback(mode);
  exports[`${lower}Sync`] = (data, options) => run(mode, data, options);
}

return exports;
})
