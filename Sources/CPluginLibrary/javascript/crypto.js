// Node's crypto, over a few functions of the host.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { nodeError, invalidType, outOfRange } = library("errors");
const { EventEmitter } = library("events");
const keys = library("crypto-keys");

const dataKinds = "of type string or an instance of Buffer, TypedArray, or DataView";

function bytesOf(data, encoding, name) {
  if (typeof data === "string") return Buffer.from(data, encoding === "buffer" ? "utf8" : encoding);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  throw invalidType(name, dataKinds, data);
}

function memoryOf(data, name, kinds = "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView") {
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (typeof data === "string" || ArrayBuffer.isView(data)) return bytesOf(data, "utf8", name);
  throw invalidType(name, kinds, data);
}

function shown(bytes, encoding) {
  const buffer = Buffer.from(bytes);
  return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
}

function own(bytes) { return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength); }

// Callbacks come after what runs now, as they do when the work is done on another thread.
function later(work, callback) {
  Promise.resolve().then(() => {
    let result;
    try { result = work(); } catch (error) { return callback(error); }
    callback(null, result);
  });
}

// What takes data in pieces and gives one answer.
class Collector extends EventEmitter {
  #parts = [];

  update(data, encoding) {
    this.#parts.push(Buffer.from(bytesOf(data, encoding, "data")));
    return this;
  }

  write(data, encoding, callback) {
    this.update(data, encoding);
    if (typeof callback === "function") callback();
    return true;
  }

  end(data, encoding) {
    if (data !== undefined) this.update(data, encoding);
    return this;
  }

