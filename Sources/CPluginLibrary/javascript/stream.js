// The stream module as plugins get it: a PassThrough and nothing else.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const { EventEmitter } = library("events");
const { nodeError, invalidType } = library("errors");

// As process.nextTick: after what runs now, before anything later.
function later(action) { Promise.resolve().then(action); }

class PassThrough extends EventEmitter {
  #chunks = [];
  #flowing = null;
  #ended = false;      // nothing more will be written
  #finished = false;
  #endEmitted = false;
  #scheduled = false;
  #pipes = [];
  #encoding = null;
  #objectMode;

  constructor(options = {}) {
    super();
    this.#objectMode = Boolean(options.objectMode || options.readableObjectMode);
    if (options.encoding) this.#encoding = options.encoding;
    this.readable = true;
    this.writable = true;
    this.destroyed = false;
    this.writableEnded = false;
    this.readableEnded = false;
  }

  get readableFlowing() { return this.#flowing; }
  get readableLength() { return this.#chunks.reduce((sum, chunk) => sum + (this.#objectMode ? 1 : chunk.length), 0); }
  get writableLength() { return 0; }
  get writableFinished() { return this.#finished; }

  #accept(chunk, encoding) {
    if (this.#objectMode) return chunk;
    if (typeof chunk === "string") return Buffer.from(chunk, encoding || "utf8");
    if (Buffer.isBuffer(chunk) || chunk instanceof Uint8Array) return Buffer.from(chunk);
    throw invalidType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
  }

  push(chunk, encoding) {
    if (chunk === null) {
      this.#ended = true;
      this.#schedule();
      return false;
    }
    this.#chunks.push(this.#accept(chunk, encoding));
    this.#schedule();
    return this.readableLength < 16384;
  }

  write(chunk, encoding, callback) {
    if (typeof encoding === "function") { callback = encoding; encoding = undefined; }
    if (chunk === null) throw nodeError(TypeError, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
    if (this.writableEnded) {
      const error = nodeError(Error, "ERR_STREAM_WRITE_AFTER_END", "write after end");
      later(() => { callback?.(error); this.destroy(error); });
      return false;
    }
    this.push(this.#accept(chunk, encoding));
    if (callback) later(() => callback());
    return this.readableLength < 16384;
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") { callback = chunk; chunk = undefined; }
    if (typeof encoding === "function") { callback = encoding; encoding = undefined; }
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
    if (callback) this.once("finish", callback);
    if (this.writableEnded) return this;
    this.writableEnded = true;
    this.writable = false;
    this.push(null);
    later(() => { this.#finished = true; this.emit("finish"); });
    return this;
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    later(() => {
      this.#scheduled = false;
      this.#drain();
    });
  }

  #drain() {
    if (this.destroyed) return;
    if (this.#flowing) {
      while (this.#chunks.length > 0 && this.#flowing) this.emit("data", this.#shown(this.#chunks.shift()));
    } else if (this.#chunks.length > 0 || this.#ended) {
      if (this.listenerCount("readable") > 0) this.emit("readable");
    }
    if (this.#ended && this.#chunks.length === 0 && !this.#endEmitted && this.#flowing !== null) {
      this.#endEmitted = true;
      this.readable = false;
      this.readableEnded = true;
      this.emit("end");
      later(() => this.emit("close"));
    }
  }

  #shown(chunk) { return this.#encoding && !this.#objectMode ? chunk.toString(this.#encoding) : chunk; }

  read() {
    if (this.#flowing === null) this.#flowing = false;
    if (this.#chunks.length === 0) { this.#schedule(); return null; }
    const chunk = this.#objectMode ? this.#chunks.shift() : Buffer.concat(this.#chunks.splice(0));
    this.#schedule();
    return this.#shown(chunk);
  }

  on(name, listener) {
    super.on(name, listener);
    if (name === "data" && this.#flowing !== false) this.resume();
    if (name === "readable") { this.#flowing = false; this.#schedule(); }
    return this;
  }
  addListener(name, listener) { return this.on(name, listener); }

  resume() {
    if (this.#flowing !== true) {
      this.#flowing = true;
      later(() => this.emit("resume"));
    }
    this.#schedule();
    return this;
  }

  pause() {
    if (this.#flowing !== false) {
      this.#flowing = false;
      this.emit("pause");
    }
    return this;
  }

  isPaused() { return this.#flowing === false; }
  setEncoding(encoding) { this.#encoding = encoding; return this; }
  setDefaultEncoding() { return this; }
  cork() {}
  uncork() {}

  pipe(target, options = {}) {
    const forward = (chunk) => target.write(chunk);
    const finish = () => { if (options.end !== false) target.end(); };
    this.#pipes.push({ target, forward, finish });
    this.on("data", forward);
    this.once("end", finish);
    if (typeof target.emit === "function") target.emit("pipe", this);
    return target;
  }

  unpipe(target) {
    for (const pipe of this.#pipes) {
      if (target !== undefined && pipe.target !== target) continue;
      this.off("data", pipe.forward);
      this.off("end", pipe.finish);
    }
    this.#pipes = target === undefined ? [] : this.#pipes.filter((pipe) => pipe.target !== target);
    return this;
  }

  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.readable = this.writable = false;
    later(() => {
      if (error) this.emit("error", error);
      this.emit("close");
    });
    return this;
  }

  async *[Symbol.asyncIterator]() {
    const waiting = [];
    let ended = false, failure = null, wake = null;
    const notify = () => { if (wake) { wake(); wake = null; } };
    this.on("data", (chunk) => { waiting.push(chunk); notify(); });
    this.once("end", () => { ended = true; notify(); });
    this.once("error", (error) => { failure = error; notify(); });
    for (;;) {
      if (waiting.length > 0) yield waiting.shift();
      else if (failure) throw failure;
      else if (ended) return;
      else await new Promise((resolve) => { wake = resolve; });
    }
  }
}

return { PassThrough };
})
