// Runs a plugin's methods one by one and tells the host what came of each. The host calls in, microtasks run, and `advance` moves time.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const guard = library("guard");
const { encode, cloned } = library("values");
const { IllegalOperationError } = library("host-errors");
const { RetryError } = library("plugin-scaffold");
const facilities = library("facilities");
const stores = library("stores");
// Evaluated where a plugin has a method that wants one.
let shapes = null;
const processed = (event) => (shapes ??= library("event-shapes")).processed(event);
const webhook = (event) => (shapes ??= library("event-shapes")).webhook(event);
const { settings } = native;
const { skipsNoted, separatesSnapshots, notesPlugins, notesDeferred } = settings;
const { parse, stringify, wellFormed, start } = library("primordials");
const { translate } = library("dialect");

let plugin = null, exporting = null;
let isSetUp = false, isDisabled = false;
let calls = [];
let index = null;
let isBusy = false;
let running = "";

const sleep = (milliseconds) => new Promise((resolve) => { clock.setTimer(resolve, milliseconds); });

// --- Errors ---

function read(value, key) {
  try { return value[key]; } catch { return undefined; }
}

// A proxy that was revoked refuses even this.
function isA(value, Class) {
  try { return value instanceof Class; } catch { return false; }
}

// More of a stack than anybody reads: a plugin may put anything there.
const longestStack = 16384;

function textOf(value, otherwise) {
  if (value === undefined || value === null) return otherwise;
  try { return wellFormed(String(value)); } catch { return otherwise; }
}

// As the server stores it: a string is all message; of other values, what they have by these names.
function describe(error) {
  if (typeof error === "string") return { name: "Error", message: wellFormed(error), stack: null, line: null, column: null, file: null };
  const isThing = error !== null && (typeof error === "object" || typeof error === "function");
  if (!isThing) return { name: "Error", message: textOf(error, String(error)), stack: null, line: null, column: null, file: null };
  const whole = read(translate(error), "stack");
  const stack = typeof whole === "string" ? start(whole, longestStack) : whole;
  const place = typeof stack === "string" ? parse(native.locate(stack)) : null;
  return {
    name: textOf(read(error, "name"), "Error"), message: textOf(read(error, "message"), ""),
    stack: place ? place.stack : typeof stack === "string" ? wellFormed(stack) : null,
    line: place ? place.line : null, column: place ? place.column : null, file: place ? place.file : null,
  };
}

function isTimeout(error) {
  if (isA(error, guard.TimeoutError)) return true;
  const message = error !== null && typeof error === "object" ? read(error, "message") : undefined;
  return typeof message === "string" && message.startsWith("Script execution timed out after");
}

// --- Steps ---

// The host adds the last members.
function emit(method, event, outcome, result, error, isLast = false) {
  const described = error === undefined ? "null" : stringify(error);
  native.step(
    `{"method":${stringify(method)},"event":${event === null ? "null" : event},"outcome":"${outcome}","result":${result},"error":${described}`,
    isLast);
}

function emitError(method, event, error, result = "null", isLast = false) {
  emit(method, event, isTimeout(error) ? "timed_out" : "failed", result, describe(error), isLast);
}

// Tells the host which method is called, when it is another one than before; it knows the event by itself.
function begin(method, event) {
  if (method === running && event !== null) return;
  running = method;
  native.begin(method, event);
}

// Runs `body`, which tells its own outcome; the host waits until this is over.
function perform(method, event, body) {
  isBusy = true;
  begin(method, event);
  const done = () => {
    isBusy = false;
    native.done(calls.length > 0);
  };
  body().then(done, (error) => {
    emitError(method, event, error);
    done();
  });
}

// --- Loading ---

function load(reach, metaOfHost) {
  const { discover, checkMetrics } = library("loader");
  plugin = discover(reach, metaOfHost);
  if (settings.hasExports && plugin.methods.exportEvents) exporting = library("export-events").upgrade(plugin, facilities, reportExport);
  const injected = exporting ? addHistory() : [];
  if (settings.hasMetrics) {
    checkMetrics(plugin.metrics);
    native.declareMetrics(plugin.metrics);
  }
  const methods = Object.keys(plugin.methods).filter((name) => plugin.methods[name]);
  if (exporting && !methods.includes("setupPlugin")) methods.unshift("setupPlugin");
  const order = settings.methods;
  methods.sort((left, right) => order.indexOf(left) - order.indexOf(right));
  return encode({ methods, scheduled_tasks: [...Object.keys(plugin.tasks), ...injected], jobs: Object.keys(plugin.jobs) });
}

