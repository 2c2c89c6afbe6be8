// Ciphers with a key and an initial vector.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { nodeError, invalidType } = library("errors");
const { EventEmitter } = library("events");
const keys = library("crypto-keys");

const names = ["aes-128-cbc", "aes-128-ccm", "aes-128-cfb", "aes-128-cfb1", "aes-128-cfb8", "aes-128-ctr", "aes-128-ecb", "aes-128-gcm", "aes-128-ofb",
  "aes-192-cbc", "aes-192-cfb", "aes-192-ctr", "aes-192-ecb", "aes-192-gcm", "aes-192-ofb", "aes-256-cbc", "aes-256-cfb", "aes-256-cfb1", "aes-256-cfb8",
  "aes-256-ctr", "aes-256-ecb", "aes-256-gcm", "aes-256-ofb", "aes128", "aes192", "aes256", "camellia-128-cbc", "camellia-256-cbc", "chacha20",
  "chacha20-poly1305", "des-ede3", "des-ede3-cbc", "des3"];

function make({ bytesOf, shown }) {
  class Cipher extends EventEmitter {
    #encrypts;
    #name;
    #key;
    #iv;
    #info;
    #parts = [];
    #given = 0;
    #padding = true;
    #aad = null;
    #tag = null;
    #tagLength;
    #final = false;
    #pending = null;
    #outputEncoding = null;

    constructor(encrypts, name, key, iv, options) {
      super();
      if (typeof name !== "string") throw invalidType("cipher", ["string"], name);
      this.#encrypts = encrypts;
      this.#name = name.toLowerCase();
      this.#key = keys.secretBytes(key, "key");
      if (iv !== null && typeof iv !== "string" && !ArrayBuffer.isView(iv) && !(iv instanceof ArrayBuffer)) {
        throw invalidType("iv", "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", iv);
      }
      this.#iv = iv === null ? Buffer.alloc(0) : iv instanceof ArrayBuffer ? Buffer.from(iv) : bytesOf(iv, "utf8", "iv");
      this.#info = native.cipherInfo(this.#name);
      if (!this.#info) throw nodeError(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
      if (this.#key.length !== this.#info.keyLength) throw nodeError(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
      const fits = this.#info.authenticated ? this.#iv.length > 0 : this.#iv.length === this.#info.ivLength;
      if (!fits) throw nodeError(TypeError, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
      this.#tagLength = options?.authTagLength ?? 16;
    }

    // All output so far, less what was given before.
    #run(final) {
      const result = native.cipher(this.#encrypts, this.#name, this.#key, this.#iv, Buffer.concat(this.#parts), this.#padding,
        this.#aad ?? new Uint8Array(0), this.#tag ?? new Uint8Array(0), this.#tagLength, final);
      const output = Buffer.from(result.output).slice(this.#given);
      this.#given += output.length;
      if (final && this.#encrypts && this.#info.authenticated) this.#tag = Buffer.from(result.tag);
      return output;
    }

    // Texts in base64 or UTF-8 must not be cut inside a group: what is left over waits for the rest.
    #shown(output, encoding, last) {
      if (!encoding || encoding === "buffer") return output;
      if (this.#outputEncoding && encoding !== this.#outputEncoding) {
        throw nodeError(Error, "ERR_INTERNAL_ASSERTION", "Cannot change encoding");
      }
      this.#outputEncoding = encoding;
      const bytes = this.#pending ? Buffer.concat([this.#pending, output]) : output;
      const ready = last ? bytes.length : wholeLength(bytes, encoding);
      this.#pending = bytes.slice(ready);
      return shown(bytes.slice(0, ready), encoding);
    }

    update(data, inputEncoding, outputEncoding) {
      if (typeof data !== "string" && !ArrayBuffer.isView(data)) {
        throw invalidType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
      }
      if (this.#final) throw nodeError(Error, "ERR_CRYPTO_INVALID_STATE", "Trying to add data in unsupported state");
      this.#parts.push(Buffer.from(bytesOf(data, inputEncoding, "data")));
      return this.#shown(this.#run(false), outputEncoding, false);
    }

    final(outputEncoding) {
      if (this.#final) throw nodeError(Error, "ERR_CRYPTO_INVALID_STATE", "Unsupported state");
      this.#final = true;
      return this.#shown(this.#run(true), outputEncoding, true);
    }

    setAutoPadding(padding = true) { this.#padding = Boolean(padding); return this; }
    setAAD(data) { this.#aad = Buffer.from(data); return this; }

    getAuthTag() {
      if (!this.#encrypts || !this.#tag) throw nodeError(Error, "ERR_CRYPTO_INVALID_STATE", "Invalid state for operation getAuthTag");
      return this.#tag;
    }

    setAuthTag(tag, encoding) {
      if (this.#encrypts || this.#tag) throw nodeError(Error, "ERR_CRYPTO_INVALID_STATE", "Invalid state for operation setAuthTag");
      this.#tag = Buffer.from(bytesOf(tag, encoding, "buffer"));
      return this;
    }
  }

  class Cipheriv extends Cipher { constructor(name, key, iv, options) { super(true, name, key, iv, options); } }
  class Decipheriv extends Cipher { constructor(name, key, iv, options) { super(false, name, key, iv, options); } }

  return {
    createCipheriv: (name, key, iv, options) => new Cipheriv(name, key, iv, options),
    createDecipheriv: (name, key, iv, options) => new Decipheriv(name, key, iv, options),
    Cipheriv, Decipheriv,
    getCiphers: () => [...names],
    getCipherInfo(name) {
      const info = native.cipherInfo(String(name).toLowerCase());
      return info ? { mode: info.mode, name: info.name, nid: info.nid, ...(info.blockSize > 1 ? { blockSize: info.blockSize } : {}), ...(info.ivLength > 0 ? { ivLength: info.ivLength } : {}), keyLength: info.keyLength } : undefined;
    },
  };
}

function wholeLength(bytes, encoding) {
  if (/^base64/.test(encoding)) return bytes.length - (bytes.length % 3);
  if (!/^utf-?8$/i.test(encoding)) return bytes.length;
  // A character that has begun in the last three bytes may not have ended.
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

return { make };
})