  static all(collector) { return Buffer.concat(collector.#parts); }
  static adopt(collector, other) { collector.#parts = [...other.#parts]; }
}
const { all, adopt } = Collector;
delete Collector.all;
delete Collector.adopt;

class Hash extends Collector {
  #name;
  #length;
  #done = false;

  constructor(name, options = undefined) {
    super();
    if (typeof name !== "string") throw invalidType("algorithm", ["string"], name);
    this.#name = name.toLowerCase();
    this.#length = options?.outputLength;
    if (!native.hash(this.#name, new Uint8Array(0))) throw new Error("Digest method not supported");
  }

  update(data, encoding) {
    if (this.#done) throw finalized();
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidType("data", dataKinds, data);
    return super.update(data, encoding);
  }

  digest(encoding) {
    if (this.#done) throw finalized();
    this.#done = true;
    return shown(native.hash(this.#name, all(this), this.#length), encoding);
  }

  read(encoding) { return this.digest(encoding); }

  copy(options) {
    if (this.#done) throw finalized();
    const copy = new Hash(this.#name, options);
    adopt(copy, this);
    return copy;
  }
}

function finalized() { return nodeError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called"); }

function invalidDigest(name) { return nodeError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`); }

class Hmac extends Collector {
  #name;
  #key;
  #done = false;

  constructor(name, key) {
    super();
    if (typeof name !== "string") throw invalidType("hmac", ["string"], name);
    this.#name = name.toLowerCase();
    this.#key = keys.secretBytes(key, "key");
    if (!native.hmac(this.#name, this.#key, new Uint8Array(0))) {
      const error = (host.nodeVersion || 18) >= 16 ? invalidDigest(name) : new Error(`Unknown message digest ${name}`);
      throw error;
    }
  }

  update(data, encoding) {
    if (this.#done) throw finalized();
    return super.update(data, encoding);
  }

  digest(encoding) {
    if (this.#done) return shown(new Uint8Array(0), encoding);
    this.#done = true;
    return shown(native.hmac(this.#name, this.#key, all(this)), encoding);
  }
}

function randomBytes(size, callback) {
  if (typeof size !== "number") throw invalidType("size", ["number"], size);
  if (!(size >= 0 && size <= 2147483647) || Number.isNaN(size)) throw outOfRange("size", ">= 0 && <= 2147483647", size);
  const make = () => own(native.randomBytes(size));
  if (callback === undefined) return make();
  if (typeof callback !== "function") throw invalidType("callback", ["function"], callback);
  later(make, callback);
}

function randomFillSync(target, offset = 0, size = target.length - offset) {
  const view = target instanceof ArrayBuffer ? new Uint8Array(target) : new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  view.set(native.randomBytes(size), offset);
  return target;
}

function randomFill(target, offset, size, callback) {
  if (typeof offset === "function") { callback = offset; offset = 0; size = undefined; }
  else if (typeof size === "function") { callback = size; size = undefined; }
  later(() => randomFillSync(target, offset, size), callback);
}

function randomInt(low, high, callback) {
  if (high === undefined || typeof high === "function") { callback = high; high = low; low = 0; }
  for (const [name, value] of [["min", low], ["max", high]]) {
    if (!Number.isSafeInteger(value)) throw invalidType(name, "a safe integer", value);
  }
  if (high <= low) throw outOfRange("max", `greater than the value of "min" (${low})`, high);
  const span = high - low;
  if (span >= 2 ** 48) throw outOfRange("max - min", `<= ${2 ** 48 - 1}`, span);
  const limit = 2 ** 48 - (2 ** 48 % span);
  const make = () => {
    for (;;) {
      const value = own(native.randomBytes(6)).readUIntBE(0, 6);
      if (value < limit) return low + (value % span);
    }
  };
  if (callback === undefined) return make();
  later(make, callback);
}

function randomUUID() {
  const bytes = own(native.randomBytes(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function timingSafeEqual(first, second) {
  for (const [name, value] of [["buf1", first], ["buf2", second]]) {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) continue;
    throw nodeError(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
  }
  const a = memoryOf(first, "buf1"), b = memoryOf(second, "buf2");
  if (a.length !== b.length) throw nodeError(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
  return Buffer.compare(a, b) === 0;
}

function whole(name, value, low, high = 2147483647) {
  if (typeof value !== "number") throw invalidType(name, ["number"], value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < low || value > high) throw outOfRange(name, `>= ${low} && <= ${high}`, value);
}

function pbkdf2Sync(password, salt, iterations, length, digest) {
  if (typeof digest !== "string") throw invalidType("digest", ["string"], digest);
  const secret = memoryOf(password, "password"), grains = memoryOf(salt, "salt");
  whole("iterations", iterations, 1);
  whole("keylen", length, 0);
  const result = native.pbkdf2(digest.toLowerCase(), secret, grains, iterations, length);
  if (!result) throw invalidDigest(digest);
  return own(result);
}

function pbkdf2(password, salt, iterations, length, digest, callback) {
  if (typeof digest === "function") { callback = digest; digest = undefined; }
  if (typeof callback !== "function") throw invalidType("callback", ["function"], callback);
  const result = pbkdf2Sync(password, salt, iterations, length, digest);
  later(() => result, callback);
}

function scryptSync(password, salt, length, options = {}) {
  const secret = memoryOf(password, "password"), grains = memoryOf(salt, "salt");
  whole("keylen", length, 0);
  const N = options.N ?? options.cost ?? 16384, r = options.r ?? options.blockSize ?? 8, p = options.p ?? options.parallelization ?? 1;
  const result = native.scrypt(secret, grains, N, r, p, options.maxmem ?? 32 * 1024 * 1024, length);
  if (!result) throw nodeError(RangeError, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params");
  return own(result);
}

function scrypt(password, salt, length, options, callback) {
  if (typeof options === "function") { callback = options; options = {}; }
  const result = scryptSync(password, salt, length, options);
  later(() => result, callback);
}

function hkdfSync(digest, key, salt, info, length) {
  const name = digest.toLowerCase(), mac = (secret, data) => {
    const result = native.hmac(name, secret, data);
    if (!result) throw invalidDigest(digest);
    return own(result);
  };
  const grains = memoryOf(salt, "salt");
  const size = mac(Buffer.alloc(0), Buffer.alloc(0)).length;
  whole("length", length, 0);
  if (length > 255 * size) throw nodeError(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
  const secret = mac(grains.length > 0 ? grains : Buffer.alloc(size), keys.secretBytes(key, "ikm"));
  const parts = [];
  for (let i = 1, last = Buffer.alloc(0); (i - 1) * size < length; i++) {
    last = mac(secret, Buffer.concat([last, memoryOf(info, "info"), Buffer.from([i])]));
    parts.push(last);
  }
  const bytes = Buffer.concat(parts).slice(0, length);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + length);
}

const hashes = ["RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256", "RSA-SHA3-384",
  "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3", "blake2b512", "blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224",
  "id-rsassa-pkcs1-v1_5-with-sha3-256", "id-rsassa-pkcs1-v1_5-with-sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512", "md5", "md5-sha1", "md5WithRSAEncryption",
  "ripemd", "ripemd160", "ripemd160WithRSA", "rmd160", "sha1", "sha1WithRSAEncryption", "sha224", "sha224WithRSAEncryption", "sha256",
  "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha384WithRSAEncryption", "sha512", "sha512-224",
  "sha512-224WithRSAEncryption", "sha512-256", "sha512-256WithRSAEncryption", "sha512WithRSAEncryption", "shake128", "shake256", "sm3", "sm3WithRSAEncryption",
  "ssl3-md5", "ssl3-sha1"];

function callable(Class) {
  function make(...values) { return new Class(...values); }
  make.prototype = Class.prototype;
  Object.defineProperty(make, "name", { value: Class.name });
  return make;
}

const signing = library("crypto-sign").make({ Collector, all, bytesOf, shown });
const ciphers = library("crypto-cipher").make({ bytesOf, shown });

return {
  createHash: (name, options) => new Hash(name, options),
  createHmac: (name, key, options) => new Hmac(name, key, options),
  Hash: callable(Hash), Hmac: callable(Hmac),
  getHashes: () => [...hashes],
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, pseudoRandomBytes: randomBytes, prng: randomBytes, rng: randomBytes,
  timingSafeEqual, pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdfSync,
  hkdf(digest, key, salt, info, length, callback) { later(() => hkdfSync(digest, key, salt, info, length), callback); },
  hash: (name, data, encoding = "hex") => new Hash(name).update(data).digest(encoding),
  ...signing, ...ciphers, ...keys.exports,
  webcrypto: { getRandomValues: (target) => randomFillSync(target), randomUUID },
  getFips: () => 0,
};
})
