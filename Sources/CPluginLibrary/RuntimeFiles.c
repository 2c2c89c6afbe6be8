#include "CPluginLibrary.h"

/* The JavaScript half of the runtime itself: what surrounds a plugin, not what it can import. */
static const unsigned char compiler[] = {
#embed "runtime/compiler.js" suffix(, 0)
};
static const unsigned char primordials[] = {
#embed "runtime/primordials.js" suffix(, 0)
};
static const unsigned char language[] = {
#embed "runtime/language.js" suffix(, 0)
};
static const unsigned char function_text[] = {
#embed "runtime/function-text.js" suffix(, 0)
};
static const unsigned char values[] = {
#embed "runtime/values.js" suffix(, 0)
};
static const unsigned char date_text[] = {
#embed "runtime/date-text.js" suffix(, 0)
};
static const unsigned char clock[] = {
#embed "runtime/clock.js" suffix(, 0)
};
static const unsigned char guard[] = {
#embed "runtime/guard.js" suffix(, 0)
};
static const unsigned char stores[] = {
#embed "runtime/stores.js" suffix(, 0)
};
static const unsigned char host_errors[] = {
#embed "runtime/host-errors.js" suffix(, 0)
};
static const unsigned char facilities[] = {
#embed "runtime/facilities.js" suffix(, 0)
};
static const unsigned char loader[] = {
#embed "runtime/loader.js" suffix(, 0)
};
static const unsigned char export_events[] = {
#embed "runtime/export-events.js" suffix(, 0)
};
static const unsigned char event_shapes[] = {
#embed "runtime/event-shapes.js" suffix(, 0)
};
static const unsigned char driver[] = {
#embed "runtime/driver.js" suffix(, 0)
};
static const unsigned char usual_event[] = {
#embed "runtime/usual-event.js" suffix(, 0)
};
static const unsigned char host[] = {
#embed "runtime/host.js" suffix(, 0)
};
static const unsigned char surroundings[] = {
#embed "runtime/surroundings.js" suffix(, 0)
};

static const phsync_library_file files[] = {
    {"compiler", compiler, sizeof compiler - 1},
    {"primordials", primordials, sizeof primordials - 1},
    {"language", language, sizeof language - 1},
    {"function-text", function_text, sizeof function_text - 1},
    {"values", values, sizeof values - 1},
    {"date-text", date_text, sizeof date_text - 1},
    {"clock", clock, sizeof clock - 1},
    {"guard", guard, sizeof guard - 1},
    {"stores", stores, sizeof stores - 1},
    {"host-errors", host_errors, sizeof host_errors - 1},
    {"facilities", facilities, sizeof facilities - 1},
    {"loader", loader, sizeof loader - 1},
    {"export-events", export_events, sizeof export_events - 1},
    {"event-shapes", event_shapes, sizeof event_shapes - 1},
    {"driver", driver, sizeof driver - 1},
    {"usual-event", usual_event, sizeof usual_event - 1},
    {"host", host, sizeof host - 1},
    {"surroundings", surroundings, sizeof surroundings - 1},
};

const phsync_library_file *phsync_runtime_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
