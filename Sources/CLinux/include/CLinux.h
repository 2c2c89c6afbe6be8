/* The system calls by which phsync-sandbox gives up what plugin code must not have. */
#ifndef PHSYNC_CLINUX_H
#define PHSYNC_CLINUX_H

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#endif
