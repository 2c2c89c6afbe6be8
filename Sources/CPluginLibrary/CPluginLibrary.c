#include "CPluginLibrary.h"

/* One array a file; the compiler reads the file, so that it stays JavaScript in the editor and in reviews. */
static const unsigned char start[] = {
#embed "javascript/start.js"
};

static const phsync_library_file files[] = {
    {"start", start, sizeof start},
};

const phsync_library_file *phsync_library_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
