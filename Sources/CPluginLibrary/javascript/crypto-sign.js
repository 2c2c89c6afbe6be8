// Signatures, and RSA encryption.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { nodeError, invalidType } = library("errors");
const keys = library("crypto-keys");

const constants = {
  RSA_PKCS1_PADDING: 1, RSA_NO_PADDING: 3, RSA_PKCS1_OAEP_PADDING: 4, RSA_X931_PADDING: 5, RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_MAX_SIGN: -2, RSA_PSS_SALTLEN_AUTO: -2,
};

// Digests are also known by the names of signature schemes.
function digestName(name) {
  if (name === null || name === undefined) return "";
  return String(name).toLowerCase().replace(/^rsa-/, "").replace(/withrsaencryption$/, "");
}

function checkedDigest(name) {
  const digest = digestName(name);
  if (digest !== "" && !native.hash(digest, new Uint8Array(0))) {
    throw (host.nodeVersion || 18) >= 16 ? nodeError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`) : new Error("Unknown message digest");
  }
  return digest;
}

// DER's sequence of two integers as two numbers of fixed width, and back.
function toFixed(der, width) {
  let at = der[1] & 0x80 ? 2 + (der[1] & 0x7f) : 2;
  const parts = [0, 1].map(() => {
    const length = der[at + 1];
    const part = der.slice(at + 2, at + 2 + length);
    at += 2 + length;
    const start = Math.max(0, part.length - width);
    return Buffer.concat([Buffer.alloc(Math.max(0, width - part.length)), part.slice(start)]);
  });
  return Buffer.concat(parts);
}

function toDER(fixed) {
  const half = fixed.length / 2;
  const integers = [fixed.slice(0, half), fixed.slice(half)].map((part) => {
    let start = 0;
    while (start < part.length - 1 && part[start] === 0) start += 1;
    const digits = part.slice(start);
    const padded = digits[0] & 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
    return Buffer.concat([Buffer.from([2, padded.length]), padded]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([body.length > 127 ? Buffer.from([0x30, 0x81, body.length]) : Buffer.from([0x30, body.length]), body]);
}

function make({ Collector, all, bytesOf, shown }) {
  function signed(digest, data, key) {
    const options = keys.asymmetric(key, "key");
    const bytes = Buffer.from(native.sign(digest, options.data, options.passphrase, options.padding ?? 0, options.saltLength ?? -2, data));
    if (options.dsaEncoding !== "ieee-p1363") return bytes;
    return toFixed(bytes, native.keyWidth(options.data, true, options.passphrase));
  }

  function verified(digest, data, key, signature) {
    const options = keys.asymmetric(key, "key");
    if (options.dsaEncoding === "ieee-p1363") {
      if (signature.length !== 2 * native.keyWidth(options.data, false, options.passphrase)) return false;
      signature = toDER(signature);
    }
    return native.verify(digest, options.data, options.passphrase, options.padding ?? 0, options.saltLength ?? -2, data, signature);
  }

  class Sign extends Collector {
    #digest;

    constructor(name) {
      super();
      if (typeof name !== "string") throw invalidType("algorithm", ["string"], name);
      this.#digest = checkedDigest(name);
    }

    sign(key, encoding) {
      if (!key) throw nodeError(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
      return shown(signed(this.#digest, all(this), key), encoding);
    }
  }

  class Verify extends Collector {
    #digest;

    constructor(name) {
      super();
      if (typeof name !== "string") throw invalidType("algorithm", ["string"], name);
      this.#digest = checkedDigest(name);
    }

    verify(key, signature, encoding) { return verified(this.#digest, all(this), key, bytesOf(signature, encoding, "signature")); }
  }

  function answer(work, callback) {
    if (typeof callback !== "function") return work();
    Promise.resolve().then(() => {
      let result;
      try { result = work(); } catch (error) { return callback(error); }
      callback(null, result);
    });
  }

  function rsa(operation, key, data, defaultPadding) {
    const options = keys.asymmetric(key, "key");
    const hash = digestName(options.oaepHash ?? "sha1");
    return Buffer.from(native.rsa(operation, options.data, options.passphrase, options.padding ?? defaultPadding, hash, bytesOf(data, undefined, "buffer")));
  }

  return {
    constants: { ...constants },
    createSign: (name) => new Sign(name),
    createVerify: (name) => new Verify(name),
    Sign, Verify,
    sign: (name, data, key, callback) => answer(() => signed(checkedDigest(name), bytesOf(data, undefined, "data"), key), callback),
    verify: (name, data, key, signature, callback) =>
      answer(() => verified(checkedDigest(name), bytesOf(data, undefined, "data"), key, bytesOf(signature, undefined, "signature")), callback),
    publicEncrypt: (key, data) => rsa("encrypt", key, data, constants.RSA_PKCS1_OAEP_PADDING),
    privateDecrypt: (key, data) => rsa("decrypt", key, data, constants.RSA_PKCS1_OAEP_PADDING),
    privateEncrypt: (key, data) => rsa("privateEncrypt", key, data, constants.RSA_PKCS1_PADDING),
    publicDecrypt: (key, data) => rsa("publicDecrypt", key, data, constants.RSA_PKCS1_PADDING),
  };
}

return { make, toFixed, toDER };
})
