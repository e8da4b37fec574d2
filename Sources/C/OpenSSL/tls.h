#pragma once
/* Doors to what OpenSSL offers as macros only. */
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int tls_require_1_2(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
static inline int tls_name_server(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
/* An empty memory BIO says "try again", not "the end". */
static inline void tls_never_ends(BIO *memory) { BIO_set_mem_eof_return(memory, -1); }
