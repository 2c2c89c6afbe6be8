/* What the modules that plugins import are built on: hashes, ciphers and signatures, and compression. */
#ifndef PHSYNC_CCRYPTO_H
#define PHSYNC_CCRYPTO_H

#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <zlib.h>

#endif
