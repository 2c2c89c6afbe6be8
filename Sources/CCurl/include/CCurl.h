#ifndef PHSYNC_CCURL_H
#define PHSYNC_CCURL_H
int phsync_curl_placeholder(void);
#endif
