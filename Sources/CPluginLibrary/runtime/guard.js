// The server's limit on promises, and ours on chains of them that never end.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { RetryError } = library("plugin-scaffold");
const { settings } = native;
const NativePromise = Promise;
const resolved = NativePromise.resolve;
const { then } = NativePromise.prototype;
const { apply } = Reflect;
const seconds = settings.taskTimeoutSeconds;
const words = `Script execution timed out after promise waited for ${seconds} second${seconds === 1 ? "" : "s"}`;

class OlderTimeoutError extends Error {
  name = "TimeoutError";
  caller = undefined;
  constructor(message, caller) {
    super(message);
    this.caller = caller;
  }
}

class LocatedTimeoutError extends RetryError {
  name = "TimeoutError";
  caller = undefined;
  constructor(message, caller) {
    super(`${message} (${settings.pluginName}, name: ${caller}, pluginConfigId: ${settings.configID})`);
    this.name = "TimeoutError";
    this.caller = caller;
  }
}

const TimeoutError = settings.locatesPromises ? LocatedTimeoutError : OlderTimeoutError;
const never = () => new NativePromise(() => {});

function asyncGuard(promise, name) {
  if (!clock.countPromise()) return never();
  clock.awaited();
  let timer;
  const raced = new NativePromise((resolve, reject) => {
    timer = clock.setTimer(() => reject(new TimeoutError(words, `${name}`)), seconds * 1000);
    apply(then, apply(resolved, NativePromise, [promise]), [resolve, reject]);
  });
  return apply(then, raced, [
    (value) => { clock.clearTimer(timer); return value; },
    (error) => { clock.clearTimer(timer); throw error; },
  ]);
}

// `catch` and `finally` call `then`, so every reaction but that of a bare `await` is counted.
function countReactions() {
  const counted = {
    then(onFulfilled, onRejected) {
      return clock.countPromise() ? apply(then, this, [onFulfilled, onRejected]) : never();
    },
  }.then;
  Object.defineProperty(NativePromise.prototype, "then", { value: counted, writable: true, configurable: true });
}

return { asyncGuard, TimeoutError, countReactions };
})
