#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Two functions of the C library that the engine calls often, in the place of the library's own: the program's symbols come first
   when libraries are bound. Until phsync_ease_engine_calls they do what the library's do. */

typedef int (*clock_function)(clockid_t, struct timespec *);
static _Atomic(clock_function) clock_of_library;

int phsync_ease_engine_calls(void) {
    clock_function found = (clock_function)dlsym(RTLD_NEXT, "clock_gettime");
    atomic_store(&clock_of_library, found);
    return found ? 0 : ENOSYS;
}

/* The engine asks for the thread's processor time at each entry, twice an event, to know when the call would have taken too long: a
   system call each time. It gets the last answer as long as the kernel's tick is the same, at most 10 ms of a limit of seconds. */
int clock_gettime(clockid_t clock, struct timespec *time) {
    static _Thread_local struct timespec held, tick_of_held;
    clock_function function = atomic_load_explicit(&clock_of_library, memory_order_relaxed);
    if (!function) return (int)syscall(SYS_clock_gettime, clock, time);
    if (clock != CLOCK_THREAD_CPUTIME_ID) return function(clock, time);
    struct timespec tick;
    if (function(CLOCK_MONOTONIC_COARSE, &tick) != 0) return function(clock, time);
    if (tick.tv_sec != tick_of_held.tv_sec || tick.tv_nsec != tick_of_held.tv_nsec) {
        int code = function(clock, &held);
        if (code != 0) return code;
        tick_of_held = tick;
    }
    *time = held;
    return 0;
}

/* The engine's allocator marks each piece of memory for core dumps, in one call of the kernel after another, which also takes the
   mappings apart. This process leaves no core: its limit is 0, and it is not dumpable. */
int madvise(void *address, size_t size, int advice) {
    if ((advice == MADV_DODUMP || advice == MADV_DONTDUMP) && atomic_load_explicit(&clock_of_library, memory_order_relaxed)) return 0;
    return (int)syscall(SYS_madvise, address, size, advice);
}
