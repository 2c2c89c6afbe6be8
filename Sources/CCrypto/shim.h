/* What the modules that plugins import are built on: hashes, ciphers and signatures, and compression. */
#ifndef PHSYNC_CCRYPTO_H
#define PHSYNC_CCRYPTO_H

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <zlib.h>

#endif
