#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int phsync_close_descriptors(unsigned first, unsigned *closed) {
    /* Counted one by one: that any was open is worth telling. */
    DIR *directory = opendir("/proc/self/fd");
    *closed = 0;
    if (directory) {
        for (struct dirent *entry; (entry = readdir(directory));) {
            int descriptor = atoi(entry->d_name);
            if (descriptor < (int)first || descriptor == dirfd(directory)) continue;
            *closed += 1;
        }
        closedir(directory);
    }
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return 0;
#endif
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
    unsigned end = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > 1048576 ? 1048576 : (unsigned)limit.rlim_cur;
    for (unsigned descriptor = first; descriptor < end; descriptor++) close((int)descriptor);
    return 0;
}

int phsync_give_up_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int phsync_hide_and_follow_parent(void) {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 ? 0 : errno;
}

int phsync_limit(int resource, uint64_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return errno;
    rlim_t wanted = value > limit.rlim_max ? limit.rlim_max : (rlim_t)value;
    limit.rlim_cur = wanted;
    limit.rlim_max = wanted;
    return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

bool phsync_has_given_up_privileges(void) {
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

bool phsync_filters_system_calls(void) {
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
}

bool phsync_cannot_open_files(void) {
    int descriptor = open("/", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errno == EACCES;
    close(descriptor);
    return false;
}

uint64_t phsync_address_space(void) {
    char text[128];
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t count = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    if (count <= 0) return 0;
    text[count] = 0;
    return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

int64_t phsync_peak_memory(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

uint64_t phsync_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
