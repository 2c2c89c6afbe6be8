#ifndef PHSYNC_CSQLITE_SHIM_H
#define PHSYNC_CSQLITE_SHIM_H
#include <sqlite3.h>
#endif
