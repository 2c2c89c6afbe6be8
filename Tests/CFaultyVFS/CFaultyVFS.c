#include "CFaultyVFS.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct faulty_vfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char *name;
    atomic_int countdown;
    atomic_int kind;
    atomic_int persistent;
    atomic_int failures;
    atomic_int syncs;
};

typedef struct {
    sqlite3_file file;
    faulty_vfs *owner;
    /* The real file follows in the same block. */
    sqlite3_file real[];
} faulty_file;

static int fails(faulty_vfs *vfs) {
    int before = atomic_load(&vfs->countdown);
    if (before == 0) return 0;
    if (before < 0) {
        atomic_fetch_add(&vfs->failures, 1);
        return 1;
    }
    if (atomic_fetch_sub(&vfs->countdown, 1) != 1) return 0;
    if (atomic_load(&vfs->persistent)) atomic_store(&vfs->countdown, -1);
    atomic_fetch_add(&vfs->failures, 1);
    return 1;
}

static int code(faulty_vfs *vfs, int io_error) {
    switch (atomic_load(&vfs->kind)) {
    case FAULTY_FULL: return io_error == SQLITE_IOERR_WRITE ? SQLITE_FULL : io_error;
    case FAULTY_READ_ONLY: return io_error == SQLITE_IOERR_WRITE ? SQLITE_READONLY : io_error;
    default: return io_error;
    }
}

#define REAL(file) (((faulty_file *)(file))->real)
#define METHODS(file) (REAL(file)->pMethods)
#define FAIL(file, io_error) \
    if (fails(((faulty_file *)(file))->owner)) return code(((faulty_file *)(file))->owner, io_error)

static int f_close(sqlite3_file *file) { return METHODS(file)->xClose(REAL(file)); }

static int f_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset) {
    return METHODS(file)->xRead(REAL(file), buffer, amount, offset);
}

static int f_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset) {
    FAIL(file, SQLITE_IOERR_WRITE);
    return METHODS(file)->xWrite(REAL(file), buffer, amount, offset);
}

static int f_truncate(sqlite3_file *file, sqlite3_int64 size) {
    FAIL(file, SQLITE_IOERR_TRUNCATE);
    return METHODS(file)->xTruncate(REAL(file), size);
}

static int f_sync(sqlite3_file *file, int flags) {
    FAIL(file, SQLITE_IOERR_FSYNC);
    atomic_fetch_add(&((faulty_file *)file)->owner->syncs, 1);
    return METHODS(file)->xSync(REAL(file), flags);
}

static int f_size(sqlite3_file *file, sqlite3_int64 *size) { return METHODS(file)->xFileSize(REAL(file), size); }
static int f_lock(sqlite3_file *file, int level) { return METHODS(file)->xLock(REAL(file), level); }
static int f_unlock(sqlite3_file *file, int level) { return METHODS(file)->xUnlock(REAL(file), level); }
static int f_reserved(sqlite3_file *file, int *out) { return METHODS(file)->xCheckReservedLock(REAL(file), out); }
static int f_control(sqlite3_file *file, int op, void *arg) { return METHODS(file)->xFileControl(REAL(file), op, arg); }
static int f_sector(sqlite3_file *file) { return METHODS(file)->xSectorSize(REAL(file)); }
static int f_traits(sqlite3_file *file) { return METHODS(file)->xDeviceCharacteristics(REAL(file)); }

static int f_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    FAIL(file, SQLITE_IOERR_SHMMAP);
    return METHODS(file)->xShmMap(REAL(file), page, size, extend, out);
}

static int f_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    return METHODS(file)->xShmLock(REAL(file), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *file) { METHODS(file)->xShmBarrier(REAL(file)); }
static int f_shm_unmap(sqlite3_file *file, int remove) { return METHODS(file)->xShmUnmap(REAL(file), remove); }

static const sqlite3_io_methods methods = {
    2,          f_close,  f_read,    f_write,  f_truncate, f_sync,    f_size,     f_lock,        f_unlock,
    f_reserved, f_control, f_sector, f_traits, f_shm_map,  f_shm_lock, f_shm_barrier, f_shm_unmap, NULL, NULL};

static int v_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out) {
    faulty_vfs *faulty = (faulty_vfs *)vfs;
    faulty_file *opened = (faulty_file *)file;
    opened->file.pMethods = NULL;
    opened->owner = faulty;
    if (fails(faulty)) return SQLITE_CANTOPEN;
    int result = faulty->real->xOpen(faulty->real, name, opened->real, flags, out);
    if (opened->real->pMethods) opened->file.pMethods = &methods;
    return result;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync_directory) {
    faulty_vfs *faulty = (faulty_vfs *)vfs;
    if (fails(faulty)) return SQLITE_IOERR_DELETE;
    return faulty->real->xDelete(faulty->real, name, sync_directory);
}

static int v_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xAccess(real, name, flags, out);
}

static int v_full(sqlite3_vfs *vfs, const char *name, int size, char *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xFullPathname(real, name, size, out);
}

static int v_random(sqlite3_vfs *vfs, int size, char *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xRandomness(real, size, out);
}

static int v_sleep(sqlite3_vfs *vfs, int microseconds) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xSleep(real, microseconds);
}

static int v_time(sqlite3_vfs *vfs, double *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xCurrentTime(real, out);
}

static int v_time64(sqlite3_vfs *vfs, sqlite3_int64 *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xCurrentTimeInt64(real, out);
}

static int v_last_error(sqlite3_vfs *vfs, int size, char *out) {
    sqlite3_vfs *real = ((faulty_vfs *)vfs)->real;
    return real->xGetLastError(real, size, out);
}

faulty_vfs *faulty_vfs_create(const char *name) {
    faulty_vfs *faulty = calloc(1, sizeof *faulty);
    if (!faulty) return NULL;
    faulty->real = sqlite3_vfs_find(NULL);
    faulty->name = strdup(name);
    if (!faulty->name) {
        free(faulty);
        return NULL;
    }
    faulty->vfs.iVersion = 2;
    faulty->vfs.szOsFile = (int)sizeof(faulty_file) + faulty->real->szOsFile;
    faulty->vfs.mxPathname = faulty->real->mxPathname;
    faulty->vfs.zName = faulty->name;
    faulty->vfs.xOpen = v_open;
    faulty->vfs.xDelete = v_delete;
    faulty->vfs.xAccess = v_access;
    faulty->vfs.xFullPathname = v_full;
    faulty->vfs.xRandomness = v_random;
    faulty->vfs.xSleep = v_sleep;
    faulty->vfs.xCurrentTime = v_time;
    faulty->vfs.xGetLastError = v_last_error;
    faulty->vfs.xCurrentTimeInt64 = v_time64;
    sqlite3_vfs_register(&faulty->vfs, 0);
    return faulty;
}

void faulty_vfs_destroy(faulty_vfs *faulty) {
    sqlite3_vfs_unregister(&faulty->vfs);
    free(faulty->name);
    free(faulty);
}

void faulty_vfs_arm(faulty_vfs *faulty, int n, enum faulty_kind kind, int persistent) {
    atomic_store(&faulty->kind, (int)kind);
    atomic_store(&faulty->persistent, persistent);
    atomic_store(&faulty->failures, 0);
    atomic_store(&faulty->countdown, n);
}

int faulty_vfs_failures(faulty_vfs *faulty) { return atomic_load(&faulty->failures); }

int faulty_vfs_syncs(faulty_vfs *faulty) { return atomic_load(&faulty->syncs); }
