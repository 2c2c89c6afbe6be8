// The server's limit on promises, and ours on chains of them that never end.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { RetryError } = library("plugin-scaffold");
const { settings } = native;
const NativePromise = Promise;
const { then, resolve: resolved } = library("primordials");
const { apply } = Reflect;
const seconds = settings.taskTimeoutSeconds;
const milliseconds = seconds * 1000;
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
  return new NativePromise((resolve, reject) => {
    const timer = clock.setTimer(() => reject(new TimeoutError(words, `${name}`)), milliseconds);
    apply(then, apply(resolved, NativePromise, [promise]), [
      (value) => { clock.clearTimer(timer); resolve(value); },
      (error) => { clock.clearTimer(timer); reject(error); },
    ]);
  });
}

const timedOut = (name) => new TimeoutError(words, name);

// The same for a call of the host's own, without a promise in between.
function guardCall(promise, name, onValue, onError) {
  let isOver = false;
  const once = (action) => (given) => {
    if (isOver) return;
    isOver = true;
    clock.clearDeadline();
    action(given);
  };
  const fail = once(onError);
  if (settings.hasGuards) clock.setDeadline(milliseconds, () => fail(timedOut(name)));
  apply(then, apply(resolved, NativePromise, [promise]), [once(onValue), fail]);
}

// `catch` and `finally` call `then`, so every reaction but that of a bare `await` is counted.
function countReactions() {
  const { then: translating } = NativePromise.prototype;
  const counted = {
    then(onFulfilled, onRejected) {
      return clock.countPromise() ? apply(translating, this, [onFulfilled, onRejected]) : never();
    },
  }.then;
  Object.defineProperty(NativePromise.prototype, "then", { value: counted, writable: true, configurable: true });
}

return { asyncGuard, guardCall, timedOut, milliseconds, TimeoutError, countReactions };
})
