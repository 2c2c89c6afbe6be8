#ifndef PHSYNC_CSQLITE_SHIM_H
#define PHSYNC_CSQLITE_SHIM_H
#include <sqlite3.h>

/* Swift can't call variadic functions, nor spell SQLITE_TRANSIENT, which casts -1 to a function pointer. */

static inline int phsync_db_config(sqlite3 *db, int option, int value, int *now) {
    return sqlite3_db_config(db, option, value, now);
}

static inline int phsync_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

static inline int phsync_bind_blob(sqlite3_stmt *statement, int index, const void *blob, int bytes) {
    return bytes == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                      : sqlite3_bind_blob(statement, index, blob, bytes, SQLITE_TRANSIENT);
}

#endif
