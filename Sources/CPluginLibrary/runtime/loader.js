// Finds what a plugin exports, and binds its functions to meta and to the guard, as the server's second script does.
(function (native, host, library) {
"use strict";

const { asyncGuard } = library("guard");
const { IllegalOperationError } = library("host-errors");
const { settings } = native;
const { entries, keys } = Object;

// `reach` has getters for the plugin's own bindings, which it may have replaced.
function destinations(reach) {
  const exported = reach.exports();
  if (exported === null || exported === undefined) {
    throw new TypeError(settings.wordsReading
      ? `Cannot read properties of ${exported} (reading 'default')` : `Cannot read property 'default' of ${exported}`);
  }
  const found = (settings.compiles ? [exported, exported.default, reach.module().exports] : [exported, reach.module().exports])
    .filter((each) => typeof each === "object");
  const isUsed = found.some((each) => {
    if (each === null) throw new TypeError("Cannot convert undefined or null to object");
    return keys(each).length > 0;
  });
  if (!settings.compiles || !isUsed) found.push(reach.global());
  return found;
}

function discover(reach, hostMeta) {
  const places = destinations(reach);
  const meta = { ...hostMeta, global: {} };
  const exported = (key) => places.find((each) => each[key])?.[key];
  const bound = (keyOrFunction) => {
    const func = typeof keyOrFunction === "function" ? keyOrFunction : exported(keyOrFunction);
    if (func) return (...given) => func(...given, meta);
  };
  const guarded = (name) => {
    const func = bound(name);
    return func ? (...given) => asyncGuard(func(...given), name) : func;
  };

  if (!exported("processEvent") && exported("processEventBatch")) {
    reach.exports().processEvent = async (event, given) => (await (exported("processEventBatch"))([event], given))?.[0];
  }

  const methods = {};
  for (const name of settings.methods) {
    const isBare = !settings.hasGuards || settings.unguardedMethods.includes(name);
    methods[name] = isBare ? bound(name) : guarded(name);
  }

  const tasks = {}, jobs = {}, metrics = {};
  for (const place of [...places].reverse()) {
    // By name first: the global object has members that are made when somebody looks at them.
    for (const name of keys(place)) {
      if (!name.startsWith("runEvery")) continue;
      const value = place[name];
      if (typeof value === "function") tasks[name] = bound(value);
    }
    if (settings.hasJobs && typeof place.jobs === "object") {
      for (const [name, value] of entries(place.jobs)) jobs[name] = bound(value);
    }
    if (settings.hasMetrics && typeof place.metrics === "object") {
      for (const [name, value] of entries(place.metrics)) if (typeof value === "string") metrics[name] = value.toLowerCase();
    }
  }
  // Found once and without lists of arguments: most of a run are its calls.
  const own = exported("processEvent");
  return { methods, tasks, jobs, metrics, meta, own, processEvent: own ? (event) => own(event, meta) : undefined };
}

function checkMetrics(metrics) {
  const wrong = Object.values(metrics).filter((type) => !["sum", "max", "min"].includes(type));
  if (wrong.length > 0) {
    throw new IllegalOperationError(
      `Only 'sum', 'max', and 'min' are supported as metric types. Invalid types received: ${wrong.join(", ")}`);
  }
}

return { discover, checkMetrics };
})
