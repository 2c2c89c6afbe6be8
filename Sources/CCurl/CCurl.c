#include "CCurl.h"
int phsync_curl_placeholder(void) { return 0; }
