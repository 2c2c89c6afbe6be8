// Keys as crypto takes them: bytes, PEM and DER texts, and KeyObjects.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { nodeError, invalidType } = library("errors");

class KeyObject {
  #bytes;
  #type;

  constructor(type, bytes) {
    this.#type = type;
    this.#bytes = bytes;
  }

  get type() { return this.#type; }
  get symmetricKeySize() { return this.#type === "secret" ? this.#bytes.length : undefined; }
  get asymmetricKeyType() { return this.#type === "secret" ? undefined : native.keyType(this.#bytes, this.#type === "private"); }

  equals(other) { return other instanceof KeyObject && other.type === this.#type && Buffer.compare(other.#bytes, this.#bytes) === 0; }

  export(options = {}) {
    if (this.#type !== "secret") {
      if (options.format === "pem" || options.format === "der") return exported(this.#bytes, this.#type, options);
      throw nodeError(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "This export format is not available here");
    }
    if (options.format === "jwk") return { kty: "oct", k: this.#bytes.toString("base64url") };
    return Buffer.from(this.#bytes);
  }

  static bytesOf(key) { return key.#bytes; }
}
const keyBytes = KeyObject.bytesOf;
delete KeyObject.bytesOf;

function exported(bytes, type, options) {
  const result = Buffer.from(native.keyExport(bytes, type === "private", options.type ?? (type === "private" ? "pkcs8" : "spki"), options.format));
  return options.format === "pem" ? result.toString() : result;
}

function isBytes(value) { return ArrayBuffer.isView(value) || value instanceof ArrayBuffer; }

function copyOf(value) {
  return value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function secretBytes(key, name) {
  if (typeof key === "string") return Buffer.from(key, "utf8");
  if (isBytes(key)) return copyOf(key);
  if (key instanceof KeyObject) {
    if (key.type !== "secret") throw nodeError(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${key.type}, expected secret.`);
    return keyBytes(key);
  }
  throw invalidType(name, "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey", key);
}

// What the host needs to read an asymmetric key.
function asymmetric(key, name = "key") {
  const kinds = "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey";
  if (key instanceof KeyObject) {
    if (key.type === "secret") throw nodeError(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type secret, expected private or public.`);
    return { data: keyBytes(key) };
  }
  if (typeof key === "string") return { data: Buffer.from(key) };
  if (isBytes(key)) return { data: copyOf(key) };
  if (typeof key !== "object" || key === null) throw invalidType(name, kinds, key);
  if (key.key instanceof KeyObject) return { ...key, data: keyBytes(key.key) };
  if (typeof key.key !== "string" && !isBytes(key.key)) throw invalidType(`${name}.key`, kinds, key.key);
  const data = typeof key.key === "string" ? Buffer.from(key.key, key.encoding || "utf8") : copyOf(key.key);
  const passphrase = key.passphrase === undefined ? undefined : typeof key.passphrase === "string" ? Buffer.from(key.passphrase) : copyOf(key.passphrase);
  return { ...key, data, passphrase };
}

function createSecretKey(key, encoding) {
  const bytes = typeof key === "string" ? Buffer.from(key, encoding) : secretBytes(key, "key");
  return new KeyObject("secret", Buffer.from(bytes));
}

function createPrivateKey(key) {
  const { data, passphrase } = asymmetric(key);
  return new KeyObject("private", Buffer.from(native.keyRead(data, true, passphrase)));
}

function createPublicKey(key) {
  const { data, passphrase } = asymmetric(key);
  return new KeyObject("public", Buffer.from(native.keyRead(data, false, passphrase)));
}

return { secretBytes, asymmetric, exports: { KeyObject, createSecretKey, createPrivateKey, createPublicKey } };
})
