#pragma once
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include "tls.h"

// Parameter lists are built by macros and ended by a sentinel; Swift sees one call.
static inline int openssl_hmac_sha256_begin(EVP_MAC_CTX *context, const unsigned char *key, size_t key_count) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, key_count, parameters);
}

static inline int openssl_hmac_sha1_begin(EVP_MAC_CTX *context, const unsigned char *key, size_t key_count) {
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, key_count, parameters);
}
