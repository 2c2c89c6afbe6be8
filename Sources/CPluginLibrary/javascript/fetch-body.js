// What node-fetch's Request and Response share: a body that can be read once.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");

function FetchError(message, type, systemError) {
  Error.call(this, message);
  Object.defineProperty(this, "message", { value: message, enumerable: true, writable: true, configurable: true });
  this.message = message;
  this.type = type;
  if (systemError) this.code = this.errno = systemError.code;
  Error.captureStackTrace(this, this.constructor);
}
FetchError.prototype = Object.create(Error.prototype);
FetchError.prototype.constructor = FetchError;
FetchError.prototype.name = "FetchError";

function AbortError(message) {
  this.type = "aborted";
  this.message = message;
  Error.captureStackTrace(this, this.constructor);
}
AbortError.prototype = Object.create(Error.prototype);
AbortError.prototype.constructor = AbortError;
AbortError.prototype.name = "AbortError";

function isParameters(body) {
  if (typeof body !== "object" || body === null || typeof body.append !== "function" || typeof body.sort !== "function") return false;
  return body.constructor.name === "URLSearchParams" || Object.prototype.toString.call(body) === "[object URLSearchParams]";
}

function isStream(body) { return typeof body === "object" && body !== null && typeof body.pipe === "function"; }

// The body as text, bytes, a stream or null; an object of no known kind is its text.
function normalize(body) {
  if (body === undefined || body === null) return null;
  if (typeof body === "string" || isStream(body)) return body;
  if (isParameters(body)) return body.toString();
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof ArrayBuffer) return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return String(body);
}

function contentType(body) {
  if (body === null || body === undefined) return null;
  if (isParameters(body)) return "application/x-www-form-urlencoded;charset=UTF-8";
  if (Buffer.isBuffer(body) || body instanceof ArrayBuffer || ArrayBuffer.isView(body) || isStream(body)) return null;
  return "text/plain;charset=UTF-8";
}

class Blob {
  #bytes;
  #type;

  constructor(bytes, type) {
    this.#bytes = bytes;
    this.#type = type;
  }

  get size() { return this.#bytes.length; }
  get type() { return this.#type; }
  text() { return Promise.resolve(this.#bytes.toString()); }
  arrayBuffer() { return Promise.resolve(memoryOf(this.#bytes)); }
  slice(start, end, type) { return new Blob(this.#bytes.slice(start, end), type === undefined ? "" : String(type).toLowerCase()); }
  toString() { return "[object Blob]"; }
}
Object.defineProperty(Blob.prototype, Symbol.toStringTag, { value: "Blob", configurable: true });

function memoryOf(bytes) { return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength); }

// Everything that a stream gives, as one Buffer.
function collected(stream) {
  return new Promise((resolve, reject) => {
    const parts = [];
    stream.on("data", (part) => parts.push(Buffer.from(part)));
    stream.on("end", () => resolve(Buffer.concat(parts)));
    stream.on("error", reject);
  });
}

class Body {
  #content;
  #stream;
  #used = false;

  constructor(body, { size = 0, timeout = 0 } = {}) {
    this.#content = normalize(body);
    this.size = size;
    this.timeout = timeout;
  }

  // As a stream, as in node-fetch, made when somebody looks.
  get body() {
    if (this.#content === null) return null;
    if (isStream(this.#content)) return this.#content;
    if (this.#stream === undefined) {
      const { PassThrough } = library("stream");
      this.#stream = new PassThrough();
      this.#stream.once("resume", () => { this.#used = true; });
      this.#stream.end(Buffer.from(this.#content));
    }
    return this.#stream;
  }

  get bodyUsed() { return this.#used; }

  #consume() {
    if (this.#used) return Promise.reject(new TypeError(`body used already for: ${this.url}`));
    this.#used = true;
    if (this.#content === null) return Promise.resolve(Buffer.alloc(0));
    const whole = isStream(this.#content) ? collected(this.#content) : Promise.resolve(Buffer.from(this.#content));
    return whole.then((bytes) => {
      if (this.size > 0 && bytes.length > this.size) throw new FetchError(`content size at ${this.url} over limit: ${this.size}`, "max-size");
      return bytes;
    });
  }

  arrayBuffer() { return this.#consume().then(memoryOf); }
  blob() {
    const type = ((this.headers && this.headers.get("content-type")) || "").toLowerCase();
    return this.#consume().then((bytes) => new Blob(bytes, type));
  }
  json() {
    return this.#consume().then((bytes) => {
      try {
        return JSON.parse(bytes.toString());
      } catch (error) {
        return Promise.reject(new FetchError(`invalid json response body at ${this.url} reason: ${error.message}`, "invalid-json"));
      }
    });
  }
  text() { return this.#consume().then((bytes) => bytes.toString()); }
  buffer() { return this.#consume(); }
  textConverted() { return this.text(); }

  // The content for a copy or for the wire; a body that was read can't be copied.
  static contentOf(instance) {
    if (instance.#used) throw new Error("cannot clone body after it is used");
    return instance.#content;
  }
}

const { contentOf } = Body;
delete Body.contentOf;
for (const key of ["body", "bodyUsed", "arrayBuffer", "blob", "json", "text"]) Object.defineProperty(Body.prototype, key, { enumerable: true });

return { Body, FetchError, AbortError, contentOf, contentType, isStream, collected };
})
