#ifndef PHSYNC_CCURL_H
#define PHSYNC_CCURL_H

// libcurl, found at run time. Linking it would load some 30 libraries at every start of the program, about 4 ms,
// also for commands that never use the network. Only the types and constants of curl.h are used at build time.
//
// Nothing but phsync_curl_load may be called before phsync_curl_load has returned true.

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef size_t (*phsync_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*phsync_curl_progress_callback)(void *context, curl_off_t download_total, curl_off_t download_now,
                                             curl_off_t upload_total, curl_off_t upload_now);

// Loads libcurl and initialises it, once for the process; every thread may call it.
// On false, *error is a text that lives as long as the process.
bool phsync_curl_load(const char **error);

const char *phsync_curl_error_text(CURLcode code);
const char *phsync_curl_multi_error_text(CURLMcode code);

// One transfer.
CURL *phsync_curl_easy_init(void);
void phsync_curl_easy_cleanup(CURL *easy);
CURLcode phsync_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode phsync_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode phsync_curl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode phsync_curl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode phsync_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode phsync_curl_set_data_callback(CURL *easy, CURLoption option, phsync_curl_data_callback callback);
CURLcode phsync_curl_set_progress_callback(CURL *easy, phsync_curl_progress_callback callback);
// Copies the bytes, NULs included.
CURLcode phsync_curl_set_body(CURL *easy, const void *bytes, size_t count);
CURLcode phsync_curl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode phsync_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value);
// The text belongs to the handle.
CURLcode phsync_curl_get_string(CURL *easy, CURLINFO info, const char **value);

// A list of header lines. Appending returns NULL when memory is short; the old list is then still the caller's.
struct curl_slist *phsync_curl_list_append(struct curl_slist *list, const char *line);
void phsync_curl_list_free(struct curl_slist *list);

// Many transfers.
CURLM *phsync_curl_multi_init(void);
CURLMcode phsync_curl_multi_cleanup(CURLM *multi);
CURLMcode phsync_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode phsync_curl_multi_add(CURLM *multi, CURL *easy);
CURLMcode phsync_curl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode phsync_curl_multi_perform(CURLM *multi);
CURLMcode phsync_curl_multi_poll(CURLM *multi, int timeout_milliseconds);
// The one function that another thread than the owner may call.
CURLMcode phsync_curl_multi_wakeup(CURLM *multi);
// The next transfer that has ended, or false.
bool phsync_curl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *result);

// A parsed address.
CURLU *phsync_curl_url_init(void);
void phsync_curl_url_cleanup(CURLU *url);
CURLUcode phsync_curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags);
// The text is the caller's, to be given to phsync_curl_free.
CURLUcode phsync_curl_url_get(const CURLU *url, CURLUPart part, char **text, unsigned int flags);
void phsync_curl_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