// What was captured before a plugin came lies with the instance: its export has its names here and runs nowhere.
const historicalJobsAsked = new Set();

// Returns the tasks that the server has and the plugin lacks: the newer servers look after such an export every minute.
function addHistory() {
  for (const name of settings.historicalJobs) plugin.jobs[name] = async () => { historicalJobsAsked.add(name); };
  return settings.watchesHistory && !plugin.tasks.runEveryMinute ? ["runEveryMinute"] : [];
}

// --- Setup ---

async function setUp() {
  await runSetup();
  simplify();
}

async function runSetup() {
  isSetUp = true;
  const setup = plugin.methods.setupPlugin;
  if (!setup) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await setup();
      return emit("setupPlugin", null, "returned", "null");
    } catch (error) {
      // The older servers make the whole plugin anew for each attempt; the host does that.
      if (settings.setupRetriesAll && native.startOver()) return;
      if (settings.setupRetriesAll || !isA(error, RetryError) || attempt >= settings.setupAttempts) return setupGivenUp(error);
      error._attempt = attempt;
      error._maxAttempts = settings.setupAttempts;
      await sleep(settings.setupDelay * 2 ** (attempt - 1) * 1000);
    }
  }
}

function setupGivenUp(error) {
  isDisabled = true;
  native.disabled();
  emitError("setupPlugin", null, error);
}

// --- Methods that take an event ---

function changedTeam(result, team) {
  if (!result || result.team_id === team) return;
  if (Object(result) !== result) throw new TypeError(`Cannot create property 'team_id' on ${typeof result} '${String(result)}'`);
  result.team_id = team;
  throw new IllegalOperationError("Plugin tried to change event.team_id");
}

const ownName = `${settings.pluginName} (${settings.configID})`;
const { isArray } = Array;
let isDeferring = false;

// Newer servers add to what an event that comes back to them already says.
function note(event, failed) {
  if (!notesPlugins) return;
  const { properties } = event;
  const lists = { ...properties };
  addNotes(lists, properties, failed);
  event.properties = lists;
}

// Adds to a copy of an event's properties what the server says in them.
function addNotes(lists, properties, failed) {
  const succeeded = failed ? [] : [ownName], failures = failed ? [ownName] : [], deferred = notesDeferred && isDeferring ? [ownName] : [];
  lists.$plugins_succeeded = succeeded;
  lists.$plugins_failed = failures;
  if (skipsNoted && properties) {
    const { $plugins_succeeded: before, $plugins_failed: failedBefore } = properties;
    if (isArray(before)) lists.$plugins_succeeded = [...before, ...succeeded];
    if (isArray(failedBefore)) lists.$plugins_failed = [...failedBefore, ...failures];
  }
  if (notesDeferred) lists.$plugins_deferred = deferred;
}

function shown(result) {
  if (!settings.clonesResults) return encode(result);
  try {
    return encode(cloned(result));
  } catch {
    return encode({ error: "Maximum call stack size exceeded" });
  }
}

// Calls `finish` with what flows on: null when the event ends here.
function processEvent(event, finish) {
  const team = event.team_id;
  let current = event;

  const fail = (error) => {
    if (error === null || error === undefined) {
      // The server's own error handler fails on these, and the event is lost.
      emit("processEvent", index, "failed", "null", describe(error));
      return finish(null);
    }
    if (current !== null) note(event, true);
    emitError("processEvent", index, error, shown(current));
    finish(current);
  };

  const succeed = (result) => {
    try {
      current = result || null;
      if (current !== null && settings.keepsTeam && current.team_id !== team) changedTeam(current, team);
    } catch (error) {
      return fail(error);
    }
    if (current === null) {
      emit("processEvent", index, "dropped", "null");
      return finish(null);
    }
    note(event, false);
    emit("processEvent", index, "returned", shown(current));
    finish(current);
  };

  let promise;
  try {
    promise = plugin.processEvent(event);
  } catch (error) {
    return fail(error);
  }
  guard.guardCall(promise, "processEvent", succeed, fail);
}

