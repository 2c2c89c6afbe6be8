/* The system calls by which phsync-sandbox gives up what plugin code must not have, and the output that survives its end. */
#ifndef PHSYNC_CLINUX_H
#define PHSYNC_CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* Each returns 0 or an errno. None can be taken back. */

/* Closes every descriptor from `first` on; `closed` counts those that were open. */
int phsync_close_descriptors(unsigned first, unsigned *closed);
/* No program started from here could gain rights; asked for before the filter, which needs it. */
int phsync_give_up_privileges(void);
/* Nobody else may look into this process, and it ends when the thread that started it does. */
int phsync_hide_and_follow_parent(void);
/* Sets soft and hard limit, never above what they were. */
int phsync_limit(int resource, uint64_t value);
/* The resources by one type, which the C library's headers don't give them. */
enum : int {
    PHSYNC_LIMIT_ADDRESS_SPACE = RLIMIT_AS,
    PHSYNC_LIMIT_CORE = RLIMIT_CORE,
    PHSYNC_LIMIT_FILE_SIZE = RLIMIT_FSIZE,
    PHSYNC_LIMIT_DESCRIPTORS = RLIMIT_NOFILE,
    PHSYNC_LIMIT_LOCKED_MEMORY = RLIMIT_MEMLOCK,
    PHSYNC_LIMIT_MESSAGE_QUEUES = RLIMIT_MSGQUEUE,
    PHSYNC_LIMIT_PROCESSOR_TIME = RLIMIT_CPU,
};
/* How many descriptors there may be: the three pipes, and what the engine's threads wake each other by. */
enum : int { PHSYNC_DESCRIPTORS = 32 };
/* Allows the listed system calls only, in all threads; see filter.c for the list. */
int phsync_filter_system_calls(void);

/* Whether the system says that they hold. */
bool phsync_has_given_up_privileges(void);
bool phsync_filters_system_calls(void);
/* Tries what the filter must refuse, opening "/": true when it was refused. */
bool phsync_cannot_open_files(void);

/* The size of this process in bytes, reserved address space included; 0 when it can't be told. */
uint64_t phsync_address_space(void);

/* From here on the engine's most frequent calls of the system cost less; see calls.c for which, and why nothing is lost. */
int phsync_ease_engine_calls(void);

/* The most memory that this process ever held, in bytes. */
int64_t phsync_peak_memory(void);

/* Lines for stdout, gathered and written together. When a signal ends the process, they are written first, and
   after them `{"type":"at",…}`, which says what was at hand. One thread uses these functions. */

/* Installs the handlers. Call it before the engine starts: that keeps handlers of its own and calls ours after them. */
int phsync_output_open(void);
/* Appends bytes; writes when much has gathered. 0, or the errno of a write. */
int phsync_output_append(const void *bytes, size_t count);
/* The same for three parts of one line: a handler finds all of them or none. */
int phsync_output_append_parts(
    const void *first, size_t first_count, const void *second, size_t second_count, const void *third, size_t third_count);
int phsync_output_flush(void);
size_t phsync_output_pending(void);
/* What is at hand: the members of the "at" message without its braces and its signal, at most 400 bytes. */
void phsync_output_at(const char *members, size_t count);

/* Milliseconds of a clock that only runs forward. */
uint64_t phsync_milliseconds(void);

#endif
