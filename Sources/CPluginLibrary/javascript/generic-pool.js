// generic-pool, version 3: as many resources as allowed, handed out in the order in which they were asked for.
(function (native, host, library) {
"use strict";

const { EventEmitter } = library("events");

class TimeoutError extends Error {}
TimeoutError.prototype.name = "TimeoutError";

class Pool extends EventEmitter {
  #factory;
  #options;
  #idle = [];
  #borrowed = new Set();
  #creating = 0;
  #waiting = [];
  #draining = false;
  #started = false;
  #idleWaiters = [];

  constructor(factory, options = {}) {
    super();
    if (!factory || typeof factory.create !== "function") throw new TypeError("factory.create must be a function");
    if (typeof factory.destroy !== "function") throw new TypeError("factory.destroy must be a function");
    if (factory.validate !== undefined && typeof factory.validate !== "function") throw new TypeError("factory.validate must be a function");
    this.#factory = factory;
    const max = parseInt(options.max, 10), min = parseInt(options.min, 10);
    this.#options = {
      ...options,
      max: Math.max(Number.isNaN(max) ? 1 : max, 1),
      min: Math.min(Number.isNaN(min) ? 0 : min, Number.isNaN(max) ? 1 : max),
      fifo: options.fifo !== false, testOnBorrow: options.testOnBorrow === true,
    };
    if (options.autostart !== false) this.start();
  }

  get size() { return this.#idle.length + this.#borrowed.size + this.#creating; }
  get available() { return this.#idle.length; }
  get borrowed() { return this.#borrowed.size; }
  get pending() { return this.#waiting.length; }
  get spareResourceCapacity() { return this.max - this.size; }
  get max() { return this.#options.max; }
  get min() { return this.#options.min; }
  get numberOfResourcesNotAvailable() { return this.size - this.available; }

  start() {
    if (this.#draining || this.#started) return;
    this.#started = true;
    while (this.size < this.min) this.#create();
  }

  async ready() { while (this.available < this.min) await Promise.resolve(); }

  // The factory is called before this returns: a pool that is made in a constructor meets an object without its later fields.
  #create() {
    const created = this.#factory.create();
    this.#creating += 1;
    Promise.resolve(created).then(
      (resource) => { this.#creating -= 1; this.#idle.push(resource); this.#dispense(); },
      (error) => { this.#creating -= 1; this.emit("factoryCreateError", error); this.#dispense(); });
  }

  acquire(priority) {
    if (!this.#started && this.#options.autostart === false) this.start();
    if (this.#draining) return Promise.reject(new Error("pool is draining and cannot accept work"));
    const limit = this.#options.maxWaitingClients;
    if (this.spareResourceCapacity < 1 && this.available < 1 && limit !== undefined && this.#waiting.length >= limit) {
      return Promise.reject(new Error("max waitingClients count exceeded"));
    }
    return new Promise((resolve, reject) => {
      const client = { resolve, reject, priority: priority ?? 0, timer: null };
      const milliseconds = this.#options.acquireTimeoutMillis;
      if (milliseconds) {
        client.timer = host.setTimer(() => {
          this.#waiting = this.#waiting.filter((other) => other !== client);
          reject(new TimeoutError("ResourceRequest timed out"));
        }, milliseconds);
      }
      this.#waiting.push(client);
      this.#waiting.sort((a, b) => a.priority - b.priority);
      this.#dispense();
    });
  }

  #dispense() {
    const missing = this.#waiting.length - this.#idle.length - this.#creating;
    for (let i = 0; i < missing && this.size < this.max; i++) this.#create();
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const resource = this.#options.fifo ? this.#idle.shift() : this.#idle.pop();
      this.#lend(resource, this.#waiting.shift());
    }
  }

  async #lend(resource, client) {
    this.#borrowed.add(resource);
    if (this.#options.testOnBorrow && this.#factory.validate) {
      const valid = await Promise.resolve(this.#factory.validate(resource)).catch(() => false);
      if (!valid) {
        this.#borrowed.delete(resource);
        this.#waiting.unshift(client);
        this.#destroy(resource);
        return this.#dispense();
      }
    }
    if (client.timer !== null) host.clearTimer(client.timer);
    client.resolve(resource);
  }

  isBorrowedResource(resource) { return this.#borrowed.has(resource); }

  async use(work, priority) {
    const resource = await this.acquire(priority);
    try {
      const result = await work(resource);
      await this.release(resource);
      return result;
    } catch (error) {
      await this.destroy(resource);
      throw error;
    }
  }

  async release(resource) {
    if (!this.#borrowed.delete(resource)) throw new Error("Resource not currently part of this pool");
    this.#idle.push(resource);
    this.#dispense();
    this.#settle();
  }

  async destroy(resource) {
    if (!this.#borrowed.delete(resource)) throw new Error("Resource not currently part of this pool");
    this.#destroy(resource);
    this.#dispense();
    this.#settle();
  }

  #destroy(resource) {
    return Promise.resolve(this.#factory.destroy(resource)).catch((error) => { this.emit("factoryDestroyError", error); });
  }

  #settle() {
    if (this.#borrowed.size > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  async drain() {
    this.#draining = true;
    if (this.#borrowed.size === 0 && this.#waiting.length === 0) return;
    await new Promise((resolve) => { this.#idleWaiters.push(resolve); });
  }

  async clear() {
    while (this.#creating > 0) await Promise.resolve();
    await Promise.all(this.#idle.splice(0).map((resource) => this.#destroy(resource)));
  }
}

return { Pool, createPool: (factory, options) => new Pool(factory, options) };
})
