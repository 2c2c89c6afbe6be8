#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// 7.85.0 is the first that has CURLOPT_PROTOCOLS_STR; Debian 12 has 7.88.1.
#define OLDEST_VERSION 0x075500

static struct {
    CURLcode (*global_init)(long);
    curl_version_info_data *(*version_info)(CURLversion);
    const char *(*easy_strerror)(CURLcode);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    const char *(*multi_strerror)(CURLMcode);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *);
    CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
    CURLMcode (*multi_add_handle)(CURLM *, CURL *);
    CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
    CURLMcode (*multi_perform)(CURLM *, int *);
    CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned int, int, int *);
    CURLMcode (*multi_wakeup)(CURLM *);
    CURLMsg *(*multi_info_read)(CURLM *, int *);
    CURLU *(*url_init)(void);
    void (*url_cleanup)(CURLU *);
    CURLUcode (*url_set)(CURLU *, CURLUPart, const char *, unsigned int);
    CURLUcode (*url_get)(const CURLU *, CURLUPart, char **, unsigned int);
    void (*free_memory)(void *);
} curl;

static const struct { const char *name; void *place; } symbols[] = {
    {"curl_global_init", &curl.global_init},
    {"curl_version_info", &curl.version_info},
    {"curl_easy_strerror", &curl.easy_strerror},
    {"curl_easy_init", &curl.easy_init},
    {"curl_easy_cleanup", &curl.easy_cleanup},
    {"curl_easy_setopt", &curl.easy_setopt},
    {"curl_easy_getinfo", &curl.easy_getinfo},
    {"curl_slist_append", &curl.slist_append},
    {"curl_slist_free_all", &curl.slist_free_all},
    {"curl_multi_strerror", &curl.multi_strerror},
    {"curl_multi_init", &curl.multi_init},
    {"curl_multi_cleanup", &curl.multi_cleanup},
    {"curl_multi_setopt", &curl.multi_setopt},
    {"curl_multi_add_handle", &curl.multi_add_handle},
    {"curl_multi_remove_handle", &curl.multi_remove_handle},
    {"curl_multi_perform", &curl.multi_perform},
    {"curl_multi_poll", &curl.multi_poll},
    {"curl_multi_wakeup", &curl.multi_wakeup},
    {"curl_multi_info_read", &curl.multi_info_read},
    {"curl_url", &curl.url_init},
    {"curl_url_cleanup", &curl.url_cleanup},
    {"curl_url_set", &curl.url_set},
    {"curl_url_get", &curl.url_get},
    {"curl_free", &curl.free_memory},
};

static pthread_once_t load_once = PTHREAD_ONCE_INIT;
static bool is_loaded = false;
static char load_error[512] = "";

static void load(void) {
    // Never closed: libcurl and its TLS library don't survive being unloaded while a thread of theirs lives.
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(load_error, sizeof load_error, "%s", reason != NULL ? reason : "libcurl.so.4 is missing");
        return;
    }
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (symbol == NULL) {
            snprintf(load_error, sizeof load_error, "libcurl.so.4 is too old: it has no %s", symbols[i].name);
            return;
        }
        memcpy(symbols[i].place, &symbol, sizeof symbol);
    }
    curl_version_info_data *info = curl.version_info(CURLVERSION_FIRST);
    if (info->version_num < OLDEST_VERSION) {
        snprintf(load_error, sizeof load_error, "libcurl.so.4 is too old: version %s, needed is 7.85.0", info->version);
        return;
    }
    CURLcode code = curl.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        snprintf(load_error, sizeof load_error, "libcurl could not start: %s", curl.easy_strerror(code));
        return;
    }
    is_loaded = true;
}

bool phsync_curl_load(const char **error) {
    pthread_once(&load_once, load);
    *error = load_error;
    return is_loaded;
}

const char *phsync_curl_error_text(CURLcode code) { return curl.easy_strerror(code); }
const char *phsync_curl_multi_error_text(CURLMcode code) { return curl.multi_strerror(code); }

CURL *phsync_curl_easy_init(void) { return curl.easy_init(); }
void phsync_curl_easy_cleanup(CURL *easy) { curl.easy_cleanup(easy); }

CURLcode phsync_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl.easy_setopt(easy, option, value);
}
CURLcode phsync_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl.easy_setopt(easy, option, value);
}
CURLcode phsync_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl.easy_setopt(easy, option, value);
}
CURLcode phsync_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl.easy_setopt(easy, option, value);
}
CURLcode phsync_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl.easy_setopt(easy, option, value);
}
CURLcode phsync_curl_set_data_callback(CURL *easy, CURLoption option, phsync_curl_data_callback callback) {
    return curl.easy_setopt(easy, option, callback);
}
CURLcode phsync_curl_set_progress_callback(CURL *easy, phsync_curl_progress_callback callback) {
    return curl.easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
}
CURLcode phsync_curl_set_body(CURL *easy, const void *bytes, size_t count) {
    // The size comes first: without it, curl would copy up to the first NUL.
    CURLcode code = curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return curl.easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count > 0 ? bytes : "");
}
CURLcode phsync_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl.easy_getinfo(easy, info, value);
}
CURLcode phsync_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl.easy_getinfo(easy, info, value);
}
CURLcode phsync_curl_get_string(CURL *easy, CURLINFO info, const char **value) {
    return curl.easy_getinfo(easy, info, (char **)value);
}

struct curl_slist *phsync_curl_list_append(struct curl_slist *list, const char *line) {
    return curl.slist_append(list, line);
}
void phsync_curl_list_free(struct curl_slist *list) { curl.slist_free_all(list); }

CURLM *phsync_curl_multi_init(void) { return curl.multi_init(); }
CURLMcode phsync_curl_multi_cleanup(CURLM *multi) { return curl.multi_cleanup(multi); }
CURLMcode phsync_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl.multi_setopt(multi, option, value);
}
CURLMcode phsync_curl_multi_add(CURLM *multi, CURL *easy) { return curl.multi_add_handle(multi, easy); }
CURLMcode phsync_curl_multi_remove(CURLM *multi, CURL *easy) { return curl.multi_remove_handle(multi, easy); }
CURLMcode phsync_curl_multi_perform(CURLM *multi) {
    int running = 0;
    return curl.multi_perform(multi, &running);
}
CURLMcode phsync_curl_multi_poll(CURLM *multi, int timeout_milliseconds) {
    return curl.multi_poll(multi, NULL, 0, timeout_milliseconds, NULL);
}
CURLMcode phsync_curl_multi_wakeup(CURLM *multi) { return curl.multi_wakeup(multi); }

bool phsync_curl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *result) {
    int waiting = 0;
    CURLMsg *message;
    while ((message = curl.multi_info_read(multi, &waiting)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *easy = message->easy_handle;
        *result = message->data.result;
        return true;
    }
    return false;
}

CURLU *phsync_curl_url_init(void) { return curl.url_init(); }
void phsync_curl_url_cleanup(CURLU *url) { curl.url_cleanup(url); }
CURLUcode phsync_curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
    return curl.url_set(url, part, text, flags);
}
CURLUcode phsync_curl_url_get(const CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    return curl.url_get(url, part, text, flags);
}
void phsync_curl_free(void *memory) { curl.free_memory(memory); }
