"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.exportEvents = exports.setupPlugin = void 0;
const plugin_scaffold_1 = require("@posthog/plugin-scaffold");
const node_fetch_1 = require("node-fetch");
async function setupPlugin({ config, global }) {
    global.headers = { Authorization: 'Basic ' + Buffer.from(`${config.user}:${config.password}`).toString('base64') };
    global.ignored = new Set((config.ignored || '').split(',').filter(Boolean));
}
exports.setupPlugin = setupPlugin;
async function exportEvents(events, { config, global }) {
    const wanted = events.filter((event) => !global.ignored.has(event.event));
    if (!wanted.length)
        return;
    let response;
    try {
        response = await node_fetch_1(`${config.host}/batch`, { method: 'POST', headers: global.headers, body: JSON.stringify(wanted.map(({ event, uuid, timestamp }) => ({ event, uuid, timestamp }))) });
    }
    catch (error) {
        throw new plugin_scaffold_1.RetryError(`unreachable: ${error.message}`);
    }
    if (response.status >= 500)
        throw new plugin_scaffold_1.RetryError(`server error ${response.status}`);
    console.log(`sent ${wanted.length}`);
}
exports.exportEvents = exportEvents;
