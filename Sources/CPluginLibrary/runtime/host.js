// What the modules that plugins import need from the runtime.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { parse, stringify, then, resolve: resolved } = library("primordials");
const { apply } = Reflect;
const NativePromise = Promise;
const { settings } = native;

// No request is answered sooner on a server: one after another, so many take the whole time that a call has.
const fastestRequest = 30;
const maximumInSequence = settings.hasGuards ? settings.taskTimeoutSeconds * 1000 / fastestRequest : Infinity;
let inFlight = 0, inSequence = 0, callOfSequence = 0;

function later(hops, action) {
  apply(then, apply(resolved, NativePromise, [undefined]), [() => { if (hops > 0) later(hops - 1, action); else action(); }]);
}

// Whether the call's time is up before this request could be answered: requests that wait for each other add up, those side by side don't.
function isTooLate() {
  if (callOfSequence !== clock.callNumber()) {
    callOfSequence = clock.callNumber();
    inSequence = 0;
  }
  if (inFlight === 0) inSequence += 1;
  inFlight += 1;
  later(3, () => { inFlight -= 1; });
  return inSequence > maximumInSequence;
}

function answerFetch(request) {
  if (isTooLate()) return new NativePromise(() => {});
  const body = typeof request.body === "string" || request.body === null || request.body === undefined ? request.body ?? null : request.body;
  const bytes = body !== null && typeof body !== "string" ? new Uint8Array(body.buffer ?? body, body.byteOffset ?? 0, body.byteLength) : undefined;
  const answer = parse(native.fetch(
    stringify({ method: request.method, url: request.url, headers: request.headers, body: bytes ? null : body }), bytes));
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.bytes ? { ...answer, body: native.takeBytes() } : answer;
}

Object.assign(host, {
  answerFetch,
  recordCall(module, path, given) { native.recordCall(module, path, stringify(given).replace(/\\ud[89a-f]../gi, "\\ufffd")); },
  now: clock.now,
  setTimer: clock.setTimer,
  clearTimer: clock.clearTimer,
  random: clock.random,
  answers: native.settings.stubs,
  nodeVersion: native.settings.nodeVersion,
  tracksFetch: native.settings.tracksFetch,
  code: () => native.code(),
  mapPosition: (line, column) => native.mapPosition(line, column),
  guardsFetch: native.settings.guardsFetch,
  bareRetryError: native.settings.bareRetryError,
});
return host;
})
