#include "CPluginLibrary.h"

/* The JavaScript half of the runtime itself: what surrounds a plugin, not what it can import. */
#define FILE_ARRAY(name) static const unsigned char name[]

FILE_ARRAY(compiler) = {
#embed "runtime/compiler.js"
};

static const phsync_library_file files[] = {
    {"compiler", compiler, sizeof compiler},
};

const phsync_library_file *phsync_runtime_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
