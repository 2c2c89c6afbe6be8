/* The JavaScript that runs in the engine before a plugin does, built into the program. */
#ifndef PHSYNC_CPLUGINLIBRARY_H
#define PHSYNC_CPLUGINLIBRARY_H

#include <stddef.h>

typedef struct {
    /* The file's name without ".js". */
    const char *name;
    /* UTF-8 without a NUL in it; one follows, which `size` does not count. */
    const unsigned char *text;
    size_t size;
} phsync_library_file;

/* In the order in which they are evaluated; `count` of them. */
const phsync_library_file *phsync_library_files(size_t *count);

/* The JavaScript of the runtime itself, by name; `count` of them. */
const phsync_library_file *phsync_runtime_files(size_t *count);

#endif