// Later servers try onEvent again when the plugin asks for it.
async function retried(method, body) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body();
    } catch (error) {
      if (!isA(error, RetryError) || attempt >= settings.eventAttempts) throw error;
      error._attempt = attempt;
      error._maxAttempts = settings.eventAttempts;
      await sleep(settings.eventDelay * 2 ** (attempt - 1) * 1000);
    }
  }
}

async function deferred(method, given, isOwn) {
  try {
    await retried(method, () => plugin.methods[method](given));
    if (isOwn) emit(method, index, "returned", "null");
  } catch (error) {
    emitError(method, index, error);
  }
}

async function composeWebhook(given) {
  try {
    emit("composeWebhook", index, "returned", encode((await plugin.methods.composeWebhook(given)) ?? null));
  } catch (error) {
    emitError("composeWebhook", index, error);
  }
}

async function reportExport(body) {
  // An attempt may run inside onEvent, from a timer or from a job: it is a call of its own wherever it happens.
  const outer = running;
  begin("exportEvents", null);
  try {
    await body();
    emit("exportEvents", null, "returned", "null");
  } catch (error) {
    emitError("exportEvents", null, error);
    throw error;
  } finally {
    if (outer !== "exportEvents") running = outer;
  }
}

// Newer servers don't run a plugin again on an event that comes back to them.
function isNoted(event) {
  const { properties } = event;
  if (!skipsNoted || !properties) return false;
  const { $plugins_succeeded: succeeded, $plugins_failed: failed } = properties;
  return (succeeded !== undefined && isArray(succeeded) && succeeded.includes(ownName))
    || (failed !== undefined && isArray(failed) && failed.includes(ownName));
}

const wants = (method) => settings.wanted === null || settings.wanted.includes(method);

// The calls that one event leads to, in their order.
function plan(event) {
  const { methods } = plugin;
  const isSnapshot = event.event === "$snapshot" && settings.separatesSnapshots;
  let flowing = event;
  if (wants("processEvent") && !isSnapshot && (methods.processEvent || isDisabled)) {
    calls.push(["processEvent", async () => {
      if (isDisabled || isNoted(event)) return emit("processEvent", index, "returned", shown(event));
      flowing = await new Promise((resolve) => processEvent(event, resolve));
    }]);
  }
  // Each of them gets an event of its own; one that nobody else looks at needs no copy.
  const isAlone = !methods.processEvent && !(methods.onEvent && methods.composeWebhook);
  const later = (shape) => shape(flowing === event && isAlone ? event : parse(stringify(flowing)));
  const exportsToo = exporting && wants("exportEvents");
  const hasOwn = exporting ? Boolean(exporting.own.onEvent) : Boolean(methods.onEvent);
  if (!isSnapshot && methods.onEvent && ((wants("onEvent") && hasOwn) || exportsToo)) {
    calls.push(["onEvent", async () => {
      if (flowing !== null && !isDisabled) await deferred("onEvent", later(processed), hasOwn && wants("onEvent"));
    }]);
  }
  if (isSnapshot && methods.onSnapshot && wants("onSnapshot")) {
    calls.push(["onSnapshot", async () => { if (!isDisabled) await deferred("onSnapshot", later(processed), true); }]);
  }
  if (!isSnapshot && methods.composeWebhook && wants("composeWebhook")) {
    calls.push(["composeWebhook", async () => { if (flowing !== null && !isDisabled) await composeWebhook(later(webhook)); }]);
  }
}

// --- Tasks, jobs, the end ---

async function task(kind, name, given) {
  const exec = kind === "job" ? plugin.jobs[name] : plugin.tasks[name];
  try {
    if (!exec) {
      throw new Error(`Task "${name}" not found for plugin "${settings.pluginName}" with config id ${settings.taskConfigID}`);
    }
    emit(name, null, "returned", encode(await (given ? exec(given) : exec())));
  } catch (error) {
    emitError(name, null, error);
  }
}

const isExport = (name) => exporting !== null && name === "exportEventsWithRetry";

async function exportAgain(payload) {
  try {
    await plugin.jobs.exportEventsWithRetry(payload);
  } catch {
    // Each attempt has told its outcome by itself.
  }
}

// Whether processEvent is all that an event leads to.
let isSimple = false;

