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
const shapes = library("event-shapes");
const { settings } = native;
const { parse, stringify } = JSON;

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

function textOf(value, otherwise) {
  if (value === undefined || value === null) return otherwise;
  try { return String(value).toWellFormed(); } catch { return otherwise; }
}

// As the server stores it: a string is all message; of other values, what they have by these names.
function describe(error) {
  if (typeof error === "string") return { name: "Error", message: error.toWellFormed(), stack: null, line: null, column: null, file: null };
  const isThing = error !== null && (typeof error === "object" || typeof error === "function");
  if (!isThing) return { name: "Error", message: textOf(error, String(error)), stack: null, line: null, column: null, file: null };
  const stack = read(error, "stack");
  const place = typeof stack === "string" ? parse(native.locate(stack)) : null;
  return {
    name: textOf(read(error, "name"), "Error"), message: textOf(read(error, "message"), ""),
    stack: place ? place.stack : typeof stack === "string" ? stack.toWellFormed() : null,
    line: place ? place.line : null, column: place ? place.column : null, file: place ? place.file : null,
  };
}

function isTimeout(error) {
  if (error instanceof guard.TimeoutError) return true;
  const message = error !== null && typeof error === "object" ? read(error, "message") : undefined;
  return typeof message === "string" && message.startsWith("Script execution timed out after");
}

// --- Steps ---

function emit(method, event, outcome, result, error) {
  const described = error === undefined ? "null" : stringify(error);
  native.step(
    `{"method":${stringify(method)},"event":${event === null ? "null" : event},"outcome":"${outcome}","result":${result},"error":${described}}`);
}

function emitError(method, event, error, result = "null") {
  emit(method, event, isTimeout(error) ? "timed_out" : "failed", result, describe(error));
}

// Runs `body`, which tells its own outcome; the host waits until this is over.
function perform(method, event, body) {
  isBusy = true;
  running = method;
  native.begin(method, event);
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
  if (settings.hasMetrics) {
    checkMetrics(plugin.metrics);
    native.declareMetrics(plugin.metrics);
  }
  const methods = Object.keys(plugin.methods).filter((name) => plugin.methods[name]);
  if (exporting && !methods.includes("setupPlugin")) methods.unshift("setupPlugin");
  const order = settings.methods;
  methods.sort((left, right) => order.indexOf(left) - order.indexOf(right));
  return stringify({ methods, scheduled_tasks: Object.keys(plugin.tasks), jobs: Object.keys(plugin.jobs) });
}

// --- Setup ---

async function setUp() {
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
      if (settings.setupRetriesAll || !(error instanceof RetryError) || attempt >= settings.setupAttempts) return setupGivenUp(error);
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

function noted(event, failed) {
  if (!settings.notesPlugins) return;
  const name = `${settings.pluginName} (${settings.configID})`;
  const lists = { $plugins_succeeded: failed ? [] : [name], $plugins_failed: failed ? [name] : [] };
  if (settings.skipsNoted) {
    for (const key of Object.keys(lists)) lists[key] = [...(event.properties?.[key] ?? []), ...lists[key]];
  }
  if (settings.notesDeferred) {
    const isDeferred = settings.deferringMethods.some((method) => plugin.methods[method]);
    lists.$plugins_deferred = isDeferred ? [name] : [];
  }
  event.properties = { ...event.properties, ...lists };
}

function shown(result) {
  if (!settings.clonesResults) return encode(result);
  try {
    return encode(cloned(result));
  } catch {
    return encode({ error: "Maximum call stack size exceeded" });
  }
}

async function processEvent(event) {
  const team = event.team_id;
  let current = event, error, hasFailed = false;
  try {
    current = (await plugin.methods.processEvent(event)) || null;
    if (settings.keepsTeam) changedTeam(current, team);
  } catch (thrown) {
    hasFailed = true;
    error = thrown;
  }
  if (current === null && !hasFailed) {
    emit("processEvent", index, "dropped", "null");
    return null;
  }
  if (hasFailed && (error === null || error === undefined)) {
    // The server's own error handler fails on these, and the event is lost.
    emit("processEvent", index, "failed", "null", describe(error));
    return null;
  }
  if (current !== null) noted(event, hasFailed);
  if (hasFailed) emitError("processEvent", index, error, shown(current));
  else emit("processEvent", index, "returned", shown(current));
  return current;
}

// Later servers try onEvent again when the plugin asks for it.
async function retried(method, body) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof RetryError) || attempt >= settings.eventAttempts) throw error;
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

async function reportExport(batch, body) {
  // An attempt may run inside onEvent, from a timer or from a job: it is a call of its own wherever it happens.
  native.begin("exportEvents", null);
  try {
    await body();
    emit("exportEvents", null, "returned", encode({ batch: batch.map((event) => event?.uuid ?? null), events: batch.length }));
  } catch (error) {
    emitError("exportEvents", null, error);
    throw error;
  }
}

// Newer servers don't run a plugin again on an event that comes back to them.
function isNoted(event) {
  const name = `${settings.pluginName} (${settings.configID})`;
  const has = (list) => Array.isArray(list) && list.includes(name);
  return settings.skipsNoted && (has(event.properties?.$plugins_succeeded) || has(event.properties?.$plugins_failed));
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
      flowing = await processEvent(event);
    }]);
  }
  const later = (shape) => shape(flowing === event && !methods.processEvent ? event : parse(stringify(flowing)));
  const exportsToo = exporting && wants("exportEvents");
  const hasOwn = exporting ? Boolean(exporting.own.onEvent) : Boolean(methods.onEvent);
  if (!isSnapshot && methods.onEvent && ((wants("onEvent") && hasOwn) || exportsToo)) {
    calls.push(["onEvent", async () => {
      if (flowing !== null && !isDisabled) await deferred("onEvent", later(shapes.processed), hasOwn && wants("onEvent"));
    }]);
  }
  if (isSnapshot && methods.onSnapshot && wants("onSnapshot")) {
    calls.push(["onSnapshot", async () => { if (!isDisabled) await deferred("onSnapshot", later(shapes.processed), true); }]);
  }
  if (!isSnapshot && methods.composeWebhook && wants("composeWebhook")) {
    calls.push(["composeWebhook", async () => { if (flowing !== null && !isDisabled) await composeWebhook(later(shapes.webhook)); }]);
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

const api = {
  load,
  // Begins an event; more calls may follow with `next`.
  event(text, number) {
    index = number;
    clock.begin(number);
    const event = parse(text);
    calls = [];
    if (isSetUp) {
      plan(event);
      return api.next();
    }
    perform("setupPlugin", null, async () => {
      await setUp();
      plan(event);
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
    const text = clock.wasStopped()
      ? "phsync ended a chain of promises that does not end" : "phsync gave up: the promise that was returned can never settle";
    emit(running, settings.eventMethods.includes(running) ? index : null, "timed_out", "null",
      { name: "Error", message: text, stack: null, line: null, column: null, file: null });
  },
  lost(error) {
    native.begin("unhandledRejection", index);
    emitError("unhandledRejection", index, error);
  },
  saved: () => stores.saved(),
  restore: (state) => stores.restore(state),
  ending: () => encode({ ...stores.contents(), metrics: facilities.totals, queued: facilities.queued() }),
  describe: (error) => stringify(describe(error)),
  elapsed: () => clock.elapsed(),
  moveTo: (milliseconds) => clock.moveTo(milliseconds),
};

return api;
})
