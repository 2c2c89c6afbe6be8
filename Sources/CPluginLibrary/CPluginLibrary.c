#include "CPluginLibrary.h"

/* One array a file; the compiler reads the file, so that it stays JavaScript in the editor and in reviews. */
static const unsigned char start_js[] = {
#embed "javascript/start.js"
};
static const unsigned char buffer_js[] = {
#embed "javascript/buffer.js"
};
static const unsigned char buffer_methods_js[] = {
#embed "javascript/buffer-methods.js"
};
static const unsigned char buffer_numbers_js[] = {
#embed "javascript/buffer-numbers.js"
};
static const unsigned char crypto_js[] = {
#embed "javascript/crypto.js"
};
static const unsigned char crypto_cipher_js[] = {
#embed "javascript/crypto-cipher.js"
};
static const unsigned char crypto_keys_js[] = {
#embed "javascript/crypto-keys.js"
};
static const unsigned char crypto_sign_js[] = {
#embed "javascript/crypto-sign.js"
};
static const unsigned char dialect_js[] = {
#embed "javascript/dialect.js"
};
static const unsigned char dialect_expression_js[] = {
#embed "javascript/dialect-expression.js"
};
static const unsigned char dialect_frames_js[] = {
#embed "javascript/dialect-frames.js"
};
static const unsigned char dialect_json_js[] = {
#embed "javascript/dialect-json.js"
};
static const unsigned char dialect_messages_js[] = {
#embed "javascript/dialect-messages.js"
};
static const unsigned char dialect_place_js[] = {
#embed "javascript/dialect-place.js"
};
static const unsigned char errors_js[] = {
#embed "javascript/errors.js"
};
static const unsigned char events_js[] = {
#embed "javascript/events.js"
};
static const unsigned char faker_js[] = {
#embed "javascript/faker.js"
};
static const unsigned char fetch_js[] = {
#embed "javascript/fetch.js"
};
static const unsigned char fetch_body_js[] = {
#embed "javascript/fetch-body.js"
};
static const unsigned char fetch_headers_js[] = {
#embed "javascript/fetch-headers.js"
};
static const unsigned char generic_pool_js[] = {
#embed "javascript/generic-pool.js"
};
static const unsigned char host_guard_js[] = {
#embed "javascript/host-guard.js"
};
static const unsigned char jsonwebtoken_js[] = {
#embed "javascript/jsonwebtoken.js"
};
static const unsigned char modules_js[] = {
#embed "javascript/modules.js"
};
static const unsigned char plugin_contrib_js[] = {
#embed "javascript/plugin-contrib.js"
};
static const unsigned char plugin_scaffold_js[] = {
#embed "javascript/plugin-scaffold.js"
};
static const unsigned char querystring_js[] = {
#embed "javascript/querystring.js"
};
static const unsigned char source_checks_js[] = {
#embed "javascript/source-checks.js"
};
static const unsigned char stream_js[] = {
#embed "javascript/stream.js"
};
static const unsigned char text_js[] = {
#embed "javascript/text.js"
};
static const unsigned char url_js[] = {
#embed "javascript/url.js"
};
static const unsigned char url_host_js[] = {
#embed "javascript/url-host.js"
};
static const unsigned char url_legacy_js[] = {
#embed "javascript/url-legacy.js"
};
static const unsigned char url_parser_js[] = {
#embed "javascript/url-parser.js"
};
static const unsigned char url_search_js[] = {
#embed "javascript/url-search.js"
};
static const unsigned char vendor_js[] = {
#embed "javascript/vendor.js"
};
static const unsigned char zlib_js[] = {
#embed "javascript/zlib.js"
};

static const phsync_library_file files[] = {
    {"start", start_js, sizeof start_js},
    {"buffer", buffer_js, sizeof buffer_js},
    {"buffer-methods", buffer_methods_js, sizeof buffer_methods_js},
    {"buffer-numbers", buffer_numbers_js, sizeof buffer_numbers_js},
    {"crypto", crypto_js, sizeof crypto_js},
    {"crypto-cipher", crypto_cipher_js, sizeof crypto_cipher_js},
    {"crypto-keys", crypto_keys_js, sizeof crypto_keys_js},
    {"crypto-sign", crypto_sign_js, sizeof crypto_sign_js},
    {"dialect", dialect_js, sizeof dialect_js},
    {"dialect-expression", dialect_expression_js, sizeof dialect_expression_js},
    {"dialect-frames", dialect_frames_js, sizeof dialect_frames_js},
    {"dialect-json", dialect_json_js, sizeof dialect_json_js},
    {"dialect-messages", dialect_messages_js, sizeof dialect_messages_js},
    {"dialect-place", dialect_place_js, sizeof dialect_place_js},
    {"errors", errors_js, sizeof errors_js},
    {"events", events_js, sizeof events_js},
    {"faker", faker_js, sizeof faker_js},
    {"fetch", fetch_js, sizeof fetch_js},
    {"fetch-body", fetch_body_js, sizeof fetch_body_js},
    {"fetch-headers", fetch_headers_js, sizeof fetch_headers_js},
    {"generic-pool", generic_pool_js, sizeof generic_pool_js},
    {"host-guard", host_guard_js, sizeof host_guard_js},
    {"jsonwebtoken", jsonwebtoken_js, sizeof jsonwebtoken_js},
    {"modules", modules_js, sizeof modules_js},
    {"plugin-contrib", plugin_contrib_js, sizeof plugin_contrib_js},
    {"plugin-scaffold", plugin_scaffold_js, sizeof plugin_scaffold_js},
    {"querystring", querystring_js, sizeof querystring_js},
    {"source-checks", source_checks_js, sizeof source_checks_js},
    {"stream", stream_js, sizeof stream_js},
    {"text", text_js, sizeof text_js},
    {"url", url_js, sizeof url_js},
    {"url-host", url_host_js, sizeof url_host_js},
    {"url-legacy", url_legacy_js, sizeof url_legacy_js},
    {"url-parser", url_parser_js, sizeof url_parser_js},
    {"url-search", url_search_js, sizeof url_search_js},
    {"vendor", vendor_js, sizeof vendor_js},
    {"zlib", zlib_js, sizeof zlib_js},
};

const phsync_library_file *phsync_library_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
