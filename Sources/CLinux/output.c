#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As much as the parent's pipe holds: Sources/SandboxHost/ChildPipes.swift. */
enum { CAPACITY = 1 << 18, AT_CAPACITY = 512 };

static unsigned char buffer[CAPACITY];
static _Atomic size_t gathered;
/* While the kernel has the buffer, a handler can't know how much of it is out: it then writes none of it. */
static atomic_bool is_writing;
/* Two slots, so that a handler always finds a whole text in the one that counts. */
static char at[2][AT_CAPACITY];
static _Atomic size_t at_count[2];
static atomic_int at_slot;
static atomic_flag has_ended = ATOMIC_FLAG_INIT;

static int write_all(const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        bytes = (const char *)bytes + written;
        count -= (size_t)written;
    }
    return 0;
}

int phsync_output_flush(void) {
    size_t count = atomic_load(&gathered);
    if (count == 0) return 0;
    atomic_store(&is_writing, true);
    int code = write_all(buffer, count);
    atomic_store(&gathered, 0);
    atomic_store(&is_writing, false);
    return code;
}

int phsync_output_append(const void *bytes, size_t count) {
    size_t held = atomic_load(&gathered);
    if (held + count > CAPACITY) {
        int code = phsync_output_flush();
        if (code != 0) return code;
        held = 0;
    }
    if (count > CAPACITY) {
        atomic_store(&is_writing, true);
        int code = write_all(bytes, count);
        atomic_store(&is_writing, false);
        return code;
    }
    memcpy(buffer + held, bytes, count);
    atomic_store(&gathered, held + count);
    return 0;
}

int phsync_output_append_parts(
    const void *first, size_t first_count, const void *second, size_t second_count, const void *third, size_t third_count) {
    size_t count = first_count + second_count + third_count;
    if (count > CAPACITY) {
        int code = phsync_output_append(first, first_count);
        if (code == 0) code = phsync_output_append(second, second_count);
        return code == 0 ? phsync_output_append(third, third_count) : code;
    }
    if (atomic_load(&gathered) + count > CAPACITY) {
        int code = phsync_output_flush();
        if (code != 0) return code;
    }
    size_t held = atomic_load(&gathered);
    memcpy(buffer + held, first, first_count);
    memcpy(buffer + held + first_count, second, second_count);
    memcpy(buffer + held + first_count + second_count, third, third_count);
    atomic_store(&gathered, held + count);
    return 0;
}

size_t phsync_output_pending(void) {
    return atomic_load(&gathered);
}

void phsync_output_at(const char *members, size_t count) {
    int slot = 1 - atomic_load(&at_slot);
    if (count > AT_CAPACITY) count = 0;
    memcpy(at[slot], members, count);
    atomic_store(&at_count[slot], count);
    atomic_store(&at_slot, slot);
}

/* Only what a signal handler may do: atomics, memory of its own, write, _exit. */
static void end(int number) {
    if (atomic_flag_test_and_set(&has_ended)) {
        /* A second signal, or another thread's: the first one has the word. */
        if (number == SIGSEGV || number == SIGBUS || number == SIGABRT || number == SIGILL) _exit(128 + number);
        return;
    }
    if (!atomic_load(&is_writing)) {
        write_all(buffer, atomic_load(&gathered));
        int slot = atomic_load(&at_slot);
        size_t count = atomic_load(&at_count[slot]);
        if (count > 0) {
            char line[AT_CAPACITY + 64];
            size_t length = 0;
            static const char head[] = "{\"type\":\"at\",";
            memcpy(line, head, sizeof head - 1);
            length += sizeof head - 1;
            memcpy(line + length, at[slot], count);
            length += count;
            static const char tail[] = ",\"signal\":";
            memcpy(line + length, tail, sizeof tail - 1);
            length += sizeof tail - 1;
            if (number >= 10) line[length++] = (char)('0' + number / 10 % 10);
            line[length++] = (char)('0' + number % 10);
            line[length++] = '}';
            line[length++] = '\n';
            write_all(line, length);
        }
    }
    _exit(128 + number);
}

int phsync_output_open(void) {
    static const int numbers[] = {SIGTERM, SIGXCPU, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE};
    stack_t stack = {.ss_size = 1 << 16, .ss_flags = 0};
    stack.ss_sp = malloc(stack.ss_size);
    if (!stack.ss_sp || sigaltstack(&stack, NULL) != 0) return errno;
    struct sigaction action = {.sa_handler = end, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
        if (sigaction(numbers[index], &action, NULL) != 0) return errno;
    }
    /* A parent that has gone, or an output that may not grow, is an error of write, not a signal. */
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    return 0;
}
