// Node's EventEmitter, for the objects here that emit.
(function (native, host, library) {
"use strict";

class EventEmitter {
  #listeners = new Map();

  #add(name, listener, once, first) {
    if (typeof listener !== "function") throw library("errors").invalidType("listener", ["function"], listener);
    if (name !== "newListener" && this.#listeners.has("newListener")) this.emit("newListener", name, listener);
    const list = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, first ? [{ listener, once }, ...list] : [...list, { listener, once }]);
    return this;
  }

  on(name, listener) { return this.#add(name, listener, false, false); }
  addListener(name, listener) { return this.on(name, listener); }
  once(name, listener) { return this.#add(name, listener, true, false); }
  prependListener(name, listener) { return this.#add(name, listener, false, true); }
  prependOnceListener(name, listener) { return this.#add(name, listener, true, true); }

  off(name, listener) {
    const list = this.#listeners.get(name) ?? [];
    const at = list.map((entry) => entry.listener).lastIndexOf(listener);
    if (at >= 0) this.#listeners.set(name, list.filter((_, i) => i !== at));
    return this;
  }
  removeListener(name, listener) { return this.off(name, listener); }

  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }

  emit(name, ...values) {
    const list = this.#listeners.get(name) ?? [];
    if (list.length === 0) {
      if (name === "error") throw values[0] instanceof Error ? values[0] : new Error(`Unhandled error. (${values[0]})`);
      return false;
    }
    for (const entry of list) {
      if (entry.once) this.off(name, entry.listener);
      entry.listener.apply(this, values);
    }
    return true;
  }

  listenerCount(name) { return (this.#listeners.get(name) ?? []).length; }
  listeners(name) { return (this.#listeners.get(name) ?? []).map((entry) => entry.listener); }
  eventNames() { return [...this.#listeners].filter(([, list]) => list.length > 0).map(([name]) => name); }
  setMaxListeners() { return this; }
}

return { EventEmitter };
})
