#include "CPluginLibrary.h"

/* The JavaScript half of the runtime itself: what surrounds a plugin, not what it can import. */
static const unsigned char compiler[] = {
#embed "runtime/compiler.js"
};
static const unsigned char primordials[] = {
#embed "runtime/primordials.js"
};
static const unsigned char language[] = {
#embed "runtime/language.js"
};
static const unsigned char function_text[] = {
#embed "runtime/function-text.js"
};
static const unsigned char values[] = {
#embed "runtime/values.js"
};
static const unsigned char date_text[] = {
#embed "runtime/date-text.js"
};
static const unsigned char clock[] = {
#embed "runtime/clock.js"
};
static const unsigned char guard[] = {
#embed "runtime/guard.js"
};
static const unsigned char stores[] = {
#embed "runtime/stores.js"
};
static const unsigned char host_errors[] = {
#embed "runtime/host-errors.js"
};
static const unsigned char facilities[] = {
#embed "runtime/facilities.js"
};
static const unsigned char loader[] = {
#embed "runtime/loader.js"
};
static const unsigned char export_events[] = {
#embed "runtime/export-events.js"
};
static const unsigned char event_shapes[] = {
#embed "runtime/event-shapes.js"
};
static const unsigned char driver[] = {
#embed "runtime/driver.js"
};
static const unsigned char usual_event[] = {
#embed "runtime/usual-event.js"
};
static const unsigned char host[] = {
#embed "runtime/host.js"
};
static const unsigned char surroundings[] = {
#embed "runtime/surroundings.js"
};

static const phsync_library_file files[] = {
    {"compiler", compiler, sizeof compiler},
    {"primordials", primordials, sizeof primordials},
    {"language", language, sizeof language},
    {"function-text", function_text, sizeof function_text},
    {"values", values, sizeof values},
    {"date-text", date_text, sizeof date_text},
    {"clock", clock, sizeof clock},
    {"guard", guard, sizeof guard},
    {"stores", stores, sizeof stores},
    {"host-errors", host_errors, sizeof host_errors},
    {"facilities", facilities, sizeof facilities},
    {"loader", loader, sizeof loader},
    {"export-events", export_events, sizeof export_events},
    {"event-shapes", event_shapes, sizeof event_shapes},
    {"driver", driver, sizeof driver},
    {"usual-event", usual_event, sizeof usual_event},
    {"host", host, sizeof host},
    {"surroundings", surroundings, sizeof surroundings},
};

const phsync_library_file *phsync_runtime_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
