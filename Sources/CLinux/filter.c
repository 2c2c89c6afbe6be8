#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

enum { HIGHEST_DESCRIPTOR = PHSYNC_DESCRIPTORS - 1 };

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* What a running engine needs: memory, its own threads, clocks, randomness, the pipes to the parent, its end. */
static const int allowed[] = {
    SYS_munmap, SYS_madvise, SYS_mremap, SYS_brk, SYS_mincore,
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_set_robust_list, SYS_gettid, SYS_getpid, SYS_membarrier,
#ifdef SYS_rseq
    SYS_rseq,
#endif
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrusage, SYS_times,
    SYS_sysinfo, SYS_getrandom, SYS_uname,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend, SYS_sigaltstack, SYS_restart_syscall,
#ifdef SYS_poll
    SYS_poll,
#endif
    SYS_ppoll, SYS_exit, SYS_exit_group,
    /* The engine's clock thread wakes by one. */
    SYS_eventfd2,
};

/* What libraries ask in passing and go on without: files, terminals, priorities. */
static const struct { int number; int error; } refused[] = {
#ifdef SYS_open
    {SYS_open, EACCES}, {SYS_stat, EACCES}, {SYS_lstat, EACCES}, {SYS_access, EACCES}, {SYS_readlink, EINVAL},
#endif
    {SYS_openat, EACCES}, {SYS_faccessat, EACCES}, {SYS_readlinkat, EINVAL}, {SYS_newfstatat, EACCES}, {SYS_statx, EACCES},
#ifdef SYS_openat2
    {SYS_openat2, EACCES},
#endif
#ifdef SYS_faccessat2
    {SYS_faccessat2, EACCES},
#endif
    {SYS_getcwd, EACCES}, {SYS_ioctl, ENOTTY}, {SYS_fcntl, EPERM}, {SYS_lseek, ESPIPE},
    {SYS_sched_setscheduler, EPERM}, {SYS_sched_setparam, EPERM}, {SYS_sched_getparam, EPERM}, {SYS_sched_getscheduler, EPERM},
    {SYS_sched_setaffinity, EPERM}, {SYS_setpriority, EPERM}, {SYS_getpriority, EPERM},
    /* Its flags are behind a pointer, where a filter can't look: the C library then takes clone. */
#ifdef SYS_clone3
    {SYS_clone3, ENOSYS},
#endif
};

struct program {
    struct sock_filter code[320];
    unsigned short count;
};

static void add(struct program *program, struct sock_filter instruction) {
    /* A list that has outgrown the array ends in a filter that the kernel refuses, which is reported. */
    if (program->count < sizeof program->code / sizeof *program->code) program->code[program->count++] = instruction;
}

static void statement(struct program *program, unsigned short code, unsigned value) {
    add(program, (struct sock_filter)BPF_STMT(code, value));
}

/* Skips `count` instructions unless the accumulator compares with `value`. */
static void unless(struct program *program, unsigned short comparison, unsigned value, unsigned char count) {
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | comparison | BPF_K, value, 0, count));
}

static void give(struct program *program, unsigned action) {
    statement(program, BPF_RET | BPF_K, action);
}

/* The low half of an argument: every argument that is looked at is an int or a flag word to the kernel. */
static void load_argument(struct program *program, unsigned index) {
    statement(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + index * 8);
}

/* Six instructions or fewer may follow for each number; those that don't match fall through with the number reloaded. */
static void load_number(struct program *program) {
    statement(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
}

/* There are no others than 0, 1, 2, the file of its own size that the engine keeps open, and its threads' event counters. */
static void allow_descriptor(struct program *program, int number, unsigned highest) {
    unless(program, BPF_JEQ, (unsigned)number, 5);
    load_argument(program, 0);
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, highest, 1, 0));
    give(program, SECCOMP_RET_ALLOW);
    give(program, SECCOMP_RET_ERRNO | EBADF);
    load_number(program);
}

/* Memory that can be executed is not to be had any more: what the engine generates code into, it has reserved. */
static void allow_without_execution(struct program *program, int number) {
    unless(program, BPF_JEQ, (unsigned)number, 5);
    load_argument(program, 2);
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0));
    give(program, SECCOMP_RET_ALLOW);
    give(program, SECCOMP_RET_ERRNO | EACCES);
    load_number(program);
}

