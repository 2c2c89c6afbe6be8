#ifndef PHSYNC_CFAULTYVFS_H
#define PHSYNC_CFAULTYVFS_H

/* An SQLite VFS over the default one whose N-th operation fails. */
typedef struct faulty_vfs faulty_vfs;

enum faulty_kind {
    FAULTY_FULL = 1, /* no space: writes say so, the rest is an I/O error */
    FAULTY_IO = 2,
    FAULTY_READ_ONLY = 3
};

/* Registers a VFS of that name; NULL when there is no memory. It lives until faulty_vfs_destroy. */
faulty_vfs *faulty_vfs_create(const char *name);

/* Every connection that uses it must be closed. */
void faulty_vfs_destroy(faulty_vfs *vfs);

/* From now on the n-th operation (1, 2, ...) fails, and all after it if it is persistent; n = 0 stops all faults. */
void faulty_vfs_arm(faulty_vfs *vfs, int n, enum faulty_kind kind, int persistent);

/* How many operations have failed since it was armed. */
int faulty_vfs_failures(faulty_vfs *vfs);

/* How often a file was synced to the disk since the VFS was made. */
int faulty_vfs_syncs(faulty_vfs *vfs);

#endif
