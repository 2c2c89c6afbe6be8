/* JavaScriptCore's C API, and what the library exports without declaring it in the headers that are installed. */
#ifndef PHSYNC_CJAVASCRIPTCORE_H
#define PHSYNC_CJAVASCRIPTCORE_H

#include <JavaScriptCore/JavaScript.h>
#include <stdbool.h>

/* Returns true to end the script, false to let it go on for another limit. */
typedef bool (*JSShouldTerminateCallback)(JSContextRef context, void *data);

void JSContextGroupSetExecutionTimeLimit(
    JSContextGroupRef group, double seconds, JSShouldTerminateCallback callback, void *data);
void JSContextGroupClearExecutionTimeLimit(JSContextGroupRef group);
void JSGlobalContextSetUnhandledRejectionCallback(
    JSGlobalContextRef context, JSObjectRef function, JSValueRef *exception);
void JSGlobalContextSetEvalEnabled(JSGlobalContextRef context, bool enabled, JSStringRef message);
JSObjectRef JSGetMemoryUsageStatistics(JSContextRef context);
void JSSynchronousGarbageCollectForDebugging(JSContextRef context);

#endif
