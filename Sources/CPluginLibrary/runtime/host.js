// What the modules that plugins import need from the runtime.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { parse, stringify } = library("primordials");

function answerFetch(request) {
  const body = typeof request.body === "string" || request.body === null || request.body === undefined ? request.body ?? null : request.body;
  const bytes = body !== null && typeof body !== "string" ? new Uint8Array(body.buffer ?? body, body.byteOffset ?? 0, body.byteLength) : undefined;
  const answer = parse(native.fetch(
    stringify({ method: request.method, url: request.url, headers: request.headers, body: bytes ? null : body }), bytes));
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.bytes ? { ...answer, body: native.takeBytes() } : answer;
}

// The code that runs is one long text, which errors ask for again and again.
let running = null;

function code() {
  if (running === null || running.text === "") running = native.code();
  return running;
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
  code,
  mapPosition: (line, column) => native.mapPosition(line, column),
  guardsFetch: native.settings.guardsFetch,
  bareRetryError: native.settings.bareRetryError,
});
return host;
})
