#include "CPluginLibrary.h"

/* One array a file; the compiler reads the file, so that it stays JavaScript in the editor and in reviews. */
static const unsigned char start_js[] = {
#embed "javascript/start.js" suffix(, 0)
};
static const unsigned char buffer_js[] = {
#embed "javascript/buffer.js" suffix(, 0)
};
static const unsigned char buffer_methods_js[] = {
#embed "javascript/buffer-methods.js" suffix(, 0)
};
static const unsigned char buffer_numbers_js[] = {
#embed "javascript/buffer-numbers.js" suffix(, 0)
};
static const unsigned char crypto_js[] = {
#embed "javascript/crypto.js" suffix(, 0)
};
static const unsigned char crypto_cipher_js[] = {
#embed "javascript/crypto-cipher.js" suffix(, 0)
};
static const unsigned char crypto_keys_js[] = {
#embed "javascript/crypto-keys.js" suffix(, 0)
};
static const unsigned char crypto_sign_js[] = {
#embed "javascript/crypto-sign.js" suffix(, 0)
};
static const unsigned char dialect_js[] = {
#embed "javascript/dialect.js" suffix(, 0)
};
static const unsigned char dialect_expression_js[] = {
#embed "javascript/dialect-expression.js" suffix(, 0)
};
static const unsigned char dialect_frames_js[] = {
#embed "javascript/dialect-frames.js" suffix(, 0)
};
static const unsigned char dialect_json_js[] = {
#embed "javascript/dialect-json.js" suffix(, 0)
};
static const unsigned char dialect_messages_js[] = {
#embed "javascript/dialect-messages.js" suffix(, 0)
};
static const unsigned char dialect_place_js[] = {
#embed "javascript/dialect-place.js" suffix(, 0)
};
static const unsigned char errors_js[] = {
#embed "javascript/errors.js" suffix(, 0)
};
static const unsigned char events_js[] = {
#embed "javascript/events.js" suffix(, 0)
};
static const unsigned char faker_js[] = {
#embed "javascript/faker.js" suffix(, 0)
};
static const unsigned char fetch_js[] = {
#embed "javascript/fetch.js" suffix(, 0)
};
static const unsigned char fetch_body_js[] = {
#embed "javascript/fetch-body.js" suffix(, 0)
};
static const unsigned char fetch_headers_js[] = {
#embed "javascript/fetch-headers.js" suffix(, 0)
};
static const unsigned char generic_pool_js[] = {
#embed "javascript/generic-pool.js" suffix(, 0)
};
static const unsigned char host_guard_js[] = {
#embed "javascript/host-guard.js" suffix(, 0)
};
static const unsigned char jsonwebtoken_js[] = {
#embed "javascript/jsonwebtoken.js" suffix(, 0)
};
static const unsigned char modules_js[] = {
#embed "javascript/modules.js" suffix(, 0)
};
static const unsigned char plugin_contrib_js[] = {
#embed "javascript/plugin-contrib.js" suffix(, 0)
};
static const unsigned char plugin_scaffold_js[] = {
#embed "javascript/plugin-scaffold.js" suffix(, 0)
};
static const unsigned char querystring_js[] = {
#embed "javascript/querystring.js" suffix(, 0)
};
static const unsigned char source_checks_js[] = {
#embed "javascript/source-checks.js" suffix(, 0)
};
static const unsigned char stream_js[] = {
#embed "javascript/stream.js" suffix(, 0)
};
static const unsigned char text_js[] = {
#embed "javascript/text.js" suffix(, 0)
};
static const unsigned char url_js[] = {
#embed "javascript/url.js" suffix(, 0)
};
static const unsigned char url_host_js[] = {
#embed "javascript/url-host.js" suffix(, 0)
};
static const unsigned char url_legacy_js[] = {
#embed "javascript/url-legacy.js" suffix(, 0)
};
static const unsigned char url_parser_js[] = {
#embed "javascript/url-parser.js" suffix(, 0)
};
static const unsigned char url_search_js[] = {
#embed "javascript/url-search.js" suffix(, 0)
};
static const unsigned char vendor_js[] = {
#embed "javascript/vendor.js" suffix(, 0)
};
static const unsigned char zlib_js[] = {
#embed "javascript/zlib.js" suffix(, 0)
};

static const phsync_library_file files[] = {
    {"start", start_js, sizeof start_js - 1},
    {"buffer", buffer_js, sizeof buffer_js - 1},
    {"buffer-methods", buffer_methods_js, sizeof buffer_methods_js - 1},
    {"buffer-numbers", buffer_numbers_js, sizeof buffer_numbers_js - 1},
    {"crypto", crypto_js, sizeof crypto_js - 1},
    {"crypto-cipher", crypto_cipher_js, sizeof crypto_cipher_js - 1},
    {"crypto-keys", crypto_keys_js, sizeof crypto_keys_js - 1},
    {"crypto-sign", crypto_sign_js, sizeof crypto_sign_js - 1},
    {"dialect", dialect_js, sizeof dialect_js - 1},
    {"dialect-expression", dialect_expression_js, sizeof dialect_expression_js - 1},
    {"dialect-frames", dialect_frames_js, sizeof dialect_frames_js - 1},
    {"dialect-json", dialect_json_js, sizeof dialect_json_js - 1},
    {"dialect-messages", dialect_messages_js, sizeof dialect_messages_js - 1},
    {"dialect-place", dialect_place_js, sizeof dialect_place_js - 1},
    {"errors", errors_js, sizeof errors_js - 1},
    {"events", events_js, sizeof events_js - 1},
    {"faker", faker_js, sizeof faker_js - 1},
    {"fetch", fetch_js, sizeof fetch_js - 1},
    {"fetch-body", fetch_body_js, sizeof fetch_body_js - 1},
    {"fetch-headers", fetch_headers_js, sizeof fetch_headers_js - 1},
    {"generic-pool", generic_pool_js, sizeof generic_pool_js - 1},
    {"host-guard", host_guard_js, sizeof host_guard_js - 1},
    {"jsonwebtoken", jsonwebtoken_js, sizeof jsonwebtoken_js - 1},
    {"modules", modules_js, sizeof modules_js - 1},
    {"plugin-contrib", plugin_contrib_js, sizeof plugin_contrib_js - 1},
    {"plugin-scaffold", plugin_scaffold_js, sizeof plugin_scaffold_js - 1},
    {"querystring", querystring_js, sizeof querystring_js - 1},
    {"source-checks", source_checks_js, sizeof source_checks_js - 1},
    {"stream", stream_js, sizeof stream_js - 1},
    {"text", text_js, sizeof text_js - 1},
    {"url", url_js, sizeof url_js - 1},
    {"url-host", url_host_js, sizeof url_host_js - 1},
    {"url-legacy", url_legacy_js, sizeof url_legacy_js - 1},
    {"url-parser", url_parser_js, sizeof url_parser_js - 1},
    {"url-search", url_search_js, sizeof url_search_js - 1},
    {"vendor", vendor_js, sizeof vendor_js - 1},
    {"zlib", zlib_js, sizeof zlib_js - 1},
};

const phsync_library_file *phsync_library_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}