static void allow_if_argument(struct program *program, int number, unsigned index, unsigned value, unsigned otherwise) {
    unless(program, BPF_JEQ, (unsigned)number, 5);
    load_argument(program, index);
    unless(program, BPF_JEQ, value, 1);
    give(program, SECCOMP_RET_ALLOW);
    give(program, otherwise);
    load_number(program);
}

/* Threads of this process only: no new process, no namespace. */
static void allow_threads(struct program *program) {
    const unsigned needed = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
    const unsigned forbidden = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
        | CLONE_NEWNET | CLONE_VFORK | CLONE_PARENT;
    unless(program, BPF_JEQ, SYS_clone, 6);
    load_argument(program, 0);
    statement(program, BPF_ALU | BPF_AND | BPF_K, needed | forbidden);
    unless(program, BPF_JEQ, needed, 1);
    give(program, SECCOMP_RET_ALLOW);
    give(program, SECCOMP_RET_KILL_PROCESS);
    load_number(program);
}

static void allow_questions(struct program *program) {
    static const unsigned harmless[] = {PR_SET_NAME, PR_SET_VMA, PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS};
    const unsigned char count = sizeof harmless / sizeof *harmless;
    unless(program, BPF_JEQ, SYS_prctl, (unsigned char)(3 + 2 * count));
    load_argument(program, 0);
    for (unsigned char index = 0; index < count; index++) {
        unless(program, BPF_JEQ, harmless[index], 1);
        give(program, SECCOMP_RET_ALLOW);
    }
    give(program, SECCOMP_RET_ERRNO | EPERM);
    load_number(program);
}

int phsync_filter_system_calls(void) {
#ifndef ARCHITECTURE
    return ENOSYS;
#else
    struct program program = {.count = 0};
    statement(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    give(&program, SECCOMP_RET_KILL_PROCESS);
    load_number(&program);
    allow_descriptor(&program, SYS_read, HIGHEST_DESCRIPTOR);
    allow_descriptor(&program, SYS_write, HIGHEST_DESCRIPTOR);
    allow_descriptor(&program, SYS_writev, 2);
    allow_descriptor(&program, SYS_pread64, HIGHEST_DESCRIPTOR);
    /* Its file is no descriptor: anonymous memory only. */
    allow_without_execution(&program, SYS_mprotect);
    unless(&program, BPF_JEQ, SYS_mmap, 3);
    load_argument(&program, 3);
    add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 1, 0));
    give(&program, SECCOMP_RET_ERRNO | EACCES);
    load_number(&program);
    allow_without_execution(&program, SYS_mmap);
    allow_threads(&program);
    allow_questions(&program);
    allow_if_argument(&program, SYS_tgkill, 0, (unsigned)getpid(), SECCOMP_RET_KILL_PROCESS);
    /* Reading a limit, not setting one: there is no pointer to a new value, in neither of its halves. */
    unless(&program, BPF_JEQ, SYS_prlimit64, 7);
    load_argument(&program, 2);
    unless(&program, BPF_JEQ, 0, 3);
    statement(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 2 * 8 + 4);
    unless(&program, BPF_JEQ, 0, 1);
    give(&program, SECCOMP_RET_ALLOW);
    give(&program, SECCOMP_RET_ERRNO | EPERM);
    load_number(&program);
    for (size_t index = 0; index < sizeof allowed / sizeof *allowed; index++) {
        unless(&program, BPF_JEQ, (unsigned)allowed[index], 1);
        give(&program, SECCOMP_RET_ALLOW);
    }
    for (size_t index = 0; index < sizeof refused / sizeof *refused; index++) {
        unless(&program, BPF_JEQ, (unsigned)refused[index].number, 1);
        give(&program, SECCOMP_RET_ERRNO | (unsigned)refused[index].error);
    }
    give(&program, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog list = {.len = program.count, .filter = program.code};
    long code = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &list);
    /* A positive answer is a thread that could not take the filter. */
    return code == 0 ? 0 : code > 0 ? ESRCH : errno;
#endif
}