function simplify() {
  const { methods } = plugin;
  const others = ["onEvent", "onSnapshot", "composeWebhook"].filter((name) => methods[name] && (wants(name) || exporting));
  isSimple = !isDisabled && Boolean(methods.processEvent) && wants("processEvent") && others.length === 0;
  isDeferring = settings.deferringMethods.some((name) => methods[name]);
  if (isSimple) usual.aim(plugin.own, plugin.meta);
}

const usual = library("usual-event").prepare({
  changedTeam, note, addNotes, shown, describe,
  emit: (outcome, result, error) => emit("processEvent", index, outcome, result, error, true),
  emitError: (error, result) => emitError("processEvent", index, error, result, true),
  finish() { isBusy = false; },
  // The call may settle later, and then it must not be taken for another.
  leaveOpen() { isSimple = false; },
});
const startUsual = usual.start;

const api = {
  load,
  // Begins an event; more calls may follow with `next`.
  event(text, number) {
    index = number;
    clock.begin(number);
    const event = parse(text);
    if (isSimple && !isNoted(event) && !(separatesSnapshots && event.event === "$snapshot")) {
      isBusy = true;
      if (running !== "processEvent") begin("processEvent", number);
      startUsual(event);
      return true;
    }
    calls = [];
    if (isSetUp) {
      plan(event);
      return api.next();
    }
    perform("setupPlugin", null, async () => {
      await setUp();
      plan(event);
      index = number;
    });
    return true;
  },
  next() {
    const call = calls.shift();
    if (!call) return false;
    perform(call[0], index, call[1]);
    return true;
  },
  // false: nothing is left that time could bring.
  advance: (limit) => clock.advance(limit),
  setUp() {
    if (isSetUp) return false;
    index = null;
    clock.begin(0);
    perform("setupPlugin", null, setUp);
    return true;
  },
  scheduled: () => stringify(isDisabled ? [] : Object.keys(plugin.tasks).filter((name) => wants(name) && settings.tasks.includes(name))),
  startTask(name) {
    index = null;
    clock.begin(0);
    perform(name, null, () => task("schedule", name));
  },
  // Runs the job that is due next, moving time there; false when none waits.
  startJob() {
    const next = isDisabled ? null : facilities.nextJob();
    if (!next) return false;
    index = null;
    clock.begin(0);
    clock.moveTo(next.timestamp - settings.clock);
    const payload = next.payload === undefined ? undefined : parse(next.payload);
    perform(next.type, null, () => isExport(next.type) ? exportAgain(payload) : task("job", next.type, payload));
    return true;
  },
  flushExports() {
    if (!exporting || isDisabled || exporting.waiting() === 0 || !wants("exportEvents")) return false;
    index = null;
    perform("exportEvents", null, async () => {
      try {
        await plugin.meta.global.exportEventsBuffer.flush();
      } catch {
        // The attempt has told its outcome by itself.
      }
    });
    return true;
  },
  startTeardown() {
    const own = exporting ? exporting.own.teardownPlugin : plugin.methods.teardownPlugin;
    if (!own || isDisabled || !isSetUp || !wants("teardownPlugin")) return false;
    index = null;
    clock.begin(0);
    perform("teardownPlugin", null, async () => {
      try {
        await own();
        emit("teardownPlugin", null, "returned", "null");
      } catch (error) {
        emitError("teardownPlugin", null, error);
      }
    });
    return true;
  },
  // The host gives up on a call whose promise nothing will ever settle.
  abandon() {
    if (!isBusy) return;
    isBusy = false;
    usual.giveUp();
    const text = clock.wasStopped()
      ? "a chain of promises that does not end was ended" : "the promise that was returned can never settle: nothing is left to wait for";
    emit(running, settings.eventMethods.includes(running) ? index : null, "timed_out", "null",
      { name: "SandboxLimit", message: text, stack: null, line: null, column: null, file: null });
  },
  lost(error) {
    begin("unhandledRejection", index);
    emitError("unhandledRejection", index, error);
  },
  saved: () => stores.saved(),
  restore: (state) => stores.restore(state),
  ending: () => encode({
    ...stores.contents(), metrics: facilities.totals, queued: facilities.queued(), historical: [...historicalJobsAsked],
    ownTasks: Object.keys(plugin.tasks),
  }),
  describe: (error) => stringify(describe(error)),
  elapsed: () => clock.elapsed(),
  moveTo: (milliseconds) => clock.moveTo(milliseconds),
};

return api;
})
